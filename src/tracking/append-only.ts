import { crc32 } from 'node:zlib';
import { systemCode } from '../base/fault.ts';
import { type Frame, nextFrame } from '../base/records.ts';
import type { MetricScan } from './sealed/block-slice.ts';
import { openJournal } from './sealed/journal-source.ts';

/** A record larger than this is no record but damage. */
const recordLimit = 64 * 1024 * 1024;

/** Behind damage of that length, a record is only looked for in so many last bytes of a file. A file may claim any length. */
const mostSearched = 2 ** 26;

/** A part of a file: at least one whole record, where there is one. */
export interface FileSlice {
  bytes: Buffer;
  /** Where in the file it begins. */
  offset: number;
  /** How long the file was found to be. */
  size: number;
  /** Nothing of the file stands behind it. */
  isLast: boolean;
  /** It is damage, although no end of it has been found. */
  isDamage: boolean;
  /** How many bytes behind it are not looked at, because there is more damage than anybody's failing disk leaves. */
  skipped: number;
  /** Reads metric records as `scanMetrics` does; there where `bytes` does not say what they are. */
  scan?: MetricScan;
}

/**
 * Reads an append-only file from `offset` on: about `bytes` of it, more where one record is longer. Links are not followed.
 * Of a journal that was sealed, the places are those that it had.
 */
export function readSlice(path: string, offset: number, bytes: number): FileSlice {
  const journal = openJournal(path);
  try {
    const { size } = journal;
    const slice = journal.slice(offset);
    if (slice?.scan || (slice && nextFrame(slice.bytes, 0))) {
      const isLast = offset + slice.bytes.length >= size;
      return { ...slice, offset, size, isLast, isDamage: false, skipped: 0 };
    }
    for (let wanted = bytes; ; wanted *= 4) {
      const buffer = journal.read(offset, Math.max(0, Math.min(wanted, size - offset)));
      const isLast = offset + buffer.length >= size || buffer.length < wanted;
      const isEnough = isLast || nextFrame(buffer, 0) !== undefined;
      if (!isEnough && wanted < recordLimit) continue;
      const skipped = isEnough ? 0 : Math.max(0, size - offset - buffer.length - mostSearched);
      return { bytes: buffer, offset, size, isLast, isDamage: !isEnough, skipped };
    }
  } finally {
    journal.close();
  }
}

/** Longer damage is not compared. */
const longestCompared = 64 * 1024 * 1024;

/** Tells a stretch of a file from what may come in its place; undefined where it cannot be read. */
export function checkOf(path: string, offset: number, bytes: number): number | undefined {
  if (!(bytes <= longestCompared)) return undefined;
  try {
    const journal = openJournal(path);
    try {
      return crc32(journal.read(offset, bytes));
    } finally {
      journal.close();
    }
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return undefined;
  }
}

/** How long a file was found to be; where more of it waits to be read, only as long as it has been read. */
export function seenOf({ offset, size, isLast }: FileSlice, consumed: number): number {
  return isLast ? size : offset + consumed;
}

/** What stands at a place of a slice; undefined at its end. */
export function frameAt({ bytes, isDamage }: FileSlice, start: number): Frame | undefined {
  if (!isDamage) return nextFrame(bytes, start);
  return start < bytes.length ? { torn: true, start, end: bytes.length } : undefined;
}
