import { closeSync, openSync, readFileSync, readSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { systemCode } from '../base/fault.ts';
import { lookAt, makeFolders, pathInside, writeWhole } from '../base/files.ts';
import { parseJson } from '../base/json.ts';
import { userFolder } from '../base/user-folder.ts';
import type { PythonProbe } from './probe-python.ts';

/** An answer of an interpreter, with all that it depends on. */
interface Remembered extends PythonProbe {
  /** What decides who answers, as it was: see `basisOf`. */
  basis: string;
  /** Files of the interpreter that answered, as they were. */
  witnesses: Record<string, string>;
}

const most = 200;

export function pyenvRoot(): string {
  return process.env.PYENV_ROOT ?? join(homedir(), '.pyenv');
}

/**
 * What decides which interpreter answers at a path, as text. Undefined where that cannot be told from files: then it has to be
 * asked each time. A program is taken for itself, a script only where it is one of pyenv's shims.
 *
 * @param folder where it is started; a shim chooses by it
 */
export function basisOf(python: string, folder: string): string | undefined {
  const file = stateOf(python);
  if (file === undefined) return undefined;
  const libraries = [process.env.LD_LIBRARY_PATH, process.env.LD_PRELOAD, process.env.DYLD_LIBRARY_PATH];
  const facts = [python, file, stateOf(join(dirname(dirname(python)), 'pyvenv.cfg')), libraries];
  if (!isScript(python)) return JSON.stringify(facts);
  // With this variable pyenv looks elsewhere for the file that names a version.
  const tellable = isPyenvShim(python) && process.env.PYENV_DIR === undefined;
  return tellable ? JSON.stringify([...facts, pyenvFacts(folder)]) : undefined;
}

/** The answer that was remembered under this basis, where the interpreter that gave it is still what it was. */
export function recall(basis: string): PythonProbe | undefined {
  const found = readAll().find((one) => one.basis === basis);
  if (!found) return undefined;
  const same = Object.entries(found.witnesses).every(([path, state]) => stateOf(path) === state);
  return same ? { version: found.version, executable: found.executable } : undefined;
}

/**
 * Remembers an answer in the user's folder, unless it came from elsewhere than the path says: what stands between may choose
 * otherwise tomorrow.
 *
 * @param library a file of the standard library that the interpreter cannot start without
 * @returns whether it is remembered
 */
export function remember(basis: string, python: string, probe: PythonProbe, library: string): boolean {
  const isItself = isPyenvShim(python)
    ? pathInside(join(pyenvRoot(), 'versions'), probe.executable) !== undefined
    : realpath(probe.executable) === realpath(python);
  const witnesses = Object.entries({ [probe.executable]: stateOf(probe.executable), [library]: stateOf(library) });
  if (!isItself || witnesses.some(([, state]) => state === undefined)) return false;
  const entry = { basis, ...probe, witnesses: Object.fromEntries(witnesses) as Record<string, string> };
  const others = readAll().filter((one) => one.basis !== basis);
  try {
    makeFolders(userFolder(), 0o700);
    writeWhole(memoryFile(), JSON.stringify([entry, ...others].slice(0, most)), 0o600);
    return true;
  } catch (error) {
    // Whoever cannot remember asks again. A run says itself that the folder cannot be written.
    if (systemCode(error) === undefined) throw error;
    return false;
  }
}

function memoryFile(): string {
  return join(userFolder(), 'interpreters.json');
}

function readAll(): Remembered[] {
  const known = parseJson(textOf(memoryFile()) ?? '[]');
  return Array.isArray(known) ? known.filter(isRemembered) : [];
}

function isRemembered(value: unknown): value is Remembered {
  if (typeof value !== 'object' || value === null) return false;
  const { basis, version, executable, witnesses } = value as Record<string, unknown>;
  const texts = [basis, version, executable].every((text) => typeof text === 'string');
  return texts && typeof witnesses === 'object' && witnesses !== null && Object.keys(witnesses).length > 0;
}

/** Where a file really lies, and when it was last made or changed. Undefined where there is none. */
function stateOf(path: string): string | undefined {
  const info = lookAt(path);
  return info && `${realpath(path)} ${info.ino} ${info.size} ${info.mtimeMs} ${info.ctimeMs}`;
}

function realpath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function isScript(python: string): boolean {
  try {
    const descriptor = openSync(python, 'r');
    try {
      const start = Buffer.alloc(2);
      readSync(descriptor, start, 0, 2, 0);
      return start.toString('latin1') === '#!';
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return true;
  }
}

function isPyenvShim(python: string): boolean {
  return dirname(python) === join(pyenvRoot(), 'shims') && basename(python).startsWith('python');
}

/** What pyenv looks at: variables, the files that name a version, the versions that there are, and its own parts. */
function pyenvFacts(folder: string): unknown[] {
  const root = pyenvRoot();
  const variables = Object.entries(process.env).filter(([name]) => name.startsWith('PYENV_') || name === 'PATH');
  const parts = ['versions', 'plugins', 'pyenv.d', 'libexec'].map((name) => stateOf(join(root, name)));
  return [variables.sort(), namedAbove(folder), textOf(join(root, 'version')), parts];
}

/** The files that name versions for a folder, by either of its paths, with what they say. */
function namedAbove(folder: string): string[][] {
  const found: string[][] = [];
  for (const start of new Set([resolve(folder), realpath(folder) ?? folder])) {
    for (let current = start; ; current = dirname(current)) {
      const file = join(current, '.python-version');
      const text = textOf(file);
      if (text !== undefined) found.push([file, text]);
      if (dirname(current) === current) break;
    }
  }
  return found;
}

/** Undefined where there is no such file, or where this user may not read it. */
function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return undefined;
  }
}
