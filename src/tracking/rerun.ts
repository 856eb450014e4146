import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { LaunchRequest } from '../contract/api.ts';
import { fault } from '../contract/errors.ts';
import { type RunFile, runFile } from '../contract/run-file.ts';
import { hasOwnMark } from './mark.ts';

/**
 * What starts a run again as it was asked for.
 *
 * @param directory the run's folder
 * @param args instead of the run's own arguments
 * @throws `run-not-marked` where this user did not start it on this machine
 */
export function rerunRequest(directory: string, args?: string[]): LaunchRequest {
  const run = readRunFile(directory);
  if (run.host !== hostname() || run.command.length === 0 || !hasOwnMark(run)) {
    throw fault('run-not-marked', { run: run.id });
  }
  const store = dirname(dirname(directory));
  const root = dirname(store);
  const { target } = run;
  return {
    folder: root,
    store,
    target: 'path' in target ? { ...target, path: resolve(root, target.path) } : target,
    args: args ?? run.args,
    experiment: run.experiment,
    group: run.group,
    tags: run.tags,
    ...(run.interpreter === null ? {} : { python: run.interpreter }),
    cwd: resolve(root, run.cwd),
    env: run.env,
    origin: run.origin === 'window' ? 'window' : 'cli',
    rerunOf: run.id,
  };
}

/** Reads a run's `run.json`. Throws what the schema says where it is not one. */
export function readRunFile(directory: string): RunFile {
  return runFile.parse(JSON.parse(readFileSync(join(directory, 'run.json'), 'utf8')));
}
