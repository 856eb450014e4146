import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Micros } from '../base/time.ts';
import type { FileProblem } from '../contract/supervisor-record.ts';
import { type HashLimits, hashFile } from './hash-file.ts';
import type { Pace } from './pace.ts';
import { type FoundFile, walkFolder } from './walk-folder.ts';

/** The files of a folder that count. */
export interface FolderContent {
  files: FoundFile[];
  bytes: number;
  /** When the newest was changed. */
  modified: Micros | null;
  /** There are more than are looked at. */
  cut: boolean;
}

export interface FolderHash extends Omit<FolderContent, 'files' | 'cut'> {
  files: number;
  sha256: string | null;
  sampled: boolean;
}

const limits = { entries: 200_000, depth: 30, milliseconds: 60_000 };
const mostHashed = 256;

/** @param counts which files of the folder are meant */
export async function readFolder(
  path: string,
  flat: boolean,
  counts: (file: FoundFile) => boolean,
  pace: Pace,
): Promise<FolderContent | { problem: FileProblem }> {
  const files: FoundFile[] = [];
  const walk = await walkFolder(path, { ...limits, depth: flat ? 0 : limits.depth }, pace, (file) => {
    if (counts(file)) files.push(file);
  });
  if (walk.problem) return { problem: walk.problem };
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const modified = files.length === 0 ? null : files.reduce((most, file) => Math.max(most, file.modified), 0);
  return { files, bytes, modified, cut: walk.cut };
}

/** One hash over the names, sizes and contents of a folder's files, as docs/journal.md says. */
export async function hashFolder(
  path: string,
  { files, bytes, modified, cut }: FolderContent,
  hashing: HashLimits,
  pace: Pace,
): Promise<FolderHash> {
  const sorted = files
    .map((file) => ({ ...file, name: file.way.join('/') }))
    .sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
  const isLarge = bytes > Math.min(hashing.whole, hashing.left);
  const chosen = isLarge ? evenly(sorted.length, mostHashed) : undefined;
  const hash = createHash('sha256');
  let sampled = isLarge || cut;
  for (const [index, { name, way, bytes: size }] of sorted.entries()) {
    let content = '-';
    if (!chosen || chosen.has(index)) {
      const found = await hashFile(join(path, ...way), hashing, pace);
      if ('problem' in found) return { files: files.length, bytes, modified, sha256: null, sampled };
      content = found.sha256;
      sampled ||= found.sampled;
    }
    hash.update(`${content}  ${size}  ${name}\n`);
    await pace.rest();
  }
  return { files: files.length, bytes, modified, sha256: hash.digest('hex'), sampled };
}

/** So many of the numbers from 0 to `count` − 1, evenly placed, both ends among them. */
function evenly(count: number, most: number): Set<number> {
  if (count <= most) return new Set(Array.from({ length: count }, (_, index) => index));
  return new Set(Array.from({ length: most }, (_, index) => Math.floor((index * (count - 1)) / (most - 1))));
}
