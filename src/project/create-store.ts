import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { causeText, systemCode } from '../base/fault.ts';
import { makeFolders } from '../base/files.ts';
import { strangeLink } from '../base/strange-link.ts';
import { fault } from '../contract/errors.ts';

const ignoreRules = `# Runs and the index stay on this machine; registry/ is the team's record.
/*
!/registry/
`;

/**
 * Makes a store folder, or leaves the one that is there as it is.
 *
 * @param store the `.trainyard` folder itself
 * @throws `store-link`, `store-not-writable`
 */
export function createStore(store: string): void {
  const link = linkOf(store);
  if (link !== undefined) throw fault('store-link', { path: link });
  try {
    makeFolders(store);
    writeIfAbsent(join(store, '.gitignore'), ignoreRules);
  } catch (error) {
    throw fault('store-not-writable', { folder: store, problem: causeText(error) }, error);
  }
}

/** A link that leads nowhere is one, too. */
function linkOf(store: string): string | undefined {
  try {
    return strangeLink(store);
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return store;
  }
}

function writeIfAbsent(path: string, text: string): void {
  try {
    writeFileSync(path, text, { flag: 'wx' });
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
  }
}
