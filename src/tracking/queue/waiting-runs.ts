import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { keeperFile, readKeeperLog } from '../../base/keeper-log.ts';
import { runFolder } from '../run-folder.ts';
import { findEntry, listEntries } from './entry.ts';
import { queuePlaces } from './places.ts';

/** The runs of a store that are in its queue and were never started, looked up once; one that is not found is looked for again. */
export function waitingRuns(store: string): (run: string) => boolean {
  let found: Set<string> | undefined;
  const look = () => {
    const { waiting, claimed, taken } = queuePlaces(store);
    // In the order of an entry's way, and the first once more for what was put back: so none is missed that is on its way.
    const entries = [waiting, claimed, taken, waiting].flatMap((folder) => listEntries(folder).entries);
    return new Set(entries.map(({ run }) => run));
  };
  return (run) => {
    if (found?.has(run)) return true;
    found = look();
    return found.has(run) || isAboutToBegin(store, run);
  };
}

/**
 * A supervisor moves the entry to `started` before its script can begin, and below a keeper the script begins only after the keeper
 * has said so. Where there is none nobody can tell, and it counts as begun.
 */
export function isAboutToBegin(store: string, run: string): boolean {
  if (!findEntry(queuePlaces(store).started, run)) return false;
  const directory = runFolder(store, run);
  return existsSync(join(directory, keeperFile)) && readKeeperLog(directory) === undefined;
}
