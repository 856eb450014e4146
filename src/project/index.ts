export { createStore } from './create-store.ts';
export { chooseStore, findStore, storeForWindow } from './find-store.ts';
export { namedStore } from './named-store.ts';
