import { constants } from 'node:fs';
import { copyFile, lstat, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemCode } from '../base/fault.ts';
import { pathOf } from '../base/path-text.ts';
import type { FileProblem } from '../contract/supervisor-record.ts';
import { type FileHash, hashFile } from './hash-file.ts';
import type { Pace } from './pace.ts';

export type KeptFile = FileHash & {
  /** Relative to the run's folder. */
  kept: string;
};

const folderName = 'artifacts';
const mostTries = 100;
/** A copy is hashed whole, because that is how it is known to be sound. */
const everything = () => ({ whole: Number.POSITIVE_INFINITY, left: Number.POSITIVE_INFINITY, small: 0 });

/**
 * Copies a file among the run's artifacts, without using room twice where the file system can. One that is there already, with
 * the same content, is taken for the copy.
 *
 * @param name relative to the folder of artifacts; a number is added where another file has it
 * @throws where the folder cannot be written
 */
export async function keepFile(
  path: string,
  runFolder: string,
  name: string,
  pace: Pace,
): Promise<KeptFile | { problem: FileProblem }> {
  let original: FileHash | undefined;
  for (let attempt = 1; attempt <= mostTries; attempt++) {
    const kept = `${folderName}/${attempt === 1 ? name : numbered(name, attempt)}`;
    await makeFolders(runFolder, dirname(kept));
    const copy = join(runFolder, kept);
    const made = await copied(path, copy);
    if (!made) {
      const there = await hashFile(copy, everything(), pace);
      const found: FileHash | { problem: FileProblem } = original ?? (await hashFile(path, everything(), pace));
      if ('problem' in found) return found;
      original = found;
      if (!('problem' in there) && there.sha256 === found.sha256) return { ...there, modified: found.modified, kept };
      continue;
    }
    const hash = await hashFile(copy, everything(), pace);
    return 'problem' in hash ? hash : { ...hash, kept };
  }
  throw new Error(`${name}: all names are taken`);
}

/** Answers false where there is a file of that name. */
async function copied(from: string, to: string): Promise<boolean> {
  try {
    await copyFile(pathOf(from), to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** The run's folder itself is never made: it may have been deleted. A link on the way would lead out of it. */
async function makeFolders(runFolder: string, way: string): Promise<void> {
  let folder = runFolder;
  for (const part of way.split('/')) {
    folder = join(folder, part);
    await mkdir(folder).catch((error: unknown) => {
      if (systemCode(error) !== 'EEXIST') throw error;
    });
    if (!(await lstat(folder)).isDirectory()) throw new Error(`${folder} is not a folder.`);
  }
}

function numbered(name: string, number: number): string {
  const dot = name.lastIndexOf('.');
  return dot > name.lastIndexOf('/') + 1 ? `${name.slice(0, dot)}-${number}${name.slice(dot)}` : `${name}-${number}`;
}
