import { randomBytes } from 'node:crypto';
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { causeText, Fault, systemCode } from '../base/fault.ts';
import { makeFolders, storedPath, writeWhole } from '../base/files.ts';
import { newId } from '../base/ids.ts';
import { productVersion } from '../base/package-root.ts';
import { nowMicros } from '../base/time.ts';
import { userFolder } from '../base/user-folder.ts';
import { userName } from '../base/user-name.ts';
import type { LaunchRequest } from '../contract/api.ts';
import { type ErrorCode, fault } from '../contract/errors.ts';
import type { RunFile, RunTarget } from '../contract/run-file.ts';
import { chooseStore, createStore, storeForWindow } from '../project/index.ts';
import { type CodeCapture, captureCode } from './code-state.ts';
import { supervisorFile } from './file-names.ts';
import { rememberSecrets } from './known-secrets.ts';
import { makeMark } from './mark.ts';
import { pythonWithoutHook } from './python-without-hook.ts';
import { hideSecrets } from './run-secrets.ts';
import { survivalWarnings } from './session-survival.ts';
import { removeStaleDrafts } from './stale-drafts.ts';
import { bootSupervisor, logMayMove, type WaitingSupervisor } from './start-supervisor.ts';
import { type ResolvedTarget, resolveTarget } from './target.ts';
import { installTools } from './tools.ts';

export interface Launched {
  run: string;
  name: string;
  /** The run's folder, absolute. */
  directory: string;
}

/**
 * Starts a tracked run in the background, and resolves when the script runs. Whatever becomes of this process, the run goes on.
 *
 * @param folder where relative paths of the request are taken from
 * @throws what is wrong with the script, the interpreter or the folders: then no store was made, and nothing of a run is left;
 *   `store-not-writable`; `start-failed`; `cancelled`
 */
export async function launch(folder: string, request: LaunchRequest, signal: AbortSignal): Promise<Launched> {
  const cwd = resolve(folder, request.cwd ?? '.');
  const { args = [], env = {}, python } = request;
  const target = placed(request.target, folder, cwd);
  const lookAtTarget = () => resolveTarget({ folder, cwd, target, args, python, env }, signal);
  const store = request.store ?? (request.origin === 'window' ? storeForWindow(folder) : chooseStore(folder));
  const known = existsSync(store) ? undefined : await lookAtTarget();
  createStore(store);

  const id = newId();
  const directory = join(store, 'runs', id);
  const draft = join(store, 'runs', `.${id}.draft`);
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
      for (const name of ['stdout.log', 'stderr.log', supervisorFile]) {
        writeFileSync(join(draft, name), '');
      }
      writeWhole(join(draft, 'run.json'), `${JSON.stringify({ ...record, mark }, null, 2)}\n`);
      renameSync(draft, directory);
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
    if (signal.aborted && !(error instanceof Fault)) throw fault('cancelled', {}, error);
    if (storeFull.has(systemCode(error) ?? ''))
      throw fault('store-not-writable', { folder: store, problem: causeText(error) }, error);
    throw error;
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

function describe(
  request: LaunchRequest,
  { target, interpreter, stem }: ResolvedTarget,
  given: { id: string; cwd: string; root: string; command: string[] },
): Omit<RunFile, 'mark'> {
  return {
    version: 1,
    id: given.id,
    name: request.name?.trim() || `${stem}-${shortCode()}`,
    experiment: request.experiment?.trim() || stem,
    group: request.group?.trim() || null,
    parent: request.parent ?? null,
    created: nowMicros(),
    target: storedTarget(target, given.root),
    args: request.args ?? [],
    command: given.command,
    cwd: storedPath(given.root, given.cwd),
    interpreter,
    env: request.env ?? {},
    tags: request.tags ?? {},
    origin: request.origin,
    rerunOf: request.rerunOf ?? null,
    host: hostname(),
    user: userName(),
    trainyard: productVersion(),
  };
}

function storedTarget(target: RunTarget, root: string): RunTarget {
  return 'path' in target ? { ...target, path: storedPath(root, target.path) } : target;
}

/** A relative path is one from where the person is; where there is nothing, from where the run shall work. */
function placed(target: RunTarget, folder: string, cwd: string): RunTarget {
  if (!('path' in target) || existsSync(resolve(folder, target.path))) return target;
  const there = resolve(cwd, target.path);
  return existsSync(there) ? { ...target, path: there } : target;
}

/** The code that a run is about: the folder that it is started for, or the script's own where that lies elsewhere. */
function codeFolder(folder: string, target: RunTarget): string {
  if (!('path' in target)) return folder;
  const path = resolve(folder, target.path);
  return storedPath(folder, path) === path ? dirname(path) : folder;
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

function writable<T>(code: ErrorCode, folder: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    throw fault(code, { folder, problem: causeText(error) }, error);
  }
}

/** What a write fails with where the disk, or the person's share of it, is used up. */
const storeFull = new Set(['ENOSPC', 'EDQUOT']);

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';

/** Four letters that tell runs of one script apart in a list. */
function shortCode(): string {
  return [...randomBytes(4)].map((byte) => alphabet[byte % alphabet.length]).join('');
}
