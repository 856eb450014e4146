import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';

export interface WhatToStart {
  command: [string, ...string[]];
  env: Record<string, string>;
}

/** What the supervisor needs of `run.json`. */
export interface RunSettings extends WhatToStart {
  folder: string;
  store: string;
  id: string;
  cwd: string;
  /** Null where a program is started that may be no Python. */
  interpreter: string | null;
  /** It came from the store's queue. */
  queued: boolean;
  /** The name of its entry among those that are claimed. */
  claim?: string | undefined;
}

/**
 * Reads a run folder's `run.json` and checks by hand what is used of it, because no schema library comes along.
 *
 * @param secret goes before what the file says, which has `***` in the places of secrets
 * @param state of a run that has `begun`, nothing is going to be started, so that its secrets are not needed
 */
export function readSettings(folder: string, secret?: WhatToStart, state: 'new' | 'begun' = 'new'): RunSettings {
  const file = join(folder, 'run.json');
  const run: unknown = JSON.parse(readFileSync(file, 'utf8'));
  const wrong = (what: string) => new Error(`${file}: ${what}`);
  if (typeof run !== 'object' || run === null) throw wrong('is not an object');
  const { version, id, command, cwd, env, masked, interpreter = null, queued } = run as Record<string, unknown>;
  if (version !== 1) throw wrong('version is not 1');
  if (typeof id !== 'string' || id === '') throw wrong('id is not a text');
  if (!isCommand(command)) throw wrong('command is not a list of texts');
  if (typeof cwd !== 'string') throw wrong('cwd is not a text');
  if (!isTexts(env)) throw wrong('env is not an object of texts');
  if (interpreter !== null && typeof interpreter !== 'string') throw wrong('interpreter is not a text');
  if (masked !== undefined && !secret && state === 'new') throw wrong('the secrets of the run are not recorded');
  const store = dirname(dirname(folder));
  const start = secret ?? { command, env };
  const absolute = isAbsolute(cwd) ? cwd : resolve(dirname(store), cwd);
  return { folder, store, id, cwd: absolute, interpreter, queued: queued === true, ...start };
}

export function isWhatToStart(value: unknown): value is WhatToStart {
  if (typeof value !== 'object' || value === null || !('command' in value) || !('env' in value)) return false;
  return isCommand(value.command) && isTexts(value.env);
}

function isCommand(value: unknown): value is [string, ...string[]] {
  return Array.isArray(value) && value.length > 0 && value.every((part) => typeof part === 'string');
}

function isTexts(value: unknown): value is Record<string, string> {
  return typeof value === 'object' && value !== null && Object.values(value).every((item) => typeof item === 'string');
}
