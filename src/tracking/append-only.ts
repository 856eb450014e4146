import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { type Framing, splitRecords } from '../base/records.ts';

/** A record larger than this is no record but damage. */
const recordLimit = 64 * 1024 * 1024;

export interface FileSlice extends Framing {
  /** Where in the file the slice begins; the places in it count from here. */
  offset: number;
  /** How long the file was found to be; where more of it waits to be read, only as long as it has been read. */
  seen: number;
}

/**
 * Reads whole records of an append-only file from `offset` on: about `bytes` of them, more where one record is longer.
 * Links are not followed.
 */
export function readSlice(path: string, offset: number, bytes: number): FileSlice {
  const descriptor = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  try {
    const { size } = fstatSync(descriptor);
    for (let wanted = bytes; ; wanted *= 4) {
      const buffer = readAt(descriptor, offset, Math.max(0, Math.min(wanted, size - offset)));
      const framing = splitRecords(buffer);
      const isAll = offset + buffer.length >= size || buffer.length < wanted;
      if (isAll) return { ...framing, offset, seen: size };
      if (framing.consumed > 0) return { ...framing, offset, seen: offset + framing.consumed };
      if (wanted >= recordLimit) return { ...skip(buffer), offset, seen: offset + buffer.length };
    }
  } finally {
    closeSync(descriptor);
  }
}

function skip(buffer: Buffer): Framing {
  return { records: [], torn: [{ start: 0, end: buffer.length }], consumed: buffer.length };
}

function readAt(descriptor: number, offset: number, length: number): Buffer {
  const buffer = Buffer.allocUnsafe(length);
  let read = 0;
  while (read < length) {
    const more = readSync(descriptor, buffer, read, length - read, offset + read);
    if (more === 0) break;
    read += more;
  }
  return buffer.subarray(0, read);
}
