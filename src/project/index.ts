export { createStore } from './create-store.ts';
export { chooseStore, findStore, storeFolderName, storeForWindow } from './find-store.ts';
export { namedStore } from './named-store.ts';
