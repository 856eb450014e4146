import { closeSync } from 'node:fs';
import { join } from 'node:path';
import { readKeeperLog } from '../base/keeper-log.ts';
import { liveness } from '../base/process-identity.ts';
import { openToAppend } from '../base/regular-file.ts';
import type { RunFile } from '../contract/run-file.ts';
import { findRun, knownRuns, readFiles, type Store } from '../store/index.ts';
import { supervisorFacts } from './derive-run.ts';
import type { SupervisorFacts } from './journal-facts.ts';
import { hasOwnMark } from './mark.ts';
import { runFolder } from './run-folder.ts';
import { spawnTool } from './spawn-tool.ts';
import { installTools } from './tools.ts';

/** How long an adopter has to show itself before this process starts another for the same run. */
const patience = 30_000;
const tried = new Map<string, number>();

/**
 * Gives a supervisor to the runs of a store whose own one was killed before it had done everything. Only to runs that this user has
 * started: of others, anybody may have written which processes are theirs.
 *
 * @returns the ids of runs that will go on
 */
export function adoptAbandoned(store: Store): string[] {
  if (store.readOnly) return [];
  const unsettled = [...knownRuns(store.db)].filter(([, settled]) => !settled).map(([id]) => id);
  return unsettled.filter((id) => {
    const row = findRun(store.db, id);
    if (!row?.asked || row.status === 'queued') return false;
    const directory = runFolder(store.folder, id);
    const facts = supervisorFacts(readFiles(store.db, row.key));
    return isAbandoned(directory, facts) && giveSupervisor(directory, JSON.parse(row.asked) as RunFile);
  });
}

/** Whether its supervisor is gone, and something is left that one has to see or to do. */
function isAbandoned(directory: string, { supervisor, process: script, exit }: SupervisorFacts): boolean {
  if (!supervisor || liveness(supervisor) !== 'dead') return false;
  if (exit) return exit.unfinished === true;
  if (!script || liveness(script) === 'alive') return true;
  return readKeeperLog(directory)?.end !== undefined;
}

/**
 * Starts a supervisor that adopts a run. It looks itself whether it is needed, so that it does no harm to start several.
 *
 * @returns false where this user has not started the run, or where an adopter was started a moment ago
 */
export function giveSupervisor(directory: string, asked: RunFile): boolean {
  const last = tried.get(directory);
  if (last !== undefined && performance.now() - last < patience) return false;
  if (!hasOwnMark(asked)) return false;
  tried.set(directory, performance.now());
  const tools = installTools();
  const log = openToAppend(join(directory, 'supervisor.log'));
  try {
    const child = spawnTool(tools, ['supervisor.mjs', '--adopt', directory], log);
    child.on('error', () => tried.delete(directory));
    child.unref();
  } finally {
    closeSync(log);
  }
  return true;
}
