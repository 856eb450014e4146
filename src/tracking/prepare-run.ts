import { randomBytes } from 'node:crypto';
import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { causeText, Fault, systemCode } from '../base/fault.ts';
import { storedPath, writeWhole } from '../base/files.ts';
import { productVersion } from '../base/package-root.ts';
import { nowMicros } from '../base/time.ts';
import { userName } from '../base/user-name.ts';
import type { LaunchRequest } from '../contract/api.ts';
import { fault } from '../contract/errors.ts';
import type { RunFile, RunTarget } from '../contract/run-file.ts';
import { chooseStore, storeForWindow } from '../project/index.ts';
import { supervisorFile } from './file-names.ts';
import type { ResolvedTarget } from './target.ts';

export interface Launched {
  run: string;
  name: string;
  /** The run's folder, absolute. */
  directory: string;
}

/** Where a run goes; the store may not exist yet. */
export function storeFor(folder: string, request: LaunchRequest): string {
  return request.store ?? (request.origin === 'window' ? storeForWindow(folder) : chooseStore(folder));
}

/** A relative path is one from where the person is; where there is nothing, from where the run shall work. */
export function placed(target: RunTarget, folder: string, cwd: string): RunTarget {
  if (!('path' in target) || existsSync(resolve(folder, target.path))) return target;
  const there = resolve(cwd, target.path);
  return existsSync(there) ? { ...target, path: there } : target;
}

/** The code that a run is about: the folder that it is started for, or the script's own where that lies elsewhere. */
export function codeFolder(folder: string, target: RunTarget): string {
  if (!('path' in target)) return folder;
  const path = resolve(folder, target.path);
  return storedPath(folder, path) === path ? dirname(path) : folder;
}

/** What `run.json` says, but for its mark. */
export function describe(
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
    root: given.root,
    interpreter,
    env: request.env ?? {},
    tags: request.tags ?? {},
    origin: request.origin,
    rerunOf: request.rerunOf ?? null,
    ...(request.attempt ? { attempt: request.attempt } : {}),
    ...(request.queue ? { queued: true as const } : {}),
    host: hostname(),
    user: userName(),
    trainyard: productVersion(),
  };
}

function storedTarget(target: RunTarget, root: string): RunTarget {
  return 'path' in target ? { ...target, path: storedPath(root, target.path) } : target;
}

/** Writes what every run's folder begins with. */
export function writeRunFiles(draft: string, run: RunFile): void {
  for (const name of ['stdout.log', 'stderr.log', supervisorFile]) {
    writeFileSync(join(draft, name), '');
  }
  writeWhole(join(draft, 'run.json'), `${JSON.stringify(run, null, 2)}\n`);
}

/** A run's folder is made under another name, and is there as a whole. */
export function draftOf(store: string, id: string): { draft: string; directory: string; finish(): void } {
  const directory = join(store, 'runs', id);
  const draft = join(store, 'runs', `.${id}.draft`);
  return { draft, directory, finish: () => renameSync(draft, directory) };
}

/** What a person is told of what a launch failed with. */
export function asLaunchFault(error: unknown, store: string, signal: AbortSignal): unknown {
  if (signal.aborted && !(error instanceof Fault)) return fault('cancelled', {}, error);
  if (!storeFull.has(systemCode(error) ?? '')) return error;
  return fault('store-not-writable', { folder: store, problem: causeText(error) }, error);
}

/** What a write fails with where the disk, or the person's share of it, is used up. */
const storeFull = new Set(['ENOSPC', 'EDQUOT']);

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';

/** Four letters that tell runs of one script apart in a list. */
function shortCode(): string {
  return [...randomBytes(4)].map((byte) => alphabet[byte % alphabet.length]).join('');
}
