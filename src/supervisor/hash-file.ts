import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { pathOf } from '../base/path-text.ts';
import type { Micros } from '../base/time.ts';
import type { FileProblem } from '../contract/supervisor-record.ts';
import { isSame, problemOf, stateOf } from './look-at-file.ts';
import type { Pace } from './pace.ts';

export interface FileHash {
  sha256: string;
  sampled: boolean;
  bytes: number;
  modified: Micros;
  /** It changed while it was read. */
  unsteady: boolean;
}

/** How much is read of files. */
export interface HashLimits {
  /** Larger files are sampled. */
  whole: number;
  /** How much is read whole in all; used up by hashing. Then files above `small` are sampled. */
  left: number;
  small: number;
}

const mebibyte = 1 << 20;
export const usualLimits = (): HashLimits => ({ whole: 256 * mebibyte, left: 8_192 * mebibyte, small: 8 * mebibyte });

const slice = mebibyte;
const sample = { ends: mebibyte, blocks: 64, block: 65_536 };
const reading = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** SHA-256 of a regular file, or of a sample of it, as docs/journal.md says. Reads in small pieces. */
export async function hashFile(
  path: string,
  limits: HashLimits,
  pace: Pace,
): Promise<FileHash | { problem: FileProblem }> {
  let file: FileHandle | undefined;
  try {
    file = await open(pathOf(path), reading);
    const found = await file.stat({ bigint: true });
    if (!found.isFile()) return { problem: 'special' };
    const before = stateOf(found);
    const sampled = before.bytes > (before.bytes <= limits.left ? limits.whole : Math.min(limits.whole, limits.small));
    const hash = createHash('sha256');
    if (sampled) hash.update(`trainyard-sample-1 ${before.bytes}\n`);
    else limits.left -= before.bytes;
    const buffer = Buffer.allocUnsafe(Math.min(slice, Math.max(1, before.bytes)));
    for (const [start, end] of sampled ? sampleRanges(before.bytes) : [[0, before.bytes] as const]) {
      for (let position = start; position < end; ) {
        const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, end - position), position);
        if (bytesRead === 0) break;
        hash.update(buffer.subarray(0, bytesRead));
        position += bytesRead;
        await pace.rest();
      }
    }
    const after = stateOf(await file.stat({ bigint: true }));
    return { sha256: hash.digest('hex'), sampled, ...before, unsteady: !isSame(before, after) };
  } catch (error) {
    return { problem: problemOf(error) };
  } finally {
    await file?.close();
  }
}

/** The parts of a large file that stand for it. */
export function sampleRanges(bytes: number): (readonly [start: number, end: number])[] {
  const { ends, blocks, block } = sample;
  const places = Array.from({ length: blocks }, (_, index) =>
    Math.floor(((index + 1) * (bytes - block)) / (blocks + 1)),
  );
  return [
    [0, Math.min(ends, bytes)],
    ...places.filter((start) => start >= 0).map((start) => [start, start + block] as const),
    [Math.max(0, bytes - ends), bytes],
  ];
}
