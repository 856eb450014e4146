import type { LaunchRequest } from '../contract/api.ts';
import { fault } from '../contract/errors.ts';
import type { RunDetails } from '../contract/run.ts';
import { attemptAfter, nameOfTry } from './attempt.ts';
import { rerunRequest } from './rerun.ts';

/**
 * What tries a run again that did not finish: as a rerun, and counted as the next try of the same.
 *
 * @param secrets values by variable, looked at before the environment
 * @throws `run-running`, `run-queued`, `run-finished`; as `rerunRequest` does
 */
export function retryRequest(
  { id, name, status, attempt, directory }: RunDetails,
  secrets: Readonly<Record<string, string>> = {},
): LaunchRequest {
  if (status === 'running') throw fault('run-running', { run: name });
  if (status === 'queued') throw fault('run-queued', { run: name });
  if (status === 'finished') throw fault('run-finished', { run: name });
  const next = attemptAfter(id, attempt);
  return { ...rerunRequest(directory, undefined, secrets), name: nameOfTry(name, next.number), attempt: next };
}
