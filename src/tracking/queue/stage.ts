import { existsSync } from 'node:fs';
import type { ProcessIdentity } from '../../base/identity.ts';
import { recentLiveness } from '../recent-liveness.ts';
import { runFolder } from '../run-folder.ts';
import { runProcesses } from '../run-processes.ts';
import { readSupervisorRecords } from '../supervisor-file.ts';
import { findEntry } from './entry.ts';
import { queuePlaces } from './places.ts';
import { isAboutToBegin } from './waiting-runs.ts';

/**
 * How far a run of the queue is: its script was never started; somebody looks after it, or it runs by itself; it is over, however
 * it ended.
 */
export type Stage = 'waiting' | 'going' | 'over';

export function stageOf(store: string, run: string): Stage {
  const directory = runFolder(store, run);
  if (!existsSync(directory)) return 'over';
  const { script, keeper, ended } = runProcesses(directory);
  if (ended) return 'over';
  const lives = (identity: ProcessIdentity | null) => identity !== null && recentLiveness(identity) !== 'dead';
  // Of several who were told to start it, any may be the one that does.
  const supervisors = readSupervisorRecords(directory).flatMap((record) =>
    record.kind === 'open' ? record.supervisor : [],
  );
  if (lives(script) || lives(keeper) || supervisors.some(lives)) return 'going';
  return findEntry(queuePlaces(store).started, run) && !isAboutToBegin(store, run) ? 'over' : 'waiting';
}
