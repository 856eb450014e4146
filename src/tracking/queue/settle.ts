import { randomBytes } from 'node:crypto';
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
  const { claimed, started } = queuePlaces(store);
  const stage = stageOf(store, run);
  if (stage === 'going') return;
  for (const folder of [started, claimed]) {
    const name = findEntry(folder, run);
    if (!name || !isOwnEntry(folder, name)) continue;
    if (stage === 'waiting') putBack(store, folder, name);
    else {
      tryAgain(store, folder, name);
      forgetStart(run);
      rmSync(join(folder, entryFile(name)), { force: true });
    }
  }
}

/**
 * Takes an entry from those that wait. Its name is another each time: who is told to start it, and comes to it only after it was put
 * back and claimed again, does not find it.
 *
 * @returns undefined where somebody else was faster
 */
export function claim(store: string, { rank, run }: EntryName): EntryName | undefined {
  const { waiting, claimed } = queuePlaces(store);
  const name = { rank, run, claim: randomBytes(4).toString('hex') };
  return move(waiting, { rank, run }, claimed, name) ? name : undefined;
}

export function putBack(store: string, folder: string, name: EntryName): void {
  const { rank, run } = name;
  move(folder, name, queuePlaces(store).waiting, { rank, run });
}

function move(from: string, name: EntryName, to: string, newName: EntryName): boolean {
  makeFolders(to);
  try {
    renameSync(join(from, entryFile(name)), join(to, entryFile(newName)));
    return true;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}
