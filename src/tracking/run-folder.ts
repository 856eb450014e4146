import { type Dirent, lstatSync, readdirSync, realpathSync, type Stats } from 'node:fs';
import { join, relative } from 'node:path';
import { causeText, systemCode } from '../base/fault.ts';
import { lookAt } from '../base/files.ts';
import { isId } from '../base/ids.ts';
import { readIfRegular } from '../base/regular-file.ts';
import { fault } from '../contract/errors.ts';
import { type RunFile, runFile } from '../contract/run-file.ts';
import { supervisorFile } from './file-names.ts';
import { sealedLength } from './sealed/sealed-file.ts';
import { isSealed, journalName } from './sealed/sealed-name.ts';

export { supervisorFile };

const journalPattern = /^(journal|system)-.+\.(jsonl|sealed)$/;

/** Whether a file of a run holds what the supervisor measured of the run's processes, rather than what they said. */
export const isSystemFile = (name: string) => name.startsWith('system-');

/** Whether a file of a run is a kept event file of TensorBoard. */
export const isEventFile = (name: string) => name.startsWith(`${eventFolder}/`);
export const eventFolder = 'events';

/**
 * The folder of a run; it may not exist.
 *
 * @throws `run-missing` where the id is none: ids come from files and an index that anybody may have made
 */
export function runFolder(store: string, id: string): string {
  if (!isId(id)) throw fault('run-missing', { run: id });
  return join(store, 'runs', id);
}

/** The ids of the run folders of a store. What is no folder, a link included, is none. */
export function listRunFolders(store: string): Set<string> {
  const entries = listFolder(join(store, 'runs'));
  return new Set(entries.filter((entry) => entry.isDirectory() && isId(entry.name)).map((entry) => entry.name));
}

/** The ids of runs in the place of whose folders links lie. */
export function listLinkedRuns(store: string): string[] {
  const entries = listFolder(join(store, 'runs'));
  return entries.filter((entry) => entry.isSymbolicLink() && isId(entry.name)).map((entry) => entry.name);
}

/** The ops files of a store, with their sizes. */
export function listOpsFiles(store: string): { name: string; size: number }[] {
  return regularFiles(join(store, 'ops'), (name) => name.endsWith('.jsonl'));
}

export interface FolderLook {
  /** There is a run.json, readable or not, or what a run's processes wrote. */
  isRun: boolean;
  /** The append-only files, with their sizes. */
  files: { name: string; size: number }[];
  /** When any of them grew last, in microseconds UTC. */
  touched: number;
}

const nothing: FolderLook = { isRun: false, files: [], touched: 0 };

/** What lies in a run's folder at this moment. A link in its place is none. */
export function lookAtRun(store: string, id: string): FolderLook {
  const folder = runFolder(store, id);
  if (!statOrNothing(folder)?.isDirectory()) return nothing;
  const own = unsealed(folder, (name) => name === supervisorFile || journalPattern.test(name));
  const files = [...own, ...eventFiles(folder)];
  const asked = statOrNothing(join(folder, 'run.json'));
  const touched = files.reduce((latest, file) => Math.max(latest, file.touched), 0);
  return { isRun: asked !== undefined || own.length > 0, files, touched };
}

/**
 * Sealed journals under the names and with the sizes that they had; where a journal still lies beside its sealed form, once.
 * Of a sealed one that cannot be read, the size is beyond all that could be known of it: it is not taken for a shorter one.
 */
function unsealed(folder: string, wanted: (name: string) => boolean) {
  const found = regularFiles(folder, wanted);
  const names = new Set(found.map((file) => file.name));
  return found
    .filter((file) => !isSealed(file.name) || !names.has(journalName(file.name)))
    .map((file) => {
      if (!isSealed(file.name)) return file;
      const size = sealedLength(join(folder, file.name)) ?? Number.MAX_SAFE_INTEGER;
      return { ...file, name: journalName(file.name), size };
    });
}

/** After the others, because what the supervisor says of them comes first. */
function eventFiles(folder: string) {
  const path = join(folder, eventFolder);
  if (!statOrNothing(path)?.isDirectory()) return [];
  return regularFiles(path, () => true).map((file) => ({ ...file, name: `${eventFolder}/${file.name}` }));
}

/** Bytes: more than anybody's command line and variables together. */
export const largestRecord = 64 << 20;

/** run.json, or in words why it cannot be read. */
export function readRunFile(store: string, id: string): { asked: RunFile } | { problem: string } {
  try {
    const path = join(runFolder(store, id), 'run.json');
    const bytes = readIfRegular(path, largestRecord);
    if (!bytes) return { problem: statOrNothing(path) ? 'it is not a file' : 'it is not there' };
    const parsed = runFile.safeParse(JSON.parse(bytes.toString('utf8')));
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      return { problem: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'wrong'}` };
    }
    if (parsed.data.id !== id) return { problem: `it is about the run ${parsed.data.id}` };
    return { asked: parsed.data };
  } catch (error) {
    return { problem: causeText(error) };
  }
}

function regularFiles(folder: string, wanted: (name: string) => boolean) {
  return listFolder(folder)
    .filter((entry) => entry.isFile() && wanted(entry.name))
    .map((entry) => ({ name: entry.name, stats: statOrNothing(join(folder, entry.name)) }))
    .filter((file) => file.stats?.isFile())
    .map(({ name, stats }) => ({
      name,
      size: (stats as Stats).size,
      touched: Math.round((stats as Stats).mtimeMs * 1000),
    }));
}

/** What lies in a folder; nothing where there is none. */
export function listFolder(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

function statOrNothing(path: string): Stats | undefined {
  try {
    // What is not there is common, and an error costs more than the look.
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

export function isAbsent(error: unknown): boolean {
  const code = systemCode(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/** Whether a stored path, relative and with forward slashes, stays inside the folder that it is relative to. */
export function isInside(path: string): boolean {
  if (path === '' || path.startsWith('/') || /^[A-Za-z]:|\\|\0/.test(path)) return false;
  return !path.split('/').includes('..');
}

/**
 * The absolute path of a file or a folder that a run's file names, or null where there is none, or it lies outside the run, links
 * followed.
 */
export function insideRun(store: string, id: string, path: string): string | null {
  if (!isInside(path)) return null;
  const folder = runFolder(store, id);
  const absolute = join(folder, path);
  const found = lookAt(absolute);
  if (!found?.isFile() && !found?.isDirectory()) return null;
  try {
    const actual = relative(realpathSync(folder), realpathSync(absolute)).replaceAll('\\', '/');
    return isInside(actual) ? absolute : null;
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return null;
  }
}
