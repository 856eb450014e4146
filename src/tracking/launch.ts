import { existsSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { makeFolders } from '../base/files.ts';
import { newId } from '../base/ids.ts';
import { userFolder } from '../base/user-folder.ts';
import type { LaunchRequest } from '../contract/api.ts';
import { fault } from '../contract/errors.ts';
import { createStore } from '../project/index.ts';
import { type CodeCapture, captureCode } from './code-state.ts';
import { rememberSecrets } from './known-secrets.ts';
import { makeMark } from './mark.ts';
import {
  asLaunchFault,
  codeFolder,
  describe,
  draftOf,
  type Launched,
  placed,
  storeFor,
  writeRunFiles,
} from './prepare-run.ts';
import { pythonWithoutHook } from './python-without-hook.ts';
import { hideSecrets } from './run-secrets.ts';
import { survivalWarnings } from './session-survival.ts';
import { removeStaleDrafts } from './stale-drafts.ts';
import { bootSupervisor, logMayMove, type WaitingSupervisor } from './start-supervisor.ts';
import { type ResolvedTarget, resolveTarget } from './target.ts';
import { installTools } from './tools.ts';
import { writable } from './writable.ts';

/**
 * Starts a tracked run in the background, and resolves when the script runs; where it shall be queued, when it waits in the queue.
 * Whatever becomes of this process, the run goes on.
 *
 * @param folder where relative paths of the request are taken from
 * @throws what is wrong with the script, the interpreter or the folders: then no store was made, and nothing of a run is left;
 *   `store-not-writable`; `start-failed`; `cancelled`
 */
export async function launch(folder: string, request: LaunchRequest, signal: AbortSignal): Promise<Launched> {
  if (request.queue) {
    const { queueRun } = await import('./queue/queue-run.ts');
    return queueRun(folder, request, signal);
  }
  const cwd = resolve(folder, request.cwd ?? '.');
  const { args = [], env = {}, python } = request;
  const target = placed(request.target, folder, cwd);
  const lookAtTarget = () => resolveTarget({ folder, cwd, target, args, python, env }, signal);
  const store = storeFor(folder, request);
  const known = existsSync(store) ? undefined : await lookAtTarget();
  createStore(store);

  const id = newId();
  const { draft, directory, finish } = draftOf(store, id);
  const tools = writable('user-folder-not-writable', userFolder(), installTools);
  let supervisor: WaitingSupervisor | undefined;
  try {
    writable('store-not-writable', store, () => makeFolders(draft));
    if (logMayMove) supervisor = bootSupervisor(draft, tools);
    removeStaleDrafts(join(store, 'runs'));
    const [resolved, code] = await lookAtBoth(
      known ? Promise.resolve(known) : lookAtTarget(),
      (either) => captureCode(codeFolder(folder, target), draft, either),
      signal,
    );
    if (signal.aborted) throw fault('cancelled');
    const run = describe(request, resolved, { id, cwd, root: dirname(store), command: resolved.command(tools) });
    const record = hideSecrets(run);
    const mark = writable('user-folder-not-writable', userFolder(), () => makeMark(record));
    writable('store-not-writable', store, () => {
      writeRunFiles(draft, { ...record, mark });
      finish();
    });
    const warnings = [
      ...code.warnings,
      ...pythonWithoutHook(target),
      ...survivalWarnings(),
      ...(request.debugger ? [{ code: 'debugged', params: {} }] : []),
    ];
    supervisor ??= bootSupervisor(directory, tools);
    const debugging = debuggerVariables(request);
    const plain = record === run && !debugging;
    const secret = plain ? undefined : { command: run.command, env: { ...run.env, ...debugging } };
    rememberSecrets(directory, run);
    await supervisor.start({ directory, warnings, secret });
    return { run: id, name: run.name, directory };
  } catch (error) {
    await supervisor?.dismiss();
    throw asLaunchFault(error, store, signal);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** Where the script finds the debugger that waits for it: not recorded, because a rerun is not debugged. */
function debuggerVariables({ debugger: waiting }: LaunchRequest): Record<string, string> | undefined {
  if (!waiting) return undefined;
  const { address, library, processes } = waiting;
  return {
    TRAINYARD_DEBUGGER: address,
    TRAINYARD_DEBUGPY: library,
    ...(processes ? {} : { TRAINYARD_DEBUG_PROCESSES: 'off' }),
  };
}

/** Both at once. Where the target is not what can be run, the look at the code is given up, and no longer under way. */
async function lookAtBoth(
  resolving: Promise<ResolvedTarget>,
  capture: (signal: AbortSignal) => Promise<CodeCapture>,
  signal: AbortSignal,
): Promise<[ResolvedTarget, CodeCapture]> {
  const abort = new AbortController();
  resolving.catch(() => abort.abort());
  const [target, code] = await Promise.allSettled([resolving, capture(AbortSignal.any([signal, abort.signal]))]);
  if (target.status === 'rejected') throw target.reason;
  if (code.status === 'rejected') throw code.reason;
  return [target.value, code.value];
}
