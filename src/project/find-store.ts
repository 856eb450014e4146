import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** The name of the folder that holds a store, beside the code that it is about. */
export const storeFolderName = '.trainyard';

/** The nearest existing `.trainyard` folder from `from` upwards, or null. */
export function findStore(from: string): string | null {
  for (const folder of upwards(from)) {
    const candidate = join(folder, storeFolderName);
    if (statSync(candidate, { throwIfNoEntry: false })?.isDirectory()) return candidate;
  }
  return null;
}

/** Where a run started in `from` is kept: the nearest `.trainyard`, else one at the nearest git root, else one here. It may not exist yet. */
export function chooseStore(from: string): string {
  const found = findStore(from);
  if (found) return found;
  for (const folder of upwards(from)) if (existsSync(join(folder, '.git'))) return join(folder, storeFolderName);
  return join(resolve(from), storeFolderName);
}

/** The store of a workspace folder: the nearest upwards, else one in the folder itself. It may not exist yet. */
export function storeForWindow(folder: string): string {
  return findStore(folder) ?? join(resolve(folder), storeFolderName);
}

function* upwards(from: string): Generator<string> {
  let folder = resolve(from);
  while (true) {
    yield folder;
    const parent = dirname(folder);
    if (parent === folder) return;
    folder = parent;
  }
}
