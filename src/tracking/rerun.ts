import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { causeText } from '../base/fault.ts';
import { readIfRegular } from '../base/regular-file.ts';
import type { LaunchRequest } from '../contract/api.ts';
import { fault } from '../contract/errors.ts';
import { type RunFile, runFile } from '../contract/run-file.ts';
import { hasOwnMark } from './mark.ts';
import { presentPath } from './present-path.ts';
import { largestRecord } from './run-folder.ts';
import { putSecretsBack } from './run-secrets.ts';

/**
 * What starts a run again as it was asked for.
 *
 * @param directory the run's folder
 * @param args instead of the run's own arguments
 * @param secrets values by variable, looked at before the environment
 * @throws `run-not-marked` where this user did not start it on this machine; `secret-missing`; `run-unreadable`
 */
export function rerunRequest(
  directory: string,
  args?: string[],
  secrets: Readonly<Record<string, string>> = {},
): LaunchRequest {
  const recorded = readRunFile(directory);
  if (recorded.host !== hostname() || recorded.command.length === 0 || !hasOwnMark(recorded)) {
    throw fault('run-not-marked', { run: recorded.id });
  }
  const run = putSecretsBack(args ? { ...recorded, args, masked: withoutArgs(recorded) } : recorded, {
    ...process.env,
    ...secrets,
  });
  const store = dirname(dirname(directory));
  const root = dirname(store);
  const { target } = run;
  return {
    folder: root,
    store,
    target: 'path' in target ? { ...target, path: resolve(root, target.path) } : target,
    args: run.args,
    experiment: run.experiment,
    group: run.group,
    tags: run.tags,
    ...(run.interpreter === null ? {} : { python: presentInterpreter(root, run, run.interpreter) }),
    cwd: resolve(root, run.cwd),
    env: run.env,
    origin: run.origin === 'window' ? 'window' : 'cli',
    rerunOf: run.id,
  };
}

/** An environment inside the project went with it where the project was moved. */
function presentInterpreter(root: string, run: RunFile, interpreter: string): string {
  const moved = presentPath(root, run, null)(interpreter);
  return existsSync(moved) ? moved : interpreter;
}

/** Whether this user started a run on this machine. */
export function isOwnRun(directory: string): boolean {
  const recorded = readRunFile(directory);
  return recorded.host === hostname() && hasOwnMark(recorded);
}

function withoutArgs({ masked = [] }: RunFile) {
  return masked.filter((place) => place.in !== 'args');
}

/** Reads a run's `run.json`. Throws `run-unreadable`. */
export function readRunFile(directory: string): RunFile {
  const file = join(directory, 'run.json');
  try {
    const bytes = readIfRegular(file, largestRecord);
    if (!bytes) throw new Error('it is not a file');
    const parsed = runFile.safeParse(JSON.parse(bytes.toString('utf8')));
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    throw new Error(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'wrong'}`);
  } catch (error) {
    throw fault('run-unreadable', { file, problem: causeText(error) }, error);
  }
}
