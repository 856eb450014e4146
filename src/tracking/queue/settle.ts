import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { systemCode } from '../../base/fault.ts';
import { makeFolders } from '../../base/files.ts';
import { findEntry, isOwnEntry } from './entry.ts';
import { forgetStart } from './kept-start.ts';
import { queuePlaces } from './places.ts';
import { type EntryName, entryFile } from './rank.ts';
import { stageOf } from './stage.ts';
import { tryAgain } from './try-again.ts';

/**
 * Looks after a run that somebody has claimed who is not there any more, or that is over: what was never started waits again at its
 * old place; what failed and may be tried again is queued anew; what is over leaves the queue. Only for whoever has the slot that
 * names the run. May be broken off anywhere and done again.
 */
export function settle(store: string, run: string): void {
  const { claimed, started, waiting } = queuePlaces(store);
  const stage = stageOf(store, run);
  if (stage === 'going') return;
  for (const folder of [started, claimed]) {
    const name = findEntry(folder, run);
    if (!name || !isOwnEntry(folder, name)) continue;
    if (stage === 'waiting') move(folder, waiting, name);
    else {
      tryAgain(store, folder, name);
      forgetStart(run);
      rmSync(join(folder, entryFile(name)), { force: true });
    }
  }
}

/** False where somebody else was faster. */
export function claim(store: string, name: EntryName): boolean {
  const { waiting, claimed } = queuePlaces(store);
  return move(waiting, claimed, name);
}

export function putBack(store: string, name: EntryName): void {
  const { waiting, claimed } = queuePlaces(store);
  move(claimed, waiting, name);
}

function move(from: string, to: string, name: EntryName): boolean {
  makeFolders(to);
  try {
    renameSync(join(from, entryFile(name)), join(to, entryFile(name)));
    return true;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}
