import { realpathSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { nowMicros } from '../../base/time.ts';
import type { StoreProblem } from '../../contract/store-report.ts';
import type { WarningCode } from '../../contract/warnings.ts';
import { listFolder } from '../run-folder.ts';
import { listEntries } from './entry.ts';
import { keepQueueGoing } from './keep-going.ts';
import { forgetStart, readKeptStart } from './kept-start.ts';
import { keptStartFile, queuePlaces } from './places.ts';
import { queueState } from './queue-state.ts';

/** Far longer than it takes to queue a run, in microseconds. */
const unfinished = 3_600_000_000;
/** What waits for somebody else, which is nothing wrong. */
const ofOthers = new Set(['queued-elsewhere', 'queued-by-another']);

/**
 * Goes on with a queue that nobody goes on with, removes what is left of runs that were never there or are over, and says what will
 * never be started.
 */
export function examineQueue(store: string): StoreProblem[] {
  const problems: StoreProblem[] = [];
  for (const { key, run, name, added, problem } of queueState(store).waiting) {
    if (!problem || ofOthers.has(problem.code)) continue;
    const isLeft = problem.code === 'queued-without-run' && added !== null && nowMicros() - added > unfinished;
    if (isLeft) rmSync(join(queuePlaces(store).waiting, key), { force: true });
    const params = { ...problem.params, name };
    problems.push({ run, code: problem.code as WarningCode, params, mended: isLeft });
  }
  const count = removeLeftStarts(store);
  if (count > 0) problems.push({ run: null, code: 'queue-starts-left', params: { count }, mended: true });
  if (keepQueueGoing(store)) problems.push({ run: null, code: 'queue-stuck', params: {}, mended: true });
  return problems;
}

/** Environments in the user folder of runs of this store that are in its queue no more. */
function removeLeftStarts(store: string): number {
  const { waiting, claimed, started, taken } = queuePlaces(store);
  const names = listFolder(dirname(keptStartFile('any'))).map(({ name }) => name);
  const kept = names.flatMap((name) => readKeptStart(name.replace(/\.json$/, '')) ?? []);
  const own = kept.filter((start) => start.store === realpathSync(store));
  if (own.length === 0) return 0;
  const places = [waiting, claimed, started, taken, waiting];
  const queued = new Set(places.flatMap((folder) => listEntries(folder).entries.map(({ run }) => run)));
  const left = own.filter(({ run, added }) => !queued.has(run) && nowMicros() - added > unfinished);
  for (const { run } of left) forgetStart(run);
  return left.length;
}
