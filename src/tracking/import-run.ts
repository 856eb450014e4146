import { constants } from 'node:fs';
import { copyFile, link, lstat, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import { systemCode } from '../base/fault.ts';
import { makeFolders, writeWhole } from '../base/files.ts';
import { newId } from '../base/ids.ts';
import { productVersion } from '../base/package-root.ts';
import type { Micros } from '../base/time.ts';
import { userName } from '../base/user-name.ts';
import { longestName } from '../contract/run.ts';
import type { RunFile } from '../contract/run-file.ts';
import { eventFolder, runFolder } from './run-folder.ts';

/** A finished run that another tool recorded. */
export interface ForeignRun {
  name: string;
  experiment: string;
  /** The tool's name, which stands for what the run started. */
  tool: string;
  /** Where its files are, absolute. */
  folder: string;
  /** The same for the same run, wherever its files lie. */
  fingerprint: string;
  created: Micros;
  /** The event files, absolute. */
  files: string[];
}

/** Makes a run of what another tool recorded; answers its id. Its files are linked, or copied where that cannot be. */
export async function importRun(store: string, foreign: ForeignRun): Promise<string> {
  const id = newId();
  const draft = join(store, 'runs', `.${id}.draft`);
  makeFolders(draft);
  try {
    await addEventFiles(draft, foreign.files);
    writeWhole(join(draft, 'run.json'), `${JSON.stringify(describe(id, foreign), null, 2)}\n`);
    await rename(draft, join(store, 'runs', id));
    return id;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Brings an imported run up to what its files say now; answers whether there was more. */
export function updateImportedRun(store: string, id: string, files: string[]): Promise<boolean> {
  return addEventFiles(runFolder(store, id), files);
}

function describe(id: string, { name, experiment, tool, folder, fingerprint, created }: ForeignRun): RunFile {
  return {
    version: 1,
    id,
    name: name.slice(0, longestName),
    experiment,
    created,
    target: { kind: 'program', argv: [tool] },
    args: [],
    command: [],
    cwd: folder,
    interpreter: null,
    env: {},
    tags: {},
    origin: 'import',
    rerunOf: null,
    imported: { folder, fingerprint },
    host: hostname(),
    user: userName(),
    trainyard: productVersion(),
    mark: null,
  };
}

async function addEventFiles(run: string, files: string[]): Promise<boolean> {
  const folder = join(run, eventFolder);
  makeFolders(folder);
  const kept = new Map((await readdir(folder)).map((name) => [name.replace(/^\d+-/, ''), name]));
  let grown = false;
  for (const file of files) {
    const name = basename(file);
    const known = kept.get(name);
    if (known !== undefined) {
      if (await copyRest(file, join(folder, known), run)) grown = true;
      continue;
    }
    const made = `${String(kept.size + 1).padStart(4, '0')}-${name}`;
    kept.set(name, made);
    await linkOrCopy(file, join(folder, made));
    grown = true;
  }
  return grown;
}

async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (systemCode(error) === undefined || systemCode(error) === 'ENOENT') throw error;
    await copyFile(from, to, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
  }
}

/** Event files only grow: what a copy lacks is added. A link to the same file has it already. */
async function copyRest(from: string, to: string, run: string): Promise<boolean> {
  const [source, copy] = [await stat(from), await lstat(to)];
  if ((source.dev === copy.dev && source.ino === copy.ino) || source.size <= copy.size || !copy.isFile()) return false;
  if (copy.nlink > 1) await unlinkFromOthers(to, run);
  const [reader, writer] = [await open(from, 'r'), await open(to, 'a')];
  try {
    for await (const chunk of reader.createReadStream({ start: copy.size, end: source.size - 1, autoClose: false })) {
      await writer.appendFile(chunk as Buffer);
    }
    return true;
  } finally {
    await writer.close();
    await reader.close();
  }
}

/** What is linked is a file of the user's, which must not be written to. */
async function unlinkFromOthers(path: string, run: string): Promise<void> {
  const draft = join(run, `.${newId()}.draft`);
  try {
    await copyFile(path, draft, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
    await rename(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
}
