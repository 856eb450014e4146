import { fault } from '../contract/errors.ts';
import { eventFileReader } from '../interop/index.ts';
import { findStore, namedStore } from '../project/index.ts';
import { openStore, type Store } from '../store/index.ts';
import { ingest, keepQueueGoing, openRuns, provideEventFileReader } from '../tracking/index.ts';
import type { Invocation } from './command.ts';
import { faultText } from './fault-text.ts';
import { warn } from './terminal.ts';

/** Every command that reads a run's files comes by here; the others start without what it takes. */
provideEventFileReader(eventFileReader);

/** The store that a command reads, up to date with the files. Throws `no-store`: reading never makes one. */
export async function openFor(invocation: Invocation): Promise<Store> {
  return openSynced(existingStore(invocation));
}

/** The same where the command changes something. Throws `store-not-writable` too. */
export async function openToWrite(invocation: Invocation): Promise<Store> {
  return synced(openStore(existingStore(invocation)));
}

export function openSynced(path: string): Promise<Store> {
  return synced(openRuns(path));
}

/** Nothing was run here yet, and no store is named. */
export function isFresh({ store, cwd }: Invocation): boolean {
  return store === undefined && findStore(cwd) === null;
}

/** The store folder that a command is about. Throws `no-store`. */
export function existingStore({ store, cwd }: Invocation): string {
  const path = store === undefined ? findStore(cwd) : namedStore(store, cwd);
  if (path === null) throw fault('no-store', { folder: cwd });
  return path;
}

async function synced(store: Store): Promise<Store> {
  try {
    await ingest(store);
    goOn(store);
    return store;
  } catch (error) {
    store.close();
    throw error;
  }
}

/** Whoever comes by goes on with a queue that nobody goes on with; what a person wants to see does not fail for it. */
function goOn({ folder, readOnly }: Store): void {
  if (readOnly) return;
  try {
    keepQueueGoing(folder);
  } catch (error) {
    warn(faultText(error));
  }
}
