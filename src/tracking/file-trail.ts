import { closeSync, constants, openSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { systemCode } from '../base/fault.ts';
import { readAt } from '../base/files.ts';

/** Two files that agree in so many bytes at the same place, with a time and a value in them, are the same up to there. */
const trailBytes = 96;

/**
 * What stands right before a place of an append-only file, in short; null where there is nothing, or no such file: a sealed
 * journal is checked by its own sums.
 */
export function trailOf(path: string, offset: number): string | null {
  if (offset === 0) return null;
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
    const from = Math.max(0, offset - trailBytes);
    const bytes = readAt(descriptor, from, offset - from);
    return bytes.length < offset - from ? null : `${bytes.length} ${crc32(bytes)}`;
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return null;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
