import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';

/** What the supervisor needs of `run.json`. */
export interface RunSettings {
  folder: string;
  store: string;
  id: string;
  command: [string, ...string[]];
  cwd: string;
  env: Record<string, string>;
}

/** Reads a run folder's `run.json` and checks by hand what is used of it, because no schema library comes along. */
export function readSettings(folder: string): RunSettings {
  const file = join(folder, 'run.json');
  const run: unknown = JSON.parse(readFileSync(file, 'utf8'));
  const wrong = (what: string) => new Error(`${file}: ${what}`);
  if (typeof run !== 'object' || run === null) throw wrong('is not an object');
  const { version, id, command, cwd, env } = run as Record<string, unknown>;
  if (version !== 1) throw wrong('version is not 1');
  if (typeof id !== 'string' || id === '') throw wrong('id is not a text');
  if (!isCommand(command)) throw wrong('command is not a list of texts');
  if (typeof cwd !== 'string') throw wrong('cwd is not a text');
  if (!isTexts(env)) throw wrong('env is not an object of texts');
  const store = dirname(dirname(folder));
  return { folder, store, id, command, cwd: isAbsolute(cwd) ? cwd : resolve(dirname(store), cwd), env };
}

function isCommand(value: unknown): value is [string, ...string[]] {
  return Array.isArray(value) && value.length > 0 && value.every((part) => typeof part === 'string');
}

function isTexts(value: unknown): value is Record<string, string> {
  return typeof value === 'object' && value !== null && Object.values(value).every((item) => typeof item === 'string');
}
