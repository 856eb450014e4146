import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { idAfter } from '../../base/ids.ts';
import { nowMicros } from '../../base/time.ts';
import type { RunFile } from '../../contract/run-file.ts';
import { attemptAfter, nameOfTry } from '../attempt.ts';
import { runFolder } from '../run-folder.ts';
import { readSupervisorRecords } from '../supervisor-file.ts';
import { checkEntry, findEntry } from './entry.ts';
import { readKeptStart } from './kept-start.ts';
import { queuePlaces } from './places.ts';
import { putInQueue } from './put-in-queue.ts';
import { type EntryName, entryFile } from './rank.ts';

/**
 * Queues a run anew that failed, or of which nobody knows how it ended, as long as it has tries left. The next try's id follows
 * from this one's, so that it is queued once, however often this is done.
 */
export function tryAgain(store: string, folder: string, name: EntryName): void {
  const { waiting } = queuePlaces(store);
  const checked = checkEntry(store, folder, name);
  if ('problem' in checked || checked.entry.retries === 0 || !mayBeTriedAgain(store, name.run)) return;
  const start = readKeptStart(name.run);
  if (!start) return;
  const run = nextTry(checked.asked);
  if (existsSync(runFolder(store, run.id))) return;
  // Left by somebody who ended between the entry and the run.
  const left = findEntry(waiting, run.id);
  if (left) rmSync(join(waiting, entryFile(left)), { force: true });
  putInQueue(store, { run, start, retries: checked.entry.retries - 1 });
}

/** Not what a person stopped, and not what could not be started at all. */
function mayBeTriedAgain(store: string, run: string): boolean {
  const exit = readSupervisorRecords(runFolder(store, run)).find((record) => record.kind === 'exit');
  if (!exit) return existsSync(runFolder(store, run));
  return !exit.stopped && exit.error === null && exit.code !== 0;
}

export function nextTryId(run: string): string {
  return idAfter(run, 'next try');
}

/** The run's record as that of its next try. */
export function nextTry({ mark: _, ...run }: RunFile): Omit<RunFile, 'mark'> {
  const attempt = attemptAfter(run.id, run.attempt);
  return {
    ...run,
    id: nextTryId(run.id),
    name: nameOfTry(run.name, attempt.number),
    created: nowMicros(),
    rerunOf: run.id,
    attempt,
  };
}
