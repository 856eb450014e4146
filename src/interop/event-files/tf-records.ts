import { maskedCrc32c } from './crc32c.ts';

/**
 * TFRecord framing: the length of the data (uint64), the masked CRC-32C of these eight bytes, the data, and its masked
 * CRC-32C; all little-endian.
 */
const headerBytes = 12;
const footerBytes = 4;

/** A record that says it is larger than this is damage: no event of a training comes near it. */
export const longestRecord = 64 * 1024 * 1024;

/** Data that turns out not to be what its header says is summed up so many times its bytes in all. */
const mostSums = 8;

export interface TfRecord {
  /** Where its header stands, in bytes from the start of the buffer. */
  start: number;
  /** A view into the buffer. */
  data: Buffer;
}

export interface TfRecords {
  records: TfRecord[];
  /** Stretches that belong to no whole record. */
  torn: { start: number; end: number }[];
  /** Bytes that are settled; what follows may be a record still being written. */
  consumed: number;
  /** How many bytes the record at `consumed` has in all, as far as they can be told. */
  wanted: number;
}

/**
 * Splits what was read of an event file into whole records, and finds the next good one after a damaged one.
 *
 * @param isEnd the file ends with these bytes: a record that says it goes on behind them, and has a whole one behind it, was cut
 */
export function splitTfRecords(bytes: Buffer, isEnd = false): TfRecords {
  const records: TfRecord[] = [];
  const torn: TfRecords['torn'] = [];
  let position = 0;
  let wanted = headerBytes;
  // Of headers that are whole each may claim what follows as its data: then all of it would be summed up for each.
  let patience = bytes.length * mostSums;
  const isWhole = (place: number, size: number) => {
    if (patience <= 0) return false;
    if (isDataWhole(bytes, place, size)) return true;
    patience -= size;
    return false;
  };
  while (bytes.length - position >= headerBytes) {
    const length = headerAt(bytes, position);
    wanted = headerBytes + (length ?? 0) + footerBytes;
    if (length !== undefined && position + wanted > bytes.length) {
      const next = isEnd ? findWhole(bytes, position + 1, isWhole) : undefined;
      if (next === undefined) break;
      torn.push({ start: position, end: next });
      position = next;
    } else if (length !== undefined && isWhole(position, length)) {
      records.push({ start: position, data: bytes.subarray(position + headerBytes, position + headerBytes + length) });
      position += wanted;
    } else {
      const next = findRecord(bytes, position + 1, isWhole);
      torn.push({ start: position, end: next });
      position = next;
    }
    wanted = headerBytes;
  }
  return { records, torn, consumed: position, wanted };
}

/** The length that a header tells; undefined where it is none. */
function headerAt(bytes: Buffer, position: number): number | undefined {
  const length = bytes.readUInt32LE(position);
  if (bytes.readUInt32LE(position + 4) !== 0 || length > longestRecord) return undefined;
  return bytes.readUInt32LE(position + 8) === maskedCrc32c(bytes, position, position + 8) ? length : undefined;
}

function isDataWhole(bytes: Buffer, position: number, length: number): boolean {
  const data = position + headerBytes;
  return bytes.readUInt32LE(data + length) === maskedCrc32c(bytes, data, data + length);
}

type IsWhole = (position: number, length: number) => boolean;

/** The next place that a whole record begins at. */
function findWhole(bytes: Buffer, from: number, isWhole: IsWhole): number | undefined {
  for (let position = from; position + headerBytes + footerBytes <= bytes.length; position++) {
    const length = headerAt(bytes, position);
    if (length === undefined || position + headerBytes + length + footerBytes > bytes.length) continue;
    if (isWhole(position, length)) return position;
  }
  return undefined;
}

/** The next place that a good record begins at, or where the bytes that follow are too few to tell. */
function findRecord(bytes: Buffer, from: number, isWhole: IsWhole): number {
  let position = from;
  for (; position + headerBytes <= bytes.length; position++) {
    const length = headerAt(bytes, position);
    if (length === undefined) continue;
    const isShort = position + headerBytes + length + footerBytes > bytes.length;
    if (isShort || isWhole(position, length)) return position;
  }
  return position;
}
