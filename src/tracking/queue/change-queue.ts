import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { causeText, systemCode } from '../../base/fault.ts';
import { fault } from '../../contract/errors.ts';
import type { QueuedRun } from '../../contract/queue.ts';
import { hasOwnMark } from '../mark.ts';
import { readRunFile } from '../run-folder.ts';
import { writable } from '../writable.ts';
import { queuePlaces } from './places.ts';
import { queueState, startable } from './queue-state.ts';
import { entryFile, rankBetween } from './rank.ts';
import { takeOut } from './take-out.ts';

/**
 * Gives a run that waits another place.
 *
 * @param position from 1; beyond the last is the last
 * @throws `run-not-queued`, `store-not-writable`
 */
export function moveQueued(store: string, run: string, position: number): void {
  const { waiting } = queuePlaces(store);
  const entries = startable(store);
  const name = entries.find((entry) => entry.run === run);
  if (!name) throw fault('run-not-queued', { run });
  const others = entries.filter((entry) => entry !== name);
  const before = position === 1 ? undefined : (others[position - 2] ?? others.at(-1));
  const rank = rankBetween(before?.rank, others[position - 1]?.rank);
  try {
    renameSync(join(waiting, entryFile(name)), join(waiting, entryFile({ run, rank })));
  } catch (error) {
    if (systemCode(error) === 'ENOENT') throw fault('run-not-queued', { run }, error);
    if (systemCode(error) === undefined) throw error;
    throw fault('store-not-writable', { folder: store, problem: causeText(error) }, error);
  }
}

/** What nobody but another may take out: it waits for them, or for another machine. */
const ofOthers = new Set(['queued-elsewhere', 'queued-by-another']);

/** The rows that a person means who clears the queue without naming any. */
export function clearable(rows: QueuedRun[]): QueuedRun[] {
  return rows.filter(({ problem }) => problem === null || !ofOthers.has(problem.code));
}

/**
 * Takes rows out of the queue, all but those of others where none is named. A run ends as stopped; of what is not this user's, the
 * entry alone goes.
 */
export function clearQueue(store: string, keys?: readonly string[]): { runs: string[]; entries: number } {
  const rows = queueState(store).waiting;
  const meant = keys ? rows.filter(({ key }) => keys.includes(key)) : clearable(rows);
  const runs: string[] = [];
  let entries = 0;
  for (const { key, run } of meant) {
    if (run !== null && isOwnRun(store, run)) {
      if (writable('store-not-writable', store, () => takeOut(store, run))) runs.push(run);
    } else {
      const file = join(queuePlaces(store).waiting, key);
      writable('store-not-writable', store, () => rmSync(file, { recursive: true, force: true }));
      entries += 1;
    }
  }
  return { runs, entries };
}

/** Whether this user has queued it, whatever became of its entry. */
function isOwnRun(store: string, run: string): boolean {
  const read = readRunFile(store, run);
  return 'asked' in read && hasOwnMark(read.asked);
}
