import { closeSync, fstatSync, type Stats } from 'node:fs';
import { systemCode } from '../../base/fault.ts';
import { readAt } from '../../base/files.ts';
import { blockText } from './block.ts';
import { type BlockSlice, blockSlice } from './block-slice.ts';
import { type BlockPlace, openToRead, readHeader, readPlace, readStretch, readTable } from './sealed-file.ts';
import { sealedName } from './sealed-name.ts';

/** The bytes of a journal, whether it lies there as it was written or sealed. */
export interface JournalSource {
  size: number;
  /** The bytes from `offset` on; fewer than `length` where the journal ends. */
  read(offset: number, length: number): Buffer;
  /** What a sealed journal has from `offset` to the end of a block; undefined where that is not known by itself. */
  slice(offset: number): BlockSlice | undefined;
  close(): void;
}

/**
 * Opens a journal by the path of the `.jsonl` file. Of a sealed one, a block that is damaged reads as so many zeros: they
 * belong to no record, so that all the others are kept.
 *
 * @throws a system error; with the code EBADMSG where a sealed journal is damaged as a whole
 */
export function openJournal(path: string): JournalSource {
  try {
    return plainSource(openToRead(path));
  } catch (error) {
    const sealed = systemCode(error) === 'ENOENT' ? sealedName(path) : undefined;
    if (sealed === undefined) throw error;
    return sealedSource(sealed);
  }
}

function plainSource(descriptor: number): JournalSource {
  return {
    size: fstatSync(descriptor).size,
    read: (offset, length) => readAt(descriptor, offset, length),
    slice: () => undefined,
    close: () => closeSync(descriptor),
  };
}

function sealedSource(path: string): JournalSource {
  const descriptor = openToRead(path);
  try {
    const header = readHeader(descriptor);
    const places = tableOf(path, descriptor, () => readTable(descriptor, header));
    return {
      size: header.length,
      read: (offset, length) => readAcross(path, descriptor, places, offset, length),
      slice: (offset) => sliceAt(path, descriptor, places, offset),
      close: () => closeSync(descriptor),
    };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

interface Kept {
  path: string;
  stats: Pick<Stats, 'ino' | 'mtimeMs' | 'size'>;
  places: BlockPlace[];
  stretch?: { place: BlockPlace; bytes: Buffer };
}

/** A journal is read slice by slice, each opening it anew: the last one's table and block are likely the next one's too. */
let kept: Kept | undefined;

function tableOf(path: string, descriptor: number, read: () => BlockPlace[]): BlockPlace[] {
  const { ino, mtimeMs, size } = fstatSync(descriptor);
  const isSame =
    kept?.path === path && kept.stats.ino === ino && kept.stats.mtimeMs === mtimeMs && kept.stats.size === size;
  if (!kept || !isSame) kept = { path, stats: { ino, mtimeMs, size }, places: read() };
  return kept.places;
}

function readAcross(path: string, descriptor: number, places: BlockPlace[], offset: number, length: number): Buffer {
  const parts: Buffer[] = [];
  for (let index = firstFor(places, offset); index < places.length; index++) {
    const place = places[index] as BlockPlace;
    if (place.start >= offset + length) break;
    const bytes = stretchOf(path, descriptor, place);
    parts.push(bytes.subarray(Math.max(0, offset - place.start), offset + length - place.start));
  }
  return parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
}

function sliceAt(path: string, descriptor: number, places: BlockPlace[], offset: number): BlockSlice | undefined {
  const place = places[firstFor(places, offset)];
  if (!place) return undefined;
  if (place.start !== offset) return { bytes: stretchOf(path, descriptor, place).subarray(offset - place.start) };
  const block = readOr(undefined, () => readPlace(descriptor, place));
  // Without a metric record there may be none at all, and only what follows can tell.
  if (!block || block.order.length === 0) return undefined;
  return blockSlice(block, () => blockText(block));
}

function firstFor(places: BlockPlace[], offset: number): number {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const { start, length } = places[middle] as BlockPlace;
    if (start + length <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

function stretchOf(path: string, descriptor: number, place: BlockPlace): Buffer {
  const known = kept?.path === path ? kept : undefined;
  if (known?.stretch?.place === place) return known.stretch.bytes;
  const bytes = readOr(undefined, () => readStretch(descriptor, place)) ?? Buffer.alloc(place.length);
  if (known) known.stretch = { place, bytes };
  return bytes;
}

/** What is read of a block, or something else where it is damaged. */
function readOr<T, E>(otherwise: E, read: () => T): T | E {
  try {
    return read();
  } catch (error) {
    if (systemCode(error) !== 'EBADMSG') throw error;
    return otherwise;
  }
}
