import type { QueueProblem } from '../../contract/queue.ts';
import type { Launched } from '../prepare-run.ts';
import { readRunFile, runFolder } from '../run-folder.ts';
import { readSupervisorRecords } from '../supervisor-file.ts';
import { checkEntry, findEntry } from './entry.ts';
import { isPaused } from './limits.ts';
import { queuePlaces } from './places.ts';
import { startable } from './queue-state.ts';
import { nextTryId } from './try-again.ts';
import { waitingRuns } from './waiting-runs.ts';

/** Where a run is that was queued. */
export type QueueLook =
  | { is: 'waiting'; position: number; count: number; paused: boolean }
  | { is: 'refused'; problem: QueueProblem }
  | { is: 'starting' }
  /** Its script was started, or it was taken out, or it is over. */
  | { is: 'gone' };

export function lookInQueue(store: string, run: string): QueueLook {
  const { waiting } = queuePlaces(store);
  const name = findEntry(waiting, run);
  if (!name) return { is: waitingRuns(store)(run) ? 'starting' : 'gone' };
  const entries = startable(store);
  const position = entries.findIndex((entry) => entry.run === run) + 1;
  if (position > 0) return { is: 'waiting', position, count: entries.length, paused: isPaused(store) };
  const checked = checkEntry(store, waiting, name);
  return 'problem' in checked ? { is: 'refused', problem: checked.problem } : { is: 'starting' };
}

/**
 * The try that follows a run that is over; null where there is none, undefined where nobody has looked after that yet.
 */
export function tryAfter(store: string, run: string): Launched | null | undefined {
  const { claimed, started } = queuePlaces(store);
  // Looked at first, because the next try is there before this one's entry goes.
  const isPending = findEntry(claimed, run) ?? findEntry(started, run);
  const next = readRunFile(store, nextTryId(run));
  if ('problem' in next) return isPending ? undefined : null;
  const { id, name } = next.asked;
  return { run: id, name, directory: runFolder(store, id) };
}

/** Why a run's script could not be started at all; undefined where it could. */
export function startFailure(directory: string): string | undefined {
  const exit = readSupervisorRecords(directory).find((record) => record.kind === 'exit');
  return exit?.error?.message;
}
