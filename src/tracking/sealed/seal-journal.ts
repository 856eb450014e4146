import { createHash, randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsync,
  futimesSync,
  openSync,
  renameSync,
  rmSync,
  type Stats,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { crc32 } from 'node:zlib';
import { systemCode } from '../../base/fault.ts';
import { readAt } from '../../base/files.ts';
import { encodeBlock } from './block.ts';
import { blockBytes, headerBytes, longestBlock } from './block-format.ts';
import {
  type BlockPlace,
  encodeHeader,
  encodeTable,
  openToRead,
  readHeader,
  readStretch,
  readTable,
} from './sealed-file.ts';
import { sealedName } from './sealed-name.ts';

/** What sealing has done when it pauses. */
export type SealStep = 'packed' | 'written' | 'compared' | 'verified' | 'renamed';
/** `kept`: the journal changed meanwhile, or what is sealed beside it says something else. */
export type SealOutcome = 'sealed' | 'kept';

const sync = promisify(fsync);

/**
 * Puts the sealed form of a journal in its place, a block at a time, so that the caller may rest in between. The journal goes
 * only after the sealed file was brought to the disk, read again and found to say the same, byte for byte. Whoever stops in
 * between leaves the journal, or both.
 *
 * @param path of a journal that nobody writes to any more
 */
export async function* sealJournal(path: string): AsyncGenerator<SealStep, SealOutcome> {
  const journal = openToRead(path);
  try {
    const before = fstatSync(journal);
    const target = sealedName(path);
    const existing = yield* compareExisting(target, journal);
    if (existing === 'different') return 'kept';
    if (existing === 'none') {
      const draft = `${target}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`;
      try {
        yield* writeDraft(draft, journal, before);
        yield 'verified';
        if (hasChanged(journal, before)) return 'kept';
        renameSync(draft, target);
      } finally {
        rmSync(draft, { force: true });
      }
      await syncFolder(dirname(path));
      yield 'renamed';
    }
    if (hasChanged(journal, before)) return 'kept';
    rmSync(path, { force: true });
    return 'sealed';
  } finally {
    closeSync(journal);
  }
}

function hasChanged(journal: number, before: Stats): boolean {
  const now = fstatSync(journal);
  return now.size !== before.size || now.mtimeMs !== before.mtimeMs;
}

/** Sealing that was broken off between renaming and removing is gone on with; nothing is ever written over what differs. */
async function* compareExisting(
  target: string,
  journal: number,
): AsyncGenerator<SealStep, 'none' | 'same' | 'different'> {
  let sealed: number;
  try {
    sealed = openToRead(target);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return 'none';
    throw error;
  }
  try {
    return (yield* isSame(sealed, journal)) ? 'same' : 'different';
  } catch (error) {
    // What can be read no more says nothing: the journal itself is still there.
    if (systemCode(error) === 'EBADMSG') return 'none';
    throw error;
  } finally {
    closeSync(sealed);
  }
}

async function* writeDraft(draft: string, journal: number, before: Stats): AsyncGenerator<SealStep> {
  const sealed = openSync(draft, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, 0o600);
  try {
    yield* pack(sealed, journal, before.size);
    fchmodSync(sealed, before.mode & 0o777);
    // A run's age is told by the times of its files.
    futimesSync(sealed, before.atime, before.mtime);
    await sync(sealed);
    yield 'written';
    if (!(yield* isSame(sealed, journal))) throw new Error(`${draft} does not say the same as its journal.`);
  } finally {
    closeSync(sealed);
  }
}

async function* pack(sealed: number, journal: number, size: number): AsyncGenerator<SealStep> {
  const hash = createHash('sha256');
  const places: BlockPlace[] = [];
  let offset = headerBytes;
  for (let start = 0; start < size; ) {
    const stretch = nextStretch(journal, start, size);
    const packed = encodeBlock(stretch);
    hash.update(stretch);
    writeAt(sealed, packed, offset);
    const checks = { packedCheck: crc32(packed), check: crc32(stretch) };
    places.push({ offset, packed: packed.length, start, length: stretch.length, ...checks });
    offset += packed.length;
    start += stretch.length;
    yield 'packed';
  }
  const table = encodeTable(places);
  writeAt(sealed, table, offset);
  const header = { length: size, sha256: hash.digest('hex'), blocks: places.length, tableOffset: offset };
  writeAt(sealed, encodeHeader({ ...header, tableCheck: crc32(table) }), 0);
}

/** About as many whole records as a block holds; a record that is longer than that is not cut, garbage is. */
function nextStretch(journal: number, start: number, size: number): Buffer {
  for (let wanted = blockBytes; ; wanted *= 4) {
    const length = Math.min(wanted, size - start, longestBlock);
    const bytes = readAt(journal, start, length);
    if (bytes.length < length) throw new Error('A journal became shorter while it was sealed.');
    if (start + length === size || length === longestBlock) return bytes;
    const end = bytes.lastIndexOf('\n\u001e', length, 'latin1') + 1;
    if (end > 0) return bytes.subarray(0, end);
  }
}

async function* isSame(sealed: number, journal: number): AsyncGenerator<SealStep, boolean> {
  const header = readHeader(sealed);
  if (header.length !== fstatSync(journal).size) return false;
  for (const place of readTable(sealed, header)) {
    if (!readAt(journal, place.start, place.length).equals(readStretch(sealed, place))) return false;
    yield 'compared';
  }
  return true;
}

function writeAt(descriptor: number, bytes: Uint8Array, offset: number): void {
  for (let written = 0; written < bytes.length; ) {
    written += writeSync(descriptor, bytes, written, bytes.length - written, offset + written);
  }
}

/** Where folders cannot be synced, as on Windows, the file system keeps its own order. */
async function syncFolder(folder: string): Promise<void> {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(folder, constants.O_RDONLY);
    await sync(descriptor);
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
