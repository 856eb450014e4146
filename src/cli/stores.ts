import { fault } from '../contract/errors.ts';
import { chooseStore, findStore, namedStore } from '../project/index.ts';
import type { Store } from '../store/index.ts';
import { ingest, openRuns } from '../tracking/index.ts';
import type { Invocation } from './command.ts';

/** The store that a command reads, up to date with the files. Throws `no-store`: reading never makes one. */
export async function openFor({ store, cwd }: Invocation): Promise<Store> {
  const path = store === undefined ? findStore(cwd) : namedStore(store, cwd);
  if (path === null) throw fault('no-store', { folder: cwd });
  return openSynced(path);
}

export async function openSynced(path: string): Promise<Store> {
  const store = openRuns(path);
  try {
    await ingest(store);
    return store;
  } catch (error) {
    store.close();
    throw error;
  }
}

/** Where a new run goes; it may not exist yet. */
export function storeToWrite({ store, cwd }: Invocation): string {
  return store === undefined ? chooseStore(cwd) : namedStore(store, cwd);
}
