import { dirname, resolve } from 'node:path';
import process from 'node:process';
import { newId } from '../../base/ids.ts';
import { userFolder } from '../../base/user-folder.ts';
import type { LaunchRequest } from '../../contract/api.ts';
import { fault } from '../../contract/errors.ts';
import { createStore } from '../../project/index.ts';
import { cleanEnvironment } from '../clean-environment.ts';
import { rememberSecrets } from '../known-secrets.ts';
import { asLaunchFault, codeFolder, describe, type Launched, placed, storeFor } from '../prepare-run.ts';
import { hideSecrets } from '../run-secrets.ts';
import { resolveTarget } from '../target.ts';
import { installTools } from '../tools.ts';
import { writable } from '../writable.ts';
import { isPaused } from './limits.ts';
import { putInQueue } from './put-in-queue.ts';
import { spawnStarter } from './spawn-starter.ts';

/**
 * Checks what a run is to start, makes its folder, and puts it at the end of the queue.
 *
 * @throws as `launch` does; `not-queueable`
 */
export async function queueRun(folder: string, request: LaunchRequest, signal: AbortSignal): Promise<Launched> {
  if (request.debugger) throw fault('not-queueable');
  const cwd = resolve(folder, request.cwd ?? '.');
  const { args = [], env = {}, python } = request;
  const target = placed(request.target, folder, cwd);
  const store = storeFor(folder, request);
  const resolved = await resolveTarget({ folder, cwd, target, args, python, env }, signal);
  if (signal.aborted) throw fault('cancelled');
  createStore(store);
  try {
    const tools = writable('user-folder-not-writable', userFolder(), installTools);
    const id = newId();
    const run = describe(request, resolved, { id, cwd, root: dirname(store), command: resolved.command(tools) });
    const record = hideSecrets(run);
    const { command } = run;
    const environment = asTexts(cleanEnvironment(process.env));
    const start = { folder: codeFolder(folder, target), environment, command, env: run.env };
    const directory = putInQueue(store, { run: record, start, retries: request.queue?.retries ?? 0 });
    rememberSecrets(directory, run);
    if (!isPaused(store)) spawnStarter(store, tools);
    return { run: id, name: run.name, directory };
  } catch (error) {
    throw asLaunchFault(error, store, signal);
  }
}

function asTexts(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, value ?? '']));
}
