import { resolve } from 'node:path';
import { Fault } from '../base/fault.ts';
import { isId } from '../base/ids.ts';
import type { LaunchRequest } from '../contract/api.ts';
import { mostRetries } from '../contract/queue-limits.ts';
import type { RunTarget } from '../contract/run-file.ts';
import { type Launched, launch } from '../tracking/index.ts';
import { type Invocation, option, switched } from './command.ts';
import { interrupted } from './interrupted.ts';
import { keyValues, numberOption, usage } from './parse.ts';
import { storeToWrite } from './store-to-write.ts';

export async function run(invocation: Invocation): Promise<number> {
  return start(invocation, launchRequest(invocation));
}

/** Starts what was asked and stays with it, unless told to `--detach`. Answers the exit code. */
export async function start(invocation: Invocation, request: LaunchRequest): Promise<number> {
  const started = await uninterrupted((signal) => launch(request.folder, request, signal));
  if (started === undefined) return interrupted;
  const how = { json: invocation.json, detach: switched(invocation, 'detach') };
  // Loaded while the script starts, rather than before.
  if (request.queue && !how.detach) {
    const { attendQueued } = await import('./attend-queued.ts');
    return attendQueued(started, request.store as string, { ...how, retries: request.queue.retries ?? 0 });
  }
  const { attend } = await import('./attend.ts');
  return attend(started, request.store as string, how);
}

/** Undefined where a signal came before the run was there; one that has just begun is stopped again. */
async function uninterrupted(begin: (signal: AbortSignal) => Promise<Launched>): Promise<Launched | undefined> {
  const abort = new AbortController();
  const cancel = () => abort.abort();
  process.on('SIGINT', cancel);
  process.on('SIGTERM', cancel);
  try {
    const started = await begin(abort.signal);
    if (!abort.signal.aborted) return started;
    const { takeBack } = await import('./attend.ts');
    await takeBack(started);
  } catch (error) {
    if (!abort.signal.aborted || !(error instanceof Fault)) throw error;
  } finally {
    process.off('SIGINT', cancel);
    process.off('SIGTERM', cancel);
  }
  return undefined;
}

function launchRequest(invocation: Invocation): LaunchRequest {
  const { options, cwd } = invocation;
  const { target, args } = whatToRun(invocation);
  const asked = {
    name: option(invocation, 'name'),
    experiment: option(invocation, 'experiment'),
    group: option(invocation, 'group'),
    python: option(invocation, 'python'),
  };
  for (const [name, value] of Object.entries(asked)) if (value === '') throw usage('run', `--${name} is empty.`);
  const folder = option(invocation, 'cwd');
  return {
    folder: cwd,
    store: storeToWrite(invocation),
    target,
    args,
    ...defined(asked),
    cwd: folder === undefined ? cwd : resolve(cwd, folder),
    tags: keyValues('run', 'tag', options.tag ?? []),
    env: {
      ...(switched(invocation, 'no-autolog') ? { TRAINYARD_AUTOLOG: 'off' } : {}),
      ...keyValues('run', 'env', options.env ?? []),
    },
    parent: enclosingRun(),
    origin: 'cli',
    ...queueWish(invocation),
  };
}

/** What `--queue` and `--retries N` ask for. */
export function queueWish(invocation: Invocation): Pick<LaunchRequest, 'queue'> {
  const retries = numberOption(invocation, 'retries', 0);
  if (retries !== undefined && !switched(invocation, 'queue'))
    throw usage(invocation.command, '--retries is for a run that is queued: say --queue too.');
  if (retries !== undefined && retries > mostRetries)
    throw usage(invocation.command, `--retries ${retries} is more than ${mostRetries}.`);
  return switched(invocation, 'queue') ? { queue: { retries: retries ?? 0 } } : {};
}

function whatToRun({ operands, rest, options }: Invocation): { target: RunTarget; args: string[] } {
  const module = options.m?.[0];
  const [script, extra] = operands;
  const stray = module === undefined ? extra : script;
  if (stray !== undefined) {
    throw usage('run', `${JSON.stringify(stray)} is one operand too many; put the script's own arguments after “--”.`);
  }
  const args = rest ?? [];
  if (module !== undefined) {
    if (module === '') throw usage('run', '-m needs the name of a module.');
    return { target: { kind: 'module', module }, args };
  }
  if (script !== undefined) {
    if (script === '') throw usage('run', 'The name of the script is empty.');
    return { target: { kind: script.toLowerCase().endsWith('.ipynb') ? 'notebook' : 'script', path: script }, args };
  }
  if (args.length === 0 || args[0] === '') throw usage('run', 'Name the script to run.');
  return { target: { kind: 'program', argv: args }, args: [] };
}

function defined<T extends Record<string, string | undefined>>(values: T): { [K in keyof T]?: string } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: string;
  };
}

/** The run that this command line is part of, where a training starts others. */
export function enclosingRun(): string | null {
  const run = process.env.TRAINYARD_RUN;
  return run !== undefined && isId(run) ? run : null;
}
