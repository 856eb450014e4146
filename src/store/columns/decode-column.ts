import { ByteReader } from './byte-reader.ts';
import {
  damaged,
  exceptionsFlag,
  highestOrder,
  largestWhole,
  longestColumn,
  orderShift,
  representations,
} from './column-format.ts';
import { type Planes, readPlanes } from './planes.ts';
import { assemble, sumUp, type Words, wholeAt, wordsOf } from './words.ts';

/**
 * The doubles that `encodeColumn` was given, to the bit.
 *
 * @param room where they are put; as long as they are
 * @param most how many there may be: some bytes may stand for a million equal ones
 * @throws where the bytes are not what it answered
 */
export function decodeColumn(bytes: Uint8Array, room?: Float64Array, most = longestColumn): Float64Array {
  const reader = new ByteReader(bytes);
  const values = readColumn(reader, { depth: 0, most }, room);
  if (reader.left > 0) throw damaged(`${reader.left} bytes follow it`);
  return values;
}

function readColumn(reader: ByteReader, limits: { depth: number; most: number }, room?: Float64Array): Float64Array {
  const tag = reader.byte();
  const count = reader.varint();
  if (count > limits.most || count > longestColumn) throw damaged(`it would have ${count} values`);
  const representation = tag & 0x0f;
  const order = (tag >> orderShift) & 0x03;
  if (representation === representations.raw) return readRaw(reader, columnIn(room, count));
  if (representation === representations.dictionary) return readDictionary(reader, count, limits.depth, room);
  if (order > highestOrder || order > count) throw damaged(`its tag is ${tag}`);
  const scale = hasScale(representation) ? readScale(reader) : 1;
  const values = columnIn(room, count);
  const words = wordsOf(values);
  const exceptions = tag & exceptionsFlag ? readExceptions(reader, count) : undefined;
  const stored = readStored(reader, words, order);
  if (!(isWholes(representation) && stored && fillWholes(values, words, order, stored))) {
    if (stored) assemble(words, order, stored.planes, stored.base);
    for (let level = order; level > 0; level--) sumUp(words, level);
    toDoubles(values, words, representation);
  }
  if (representation === representations.quotients) for (let at = 0; at < count; at++) (values[at] as number) /= scale;
  if (representation === representations.products) for (let at = 0; at < count; at++) (values[at] as number) *= scale;
  if (exceptions) putExceptions(words, exceptions);
  return values;
}

function columnIn(room: Float64Array | undefined, count: number): Float64Array {
  if (room && room.length !== count) throw damaged(`it has ${count} of ${room.length} values`);
  return room ?? new Float64Array(count);
}

function readRaw(reader: ByteReader, values: Float64Array): Float64Array {
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength).set(reader.bytes(values.byteLength));
  return values;
}

const hasScale = (representation: number) =>
  representation === representations.quotients || representation === representations.products;

function readScale(reader: ByteReader): number {
  const scale = reader.double();
  if (!(scale > 0 && Number.isFinite(scale))) throw damaged(`its scale is ${scale}`);
  return scale;
}

interface Exceptions {
  places: Float64Array;
  values: Words;
}

function readExceptions(reader: ByteReader, count: number): Exceptions {
  const length = reader.varint();
  if (length > count) throw damaged(`it would have ${length} exceptions`);
  const places = new Float64Array(length);
  let place = -1;
  for (let index = 0; index < length; index++) {
    place += 1 + reader.varint();
    if (place >= count) throw damaged(`an exception stands at ${place}`);
    places[index] = place;
  }
  return { places, values: wordsOf(readRaw(reader, new Float64Array(length))) };
}

function putExceptions(words: Words, { places, values }: Exceptions): void {
  places.forEach((place, index) => {
    words[2 * place] = values[2 * index] as number;
    words[2 * place + 1] = values[2 * index + 1] as number;
  });
}

interface Stored {
  base: { high: number; low: number };
  planes: Planes;
  width: number;
}

/** Puts the first words, of which there are as many as the order says; answers what is told of the others, if there are any. */
function readStored(reader: ByteReader, words: Words, order: number): Stored | undefined {
  for (let index = 0; index < order; index++) {
    const { high, low } = reader.word();
    words[2 * index] = low;
    words[2 * index + 1] = high;
  }
  if (order * 2 === words.length) return undefined;
  const base = reader.word();
  const width = reader.byte();
  if (width > 8) throw damaged(`its words have ${width} bytes`);
  return { base, width, planes: readPlanes(reader, words.length / 2 - order, width) };
}

