import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { causeText, systemCode } from '../base/fault.ts';
import { makeFolders } from '../base/files.ts';
import { fault } from '../contract/errors.ts';

const ignoreRules = `# Runs and the index stay on this machine; registry/ is the team's record.
/*
!/registry/
`;

/**
 * Makes a store folder, or leaves the one that is there as it is.
 *
 * @param store the `.trainyard` folder itself
 * @throws `store-not-writable`
 */
export function createStore(store: string): void {
  try {
    makeFolders(store);
    writeIfAbsent(join(store, '.gitignore'), ignoreRules);
  } catch (error) {
    throw fault('store-not-writable', { folder: store, problem: causeText(error) }, error);
  }
}

function writeIfAbsent(path: string, text: string): void {
  try {
    writeFileSync(path, text, { flag: 'wx' });
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
  }
}
