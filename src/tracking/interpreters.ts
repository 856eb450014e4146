import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import process, { platform } from 'node:process';
import { systemCode } from '../base/fault.ts';
import { lookAt } from '../base/files.ts';
import type { Interpreter } from '../contract/arguments.ts';
import { fault } from '../contract/errors.ts';
import { findProgram } from './find-program.ts';
import { pyenvRoot } from './probe-memory.ts';
import { environmentPython, probePython } from './probe-python.ts';

type Candidate = Omit<Interpreter, 'version'>;

/** All usable interpreters for scripts of a folder, the one that a run would take first. */
export async function findInterpreters(folder: string): Promise<Interpreter[]> {
  const candidates = [...likely(folder), ...condaEnvironments(), ...pyenvVersions()];
  const probed = await Promise.all(
    uniqueByPath(candidates).map((candidate) => withVersion(folder, candidate).catch(() => undefined)),
  );
  return uniqueByPath(probed.filter((item) => item !== undefined));
}

/**
 * The interpreter that a run of this folder takes: the one asked for, else the folder's virtual environment, else the
 * active one, else pyenv's, else the first on the PATH.
 *
 * @param asked a path, absolute or from the folder; a program's name on the PATH; or the folder of an environment
 * @throws `python-missing`, `python-broken` (also where the folder's own environment is broken), `python-too-old`
 */
export async function chooseInterpreter(folder: string, asked?: string, signal?: AbortSignal): Promise<Interpreter> {
  if (asked) return withVersion(folder, { path: askedPath(folder, asked), source: 'asked' }, signal);
  const [first, ...others] = likely(folder);
  if (!first) throw fault('python-missing');
  if (first.source !== 'path') return withVersion(folder, first, signal);
  return firstUsable(folder, [first, ...others], signal);
}

async function firstUsable(folder: string, candidates: Candidate[], signal?: AbortSignal): Promise<Interpreter> {
  let reason: unknown;
  for (const candidate of candidates) {
    try {
      return await withVersion(folder, candidate, signal);
    } catch (error) {
      reason ??= error;
    }
  }
  throw reason;
}

async function withVersion(folder: string, candidate: Candidate, signal?: AbortSignal): Promise<Interpreter> {
  const { version, executable } = await probePython(candidate.path, folder, signal);
  const isShim = basename(dirname(candidate.path)) === 'shims';
  return { ...candidate, path: isShim ? executable : candidate.path, version };
}

/** Keeps the first of those with the same path. */
function uniqueByPath<T extends { path: string }>(items: T[]): T[] {
  return items.filter((item, index) => items.findIndex((other) => other.path === item.path) === index);
}

function askedPath(folder: string, asked: string): string {
  const home = asked.startsWith('~/') ? join(homedir(), asked.slice(2)) : asked;
  const path = resolve(folder, home);
  if (lookAt(path)?.isDirectory()) return environmentPython(path);
  const named = asked.includes('/') || asked.includes('\\') || isAbsolute(asked);
  if (named || existsSync(path)) return path;
  const found = findProgram(asked, folder, process.env);
  if (!found) throw fault('python-broken', { python: asked, problem: 'there is no such program on the PATH' });
  return found;
}

/** Candidates in the order of preference, without looking at every environment of the machine. */
function likely(folder: string): Candidate[] {
  return [...folderEnvironments(folder), ...activeEnvironments(), ...pyenvLocal(folder), ...onPath(folder)];
}

/**
 * Virtual environments in the folder itself and above it, up to the project's top. Where no top is found only the folder's
 * own count: what lies further up, such as in the temporary folder, may be anybody's.
 */
function folderEnvironments(folder: string): Candidate[] {
  const levels: Candidate[][] = [];
  for (let current = resolve(folder); ; current = dirname(current)) {
    const here = environmentNames(current).map((name) => environmentPython(join(current, name)));
    levels.push(here.map((path) => ({ path, source: 'venv' })));
    if (['.git', '.trainyard'].some((name) => existsSync(join(current, name)))) return levels.flat();
    if (current === homedir() || dirname(current) === current) return levels[0] ?? [];
  }
}

const usualNames = ['.venv', 'venv'];

function environmentNames(folder: string): string[] {
  const rank = (name: string) => (usualNames.includes(name) ? usualNames.indexOf(name) : usualNames.length);
  return folders(folder)
    .filter((name) => existsSync(join(folder, name, 'pyvenv.cfg')))
    .sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
}

function activeEnvironments(): Candidate[] {
  const { VIRTUAL_ENV, CONDA_PREFIX } = process.env;
  return [
    ...(VIRTUAL_ENV ? [{ path: environmentPython(VIRTUAL_ENV), source: 'venv' as const }] : []),
    ...(CONDA_PREFIX ? [{ path: condaPython(CONDA_PREFIX), source: 'conda' as const }] : []),
  ].filter((candidate) => existsSync(candidate.path));
}

function condaEnvironments(): Candidate[] {
  return readText(join(homedir(), '.conda', 'environments.txt'))
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .map((prefix) => ({ path: condaPython(prefix), source: 'conda' as const }))
    .filter((candidate) => existsSync(candidate.path));
}

function condaPython(prefix: string): string {
  return platform === 'win32' ? join(prefix, 'python.exe') : join(prefix, 'bin', 'python');
}

/** The version that a `.python-version` file of the folder, or one above, names for pyenv. */
function pyenvLocal(folder: string): Candidate[] {
  for (let current = resolve(folder); ; current = dirname(current)) {
    const named = readText(join(current, '.python-version')).trim().split('\n')[0];
    if (named) return pyenvCandidates([named]);
    if (dirname(current) === current) return [];
  }
}

function pyenvVersions(): Candidate[] {
  return pyenvCandidates(folders(join(pyenvRoot(), 'versions')).sort().reverse());
}

function pyenvCandidates(versions: string[]): Candidate[] {
  return versions
    .map((version) => ({ path: environmentPython(join(pyenvRoot(), 'versions', version)), source: 'pyenv' as const }))
    .filter((candidate) => existsSync(candidate.path));
}

function onPath(folder: string): Candidate[] {
  const names = platform === 'win32' ? ['python', 'python3', 'py'] : ['python3', 'python'];
  return names
    .map((name) => findProgram(name, folder, process.env))
    .filter((path) => path !== null)
    .map((path) => ({ path, source: 'path' as const }));
}

function folders(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink()).map((entry) => entry.name);
  } catch (error) {
    if (absent.has(systemCode(error) ?? '')) return [];
    throw error;
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (absent.has(systemCode(error) ?? '')) return '';
    throw error;
  }
}

const absent = new Set(['ENOENT', 'ENOTDIR', 'EACCES', 'EISDIR', 'EPERM']);
