import { Fault } from '../base/fault.ts';
import { openStore, type Store } from '../store/index.ts';

/**
 * Opens a store to be read and, where that is possible, written: one that lies where nothing may be written is still
 * shown, as far as its index or its files tell.
 */
export function openRuns(folder: string, { readOnly = false } = {}): Store {
  if (readOnly) return openStore(folder, { readOnly: true });
  try {
    return openStore(folder);
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'store-not-writable') throw error;
    return openStore(folder, { readOnly: true });
  }
}
