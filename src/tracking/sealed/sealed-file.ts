import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { readAt } from '../../base/files.ts';
import { type Block, blockText, readBlock } from './block.ts';
import { entryBytes, headerBytes, longestBlock, magic, sealDamage, sealedVersion } from './block-format.ts';

export interface SealedHeader {
  /** How long the journal was. */
  length: number;
  /** SHA-256 of the journal, in hexadecimal. */
  sha256: string;
  blocks: number;
  tableOffset: number;
  tableCheck: number;
}

/** A block: where it is in the sealed file, and which stretch of the journal it stands for. */
export interface BlockPlace {
  offset: number;
  packed: number;
  start: number;
  length: number;
  packedCheck: number;
  check: number;
}

export function encodeHeader({ length, sha256, blocks, tableOffset, tableCheck }: SealedHeader): Buffer {
  const header = Buffer.alloc(headerBytes);
  header.write(magic, 0, 'latin1');
  header.writeUInt32LE(sealedVersion, 8);
  header.writeUInt32LE(blocks, 12);
  header.writeBigUInt64LE(BigInt(length), 16);
  header.writeBigUInt64LE(BigInt(tableOffset), 24);
  header.write(sha256, 32, 'hex');
  header.writeUInt32LE(tableCheck, 64);
  header.writeUInt32LE(crc32(header.subarray(0, 68)), 68);
  return header;
}

export function encodeTable(blocks: BlockPlace[]): Buffer {
  const table = Buffer.alloc(blocks.length * entryBytes);
  blocks.forEach(({ packed, length, packedCheck, check }, index) => {
    table.writeUInt32LE(packed, index * entryBytes);
    table.writeUInt32LE(length, index * entryBytes + 4);
    table.writeUInt32LE(packedCheck, index * entryBytes + 8);
    table.writeUInt32LE(check, index * entryBytes + 12);
  });
  return table;
}

/** @throws a system error, or one with the code EBADMSG where the file is damaged or of a later version */
export function readHeader(descriptor: number): SealedHeader {
  const header = readExactly(descriptor, 0, headerBytes);
  if (header.toString('latin1', 0, magic.length) !== magic) throw sealDamage('it does not begin as one');
  const version = header.readUInt32LE(8);
  if (version !== sealedVersion)
    throw sealDamage(`it has version ${version}, and this Trainyard reads ${sealedVersion}`);
  if (crc32(header.subarray(0, 68)) !== header.readUInt32LE(68)) throw sealDamage('its first bytes are not as written');
  const read: SealedHeader = {
    length: Number(header.readBigUInt64LE(16)),
    sha256: header.toString('hex', 32, 64),
    blocks: header.readUInt32LE(12),
    tableOffset: Number(header.readBigUInt64LE(24)),
    tableCheck: header.readUInt32LE(64),
  };
  const { size } = fstatSync(descriptor);
  const wanted = read.tableOffset + read.blocks * entryBytes;
  if (size !== wanted) throw sealDamage(`it has ${size} bytes instead of ${wanted}`);
  return read;
}

export function readTable(descriptor: number, { blocks, tableOffset, tableCheck, length }: SealedHeader): BlockPlace[] {
  const table = readExactly(descriptor, tableOffset, blocks * entryBytes);
  if (crc32(table) !== tableCheck) throw sealDamage('the table of its blocks is not as written');
  const places: BlockPlace[] = [];
  let offset = headerBytes;
  let start = 0;
  for (let at = 0; at < table.length; at += entryBytes) {
    const place = {
      offset,
      start,
      packed: table.readUInt32LE(at),
      length: table.readUInt32LE(at + 4),
      packedCheck: table.readUInt32LE(at + 8),
      check: table.readUInt32LE(at + 12),
    };
    if (place.length > longestBlock) throw sealDamage(`a block stands for ${place.length} bytes`);
    places.push(place);
    offset += place.packed;
    start += place.length;
  }
  if (offset !== tableOffset || start !== length) throw sealDamage('its blocks do not add up');
  return places;
}

/** What a block says, checked as far as that is possible without making text of it. */
export function readPlace(descriptor: number, place: BlockPlace): Block {
  const packed = readExactly(descriptor, place.offset, place.packed);
  if (crc32(packed) !== place.packedCheck) throw notAsWritten(place);
  const block = readBlock(packed, place.length);
  if (block.length !== place.length) throw notAsWritten(place);
  return block;
}

/** The stretch of the journal that a block stands for, checked. */
export function readStretch(descriptor: number, place: BlockPlace): Buffer {
  const stretch = blockText(readPlace(descriptor, place));
  if (stretch.length !== place.length || crc32(stretch) !== place.check) throw notAsWritten(place);
  return stretch;
}

function notAsWritten({ start, length }: BlockPlace): Error {
  return sealDamage(`the block for ${length} bytes at ${start} is not as written`);
}

function readExactly(descriptor: number, offset: number, length: number): Buffer {
  const bytes = readAt(descriptor, offset, length);
  if (bytes.length < length) throw sealDamage('it ends too early');
  return bytes;
}

/** Links are not followed. */
export function openToRead(path: string): number {
  return openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
}

/** How long the journal is that a sealed file stands for; undefined where the file cannot be read. */
export function sealedLength(path: string): number | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = openToRead(path);
    return readHeader(descriptor).length;
  } catch {
    return undefined;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
