import { constants } from 'node:fs';
import { link, lstat, mkdir, open, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { systemCode } from '../base/fault.ts';
import { lookAt } from '../base/files.ts';

/** Keeps event files in the run's folder, whatever becomes of them elsewhere. */
export interface EventFileKeeper {
  /** Whether this file is kept already, by whatever name it was found. */
  has(file: { dev: number; ino: number }): boolean;
  /**
   * Links a file into the run's folder, or begins to copy it where the file system allows no link.
   *
   * @param tell is told the name in the run's folder before anything is there under it
   */
  keep(path: string, tell: (file: string) => void): Promise<void>;
  /** Goes on with the copies of what has grown. */
  copyOn(): Promise<void>;
}

/** Where it lies, relative to the run's folder, and where it was found. */
export interface KeptEventFile {
  file: string;
  source: string;
}

interface Copy {
  from: string;
  to: string;
  ino: number;
  length: number;
}

const folderName = 'events';
/** A program that makes more files than this does not train. */
const mostFiles = 2_000;
const longestName = 150;
const chunkBytes = 1 << 20;
const appending = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0);

/** @param earlier what is kept already */
export function eventFileKeeper(runFolder: string, earlier: readonly KeptEventFile[] = []): EventFileKeeper {
  const kept = new Set<string>();
  const copies: Copy[] = [];
  const identity = ({ dev, ino }: { dev: number; ino: number }) => `${dev}:${ino}`;
  for (const { file, source } of earlier) {
    const from = lookAt(source);
    const to = join(runFolder, file);
    const there = lookAt(to);
    kept.add(from ? identity(from) : file);
    if (from && there && from.ino !== there.ino) copies.push({ from: source, to, ino: from.ino, length: there.size });
  }

  return {
    has: (file) => kept.has(identity(file)),
    async keep(path, tell) {
      const source = await lstat(path);
      if (!source.isFile() || kept.has(identity(source)) || kept.size >= mostFiles) return;
      kept.add(identity(source));
      const file = `${folderName}/${String(kept.size).padStart(4, '0')}-${safeName(basename(path))}`;
      const to = join(runFolder, file);
      await makeFolder(join(runFolder, folderName));
      tell(file);
      if (await linked(path, to, source.ino)) return;
      copies.push({ from: path, to, ino: source.ino, length: 0 });
    },
    async copyOn() {
      for (const copy of copies) await copyGrowth(copy);
    },
  };
}

/** A link in its place would lead out of the store. */
async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true });
  if (!(await lstat(path)).isDirectory()) throw new Error(`${path} is not a folder.`);
}

function safeName(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9._-]/g, '_').slice(-longestName);
}

/** Answers false where there can be no link. What was put in the file's place meanwhile is not kept. */
async function linked(from: string, to: string, ino: number): Promise<boolean> {
  try {
    await link(from, to);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return true;
    if (systemCode(error) === undefined || systemCode(error) === 'EEXIST') throw error;
    return false;
  }
  const made = await lstat(to);
  if (!made.isFile() || made.ino !== ino) await rm(to, { force: true });
  return true;
}

/** A file that went away or was replaced ends as it is. */
async function copyGrowth(copy: Copy): Promise<void> {
  const source = await open(copy.from, 'r').catch(() => undefined);
  if (!source) return;
  try {
    const { ino, size } = await source.stat();
    if (ino !== copy.ino || size <= copy.length) return;
    const target = await open(copy.to, appending);
    try {
      while (copy.length < size) {
        const chunk = Buffer.allocUnsafe(Math.min(chunkBytes, size - copy.length));
        const { bytesRead } = await source.read(chunk, 0, chunk.length, copy.length);
        if (bytesRead === 0) break;
        await target.appendFile(chunk.subarray(0, bytesRead));
        copy.length += bytesRead;
      }
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}