/**
 * Sums whole numbers up as doubles, which is faster than with words; answers false, and leaves the words as they are, where
 * they may be too large to be exact.
 */
function fillWholes(values: Float64Array, words: Words, order: number, { base, planes, width }: Stored): boolean {
  const offset = wholeAt(Uint32Array.of(base.low, base.high), 0);
  const value = order > 0 ? wholeAt(words, 0) : 0;
  const slope = order > 1 ? wholeAt(words, 1) : 0;
  const steepest = Math.abs(offset) + 256 ** width;
  const highest = [steepest, Math.abs(value) + values.length * steepest][order];
  const most = highest ?? Math.abs(value) + values.length * (Math.abs(slope) + values.length * steepest);
  if (width > 4 || most > largestWhole) return false;
  if (order === 1 && width === 0) putLine(values, value, offset);
  else {
    putStored(values, order, planes, width, offset);
    if (order === 1) sumWholes(values, value);
    else if (order === 2) sumSlopes(values, value, slope);
  }
  return true;
}

// The lengths are asked for once: asking in every turn makes these loops three times as slow.

function putLine(values: Float64Array, first: number, slope: number): void {
  const { length } = values;
  for (let at = 0; at < length; at++) values[at] = first + at * slope;
}

function putStored(values: Float64Array, order: number, planes: Planes, width: number, offset: number): void {
  const [p0, p1, p2, p3] = planes as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  const length = values.length - order;
  if (width === 0) values.fill(offset, order);
  else if (width === 1) for (let at = 0; at < length; at++) values[at + order] = offset + (p0[at] as number);
  else if (width === 2)
    for (let at = 0; at < length; at++) values[at + order] = offset + ((p0[at] as number) | ((p1[at] as number) << 8));
  else
    for (let at = 0; at < length; at++) {
      const low = (p0[at] as number) | ((p1[at] as number) << 8) | ((p2[at] as number) << 16);
      values[at + order] = offset + ((low | ((p3[at] as number) << 24)) >>> 0);
    }
}

function sumWholes(values: Float64Array, first: number): void {
  const { length } = values;
  let value = first;
  values[0] = value;
  for (let at = 1; at < length; at++) {
    value += values[at] as number;
    values[at] = value;
  }
}

function sumSlopes(values: Float64Array, first: number, firstSlope: number): void {
  const { length } = values;
  let slope = firstSlope;
  let value = first + slope;
  values[0] = first;
  values[1] = value;
  for (let at = 2; at < length; at++) {
    slope += values[at] as number;
    value += slope;
    values[at] = value;
  }
}

const isWholes = (representation: number) => representation === representations.integers || hasScale(representation);

/** The words and the doubles lie in the same memory. */
function toDoubles(values: Float64Array, words: Words, representation: number): void {
  const { length } = values;
  switch (representation) {
    case representations.doubles:
      return;
    case representations.singles: {
      const singles = new Float32Array(values.buffer, values.byteOffset, 2 * length);
      for (let index = 0; index < length; index++) values[index] = singles[2 * index] as number;
      return;
    }
    case representations.integers:
    case representations.quotients:
    case representations.products:
      for (let index = 0; index < length; index++) values[index] = whole(words, index);
      return;
    default:
      throw damaged(`${representation} is no representation`);
  }
}

function whole(words: Words, index: number): number {
  const value = wholeAt(words, index);
  if (value > largestWhole || value < -largestWhole) throw damaged(`${value} is no exact whole number`);
  return value;
}

function readDictionary(reader: ByteReader, count: number, depth: number, room?: Float64Array): Float64Array {
  if (depth > 0) throw damaged('it has a dictionary inside a dictionary');
  const entries = wordsOf(readColumn(reader, { depth: depth + 1, most: count }));
  const places = readColumn(reader, { depth: depth + 1, most: count }, room);
  if (places.length !== count) throw damaged(`it has ${places.length} of ${count} values`);
  const words = wordsOf(places);
  for (let index = 0; index < count; index++) {
    const place = places[index] as number;
    const low = entries[2 * place];
    if (low === undefined) throw damaged(`its dictionary has no ${place}`);
    words[2 * index] = low;
    words[2 * index + 1] = entries[2 * place + 1] as number;
  }
  return places;
}
