import { realpathSync, rmSync } from 'node:fs';
import { makeFolders } from '../../base/files.ts';
import { nowMicros } from '../../base/time.ts';
import { userFolder } from '../../base/user-folder.ts';
import type { RunFile } from '../../contract/run-file.ts';
import { makeMark } from '../mark.ts';
import { draftOf, writeRunFiles } from '../prepare-run.ts';
import { writable } from '../writable.ts';
import { listEntries, writeEntry } from './entry.ts';
import { forgetStart, type KeptStart, keepStart } from './kept-start.ts';
import { queuePlaces } from './places.ts';
import { lastRank } from './rank.ts';

export interface ToQueue {
  /** As it is recorded, with `***` for secrets. */
  run: Omit<RunFile, 'mark'>;
  start: Pick<KeptStart, 'folder' | 'environment' | 'command' | 'env'>;
  retries: number;
}

/**
 * Makes a run's folder and puts it at the end of the queue; answers the folder. The entry comes before the run, so that a run that
 * somebody sees has one; an entry without a run is not started.
 *
 * @throws `store-not-writable`, `user-folder-not-writable`: then nothing of it is left
 */
export function putInQueue(store: string, { run, start, retries }: ToQueue): string {
  const { draft, directory, finish } = draftOf(store, run.id);
  const { waiting } = queuePlaces(store);
  const mark = writable('user-folder-not-writable', userFolder(), () => {
    keepStart({ ...start, run: run.id, added: nowMicros(), store: realpathSync(store) });
    return makeMark(run);
  });
  try {
    writable('store-not-writable', store, () => {
      makeFolders(draft);
      makeFolders(waiting);
      writeRunFiles(draft, { ...run, mark });
      const ranks = listEntries(waiting).entries.map(({ rank }) => rank);
      writeEntry(store, waiting, lastRank(ranks), { run: run.id, added: nowMicros(), retries });
      finish();
    });
    return directory;
  } catch (error) {
    forgetStart(run.id);
    throw error;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}
