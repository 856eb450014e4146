import { deflateRawSync, inflateRawSync, constants as zlib } from 'node:zlib';
import { causeText } from '../../base/fault.ts';
import type { ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';
import { damaged, planeMethods } from './column-format.ts';
import type { Words } from './words.ts';

/**
 * Writes the low `width` bytes of every word from `from` on: all highest bytes first, then all of the next.
 *
 * @param isQuick nothing is deflated, because inflating takes longer than all else of reading
 */
export function writePlanes(writer: ByteWriter, words: Words, from: number, width: number, isQuick: boolean): void {
  const bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
  const plane = new Uint8Array(words.length / 2 - from);
  for (let digit = width - 1; digit >= 0; digit--) {
    for (let index = 0, at = 8 * from + digit; index < plane.length; index++, at += 8)
      plane[index] = bytes[at] as number;
    writePlane(writer, plane, isQuick);
  }
}

/** The bytes of `length` words, the lowest of each first. */
export type Planes = readonly Uint8Array[];

/** All eight planes, of which `width` were written. */
export function readPlanes(reader: ByteReader, length: number, width: number): Planes {
  const planes = new Array<Uint8Array>(8).fill(zeros(length));
  for (let digit = width - 1; digit >= 0; digit--) planes[digit] = readPlane(reader, length);
  return planes;
}

let manyZeros = new Uint8Array(4096);

function zeros(length: number): Uint8Array {
  if (length > manyZeros.length) manyZeros = new Uint8Array(length);
  return manyZeros.subarray(0, length);
}

/** Below it, a code table costs more than it saves. */
const shortestDeflated = 32;

function writePlane(writer: ByteWriter, plane: Uint8Array, isQuick: boolean): void {
  if (isConstant(plane)) {
    writer.byte(planeMethods.constant);
    writer.byte(plane[0] as number);
    return;
  }
  const packed = isQuick || plane.length < shortestDeflated ? undefined : deflate(plane);
  if (!packed) {
    writer.byte(planeMethods.plain);
    writer.bytes(plane);
    return;
  }
  writer.byte(planeMethods.deflated);
  writer.varint(packed.length);
  writer.bytes(packed);
}

/** The entropy of a sample beyond which bytes are taken for noise. */
const noise = 7.45;
/** With fewer repeats than this part, looking for them makes bytes longer than a code table alone does. */
const fewRepeats = 1 / 16;

/** Only what a look at the bytes promises is tried: mantissas are noise, and packing them costs time for nothing. */
function deflate(plane: Uint8Array): Uint8Array | undefined {
  const tries: Uint8Array[] = [];
  const chunkSize = roomFor(plane.length);
  if (entropyOf(plane) < noise) tries.push(deflateRawSync(plane, { strategy: zlib.Z_HUFFMAN_ONLY, chunkSize }));
  if (repeatsIn(plane) > fewRepeats) tries.push(deflateRawSync(plane, { level: 4, chunkSize }));
  const [best] = tries.sort((a, b) => a.length - b.length);
  return best && best.length + 2 < plane.length ? best : undefined;
}

/** One piece of output is enough for everything that is worth keeping. */
const roomFor = (length: number) => Math.max(64, length + 64);

const counts = new Uint32Array(256);
const lastSeen = new Int32Array(1024);
/** So many bytes of a plane are looked at. */
const sampleSize = 512;
const logs = Float64Array.from({ length: 2 * sampleSize }, (_, count) => (count === 0 ? 0 : count * Math.log2(count)));

/** The entropy of bytes that stand all over a plane, in bits a byte. That of noise comes out as about 7.6. */
function entropyOf(plane: Uint8Array): number {
  const stride = Math.max(1, Math.floor(plane.length / sampleSize));
  counts.fill(0);
  let length = 0;
  for (let at = 0; at < plane.length; at += stride, length++) (counts[plane[at] as number] as number)++;
  let bits = logs[length] as number;
  for (const count of counts) bits -= logs[count] as number;
  return bits / length;
}

/** Which part of the bytes in the middle of a plane begin four bytes that were there shortly before. */
function repeatsIn(plane: Uint8Array): number {
  lastSeen.fill(-1);
  const length = Math.min(plane.length, 2 * sampleSize);
  const start = (plane.length - length) >> 1;
  let repeats = 0;
  let four = 0;
  for (let index = 0; index < length; index++) {
    four = (four << 8) | (plane[start + index] as number);
    if (index < 3) continue;
    const slot = Math.imul(four, 0x9e3779b1) >>> 22;
    if (lastSeen[slot] === four) repeats++;
    lastSeen[slot] = four;
  }
  return repeats / length;
}

function isConstant(plane: Uint8Array): boolean {
  const [first] = plane;
  for (let index = 1; index < plane.length; index++) if (plane[index] !== first) return false;
  return true;
}

function readPlane(reader: ByteReader, length: number): Uint8Array {
  const method = reader.byte();
  if (method === planeMethods.constant) return new Uint8Array(length).fill(reader.byte());
  if (method === planeMethods.plain) return reader.bytes(length);
  if (method !== planeMethods.deflated) throw damaged(`${method} is no way to keep bytes`);
  return inflate(reader.bytes(reader.varint()), length);
}

function inflate(packed: Uint8Array, length: number): Uint8Array {
  let plane: Uint8Array;
  try {
    plane = inflateRawSync(packed, { maxOutputLength: length, chunkSize: roomFor(length) });
  } catch (error) {
    throw damaged(causeText(error));
  }
  if (plane.length !== length) throw damaged(`there are ${plane.length} bytes where ${length} belong`);
  return plane;
}
