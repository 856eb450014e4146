import { setImmediate } from 'node:timers/promises';
import { type Database, shrink } from '../store/index.ts';

/** Gives the space of removed rows back to the file system, while other work of the process has its turns. */
export async function giveBack(db: Database, signal?: AbortSignal): Promise<void> {
  for (const _ of shrink(db)) {
    await setImmediate();
    if (signal?.aborted) return;
  }
}
