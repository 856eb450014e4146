import { type Dir, type Dirent, lstatSync, opendirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { systemCode } from '../base/fault.ts';
import { nameText, pathOf } from '../base/path-text.ts';
import { readIfRegular } from '../base/regular-file.ts';
import type { Micros } from '../base/time.ts';
import type { FileProblem } from '../contract/supervisor-record.ts';
import { madeAt, problemOf, stateOf } from './look-at-file.ts';
import type { Pace } from './pace.ts';

/** A regular file below a folder. */
export interface FoundFile {
  /** The names from the folder to it. */
  way: string[];
  bytes: number;
  modified: Micros;
  /** When it was made; 0 where the file system does not know. */
  made: Micros;
}

export interface WalkBounds {
  /** Entries that are looked at, in all. */
  entries: number;
  depth: number;
  milliseconds: number;
  /** Where nothing came or went in a folder since then, only some of its entries are looked at: it may hold a million images. */
  since?: Micros;
}

/** Of a folder in which nothing came or went. */
const mostInOldFolder = 2_000;

export interface Walk {
  /** A bound was reached before the end. */
  cut: boolean;
  /** Why the folder itself could not be looked at. */
  problem: FileProblem | null;
}

/** What tools keep for themselves; no script's result. */
const passedBy = new Set([
  '.git',
  '.hg',
  '.cache',
  '.idea',
  '.vscode',
  '.svn',
  '.trainyard',
  '.ipynb_checkpoints',
  '.mypy_cache',
  '.pytest_cache',
  '.ruff_cache',
  '.tox',
  '.nox',
  '__pycache__',
  'node_modules',
  'site-packages',
]);
/** It lies in the folder of a Python environment. */
const environmentFile = 'pyvenv.cfg';
/** The first line of what joblib's `Memory` puts into the folder that it is given. */
const markOfCache = '# Created by joblib automatically.\n';

/** Goes through the regular files of a folder and below, those near the top first. Links are not followed. */
export async function walkFolder(
  root: string,
  bounds: WalkBounds,
  pace: Pace,
  take: (file: FoundFile) => void,
): Promise<Walk> {
  const end = performance.now() + bounds.milliseconds;
  let left = bounds.entries;
  let level: string[][] = [[]];
  for (let depth = 0; depth <= bounds.depth && level.length > 0; depth++) {
    const next: string[][] = [];
    for (const way of level) {
      if (left <= 0 || performance.now() > end) return { cut: true, problem: null };
      const folder = join(root, ...way);
      const listed = await listFolder(
        folder,
        isOld(folder, bounds.since) ? Math.min(left, mostInOldFolder) : left,
        pace,
      );
      if ('problem' in listed) {
        if (depth === 0) return { cut: false, problem: listed.problem };
        continue;
      }
      left -= listed.entries.length;
      if (listed.entries.some(({ name }) => name === environmentFile) || isCache(folder, listed.entries)) continue;
      for (const { name, isFolder } of listed.entries) {
        if (isFolder) {
          if (!passedBy.has(name)) next.push([...way, name]);
          continue;
        }
        const found = lookAt(join(folder, name));
        if (found) take({ way: [...way, name], ...found });
        if (!pace.isDue()) continue;
        await pace.rest();
        if (performance.now() > end) return { cut: true, problem: null };
      }
    }
    level = next;
  }
  return { cut: level.length > 0 && bounds.depth > 0, problem: null };
}

function isCache(folder: string, entries: readonly Listed[]): boolean {
  if (!['joblib', '.gitignore'].every((wanted) => entries.some(({ name }) => name === wanted))) return false;
  try {
    return readIfRegular(join(folder, '.gitignore'), 1_000)?.toString('latin1').startsWith(markOfCache) ?? false;
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return false;
  }
}

interface Listed {
  name: string;
  isFolder: boolean;
}

/** The regular files and folders in a folder. */
async function listFolder(
  path: string,
  most: number,
  pace: Pace,
): Promise<{ entries: Listed[] } | { problem: FileProblem }> {
  let folder: Dir | undefined;
  try {
    const entries: Listed[] = [];
    folder = opendirSync(pathOf(path), { bufferSize: 256 });
    for (let entry = folder.readSync(); entry && entries.length < most; entry = folder.readSync()) {
      if (entry.name.includes('\ufffd')) return { entries: exactNames(path).slice(0, most) };
      if (isWanted(entry)) entries.push({ name: entry.name, isFolder: entry.isDirectory() });
      if (pace.isDue()) await pace.rest();
    }
    return { entries };
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return { problem: problemOf(error) };
  } finally {
    folder?.closeSync();
  }
}

/** Again by bytes, because a name is no UTF-8. */
function exactNames(path: string): Listed[] {
  return readdirSync(pathOf(path), { withFileTypes: true, encoding: 'buffer' })
    .filter(isWanted)
    .map((entry) => ({ name: nameText(entry.name), isFolder: entry.isDirectory() }));
}

const isWanted = (entry: Pick<Dirent, 'isFile' | 'isDirectory'>) => entry.isFile() || entry.isDirectory();

function isOld(folder: string, since: Micros | undefined): boolean {
  if (since === undefined) return false;
  const found = statSync(pathOf(folder), { throwIfNoEntry: false });
  return found !== undefined && found.mtimeMs * 1_000 < since;
}

/** What went away meanwhile is not there. Asked at once, because a wait for each would cost more than the look. */
function lookAt(path: string): Omit<FoundFile, 'way'> | undefined {
  try {
    const found = lstatSync(pathOf(path), { bigint: true, throwIfNoEntry: false });
    if (!found?.isFile()) return undefined;
    return { ...stateOf(found), made: madeAt(found) };
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return undefined;
  }
}
