import { ByteWriter } from './byte-writer.ts';
import { type Candidate, candidates } from './candidates.ts';
import { exceptionsFlag, highestOrder, longestColumn, orderShift, representations } from './column-format.ts';
import { distinctValues } from './distinct-values.ts';
import { estimate } from './estimate.ts';
import { writePlanes } from './planes.ts';
import { byteWidth, difference, smallest, subtract, wordsOf } from './words.ts';

export interface EncodeOptions {
  /** Somewhat more bytes, from which the doubles are read several times as fast. */
  quick?: boolean;
}

/**
 * Doubles in few bytes, from which `decodeColumn` makes the same doubles, to the bit: NaN keeps its payload, 0 its sign.
 *
 * Which way is cheapest is judged by a sample, so that a million values cost a tenth of a second.
 *
 * @param values at most 2^20
 */
export function encodeColumn(values: Float64Array, { quick = false }: EncodeOptions = {}): Uint8Array {
  if (values.length > longestColumn) throw new RangeError(`A column holds at most ${longestColumn} values.`);
  const writer = new ByteWriter();
  writeColumn(writer, values, quick);
  return writer.finish();
}

/** For a part less than this, quick reading is not given up. */
const worthReading = 3 / 4;

function writeColumn(writer: ByteWriter, values: Float64Array, quick: boolean): void {
  const raw = 8 * values.length;
  const best = cheapest(values);
  let packed: ByteWriter | undefined;
  if (best) {
    packed = new ByteWriter();
    writeCandidate(packed, best.candidate, best.order, values, quick);
    const isFloat = best.candidate.representation >= representations.singles;
    const dictionary = isFloat ? tryDictionary(values, quick) : undefined;
    if (dictionary && dictionary.length < packed.length) packed = dictionary;
  }
  if (packed && packed.length < (quick ? worthReading * raw : raw + 2)) {
    writer.bytes(packed.finish());
    return;
  }
  writer.byte(representations.raw);
  writer.varint(values.length);
  writer.bytes(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
}

function cheapest(values: Float64Array): { candidate: Candidate; order: number } | undefined {
  let best: { candidate: Candidate; order: number } | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of candidates(values)) {
    for (let order = 0; order <= Math.min(highestOrder, values.length - 1); order++) {
      const bytes = estimate(candidate.words, order) + candidate.exceptions.length * 10;
      if (bytes >= least) continue;
      least = bytes;
      best = { candidate, order };
    }
  }
  return best;
}

function writeCandidate(
  writer: ByteWriter,
  candidate: Candidate,
  order: number,
  values: Float64Array,
  quick: boolean,
): void {
  const { representation, scale, words, exceptions } = candidate;
  writer.byte(representation | (order << orderShift) | (exceptions.length > 0 ? exceptionsFlag : 0));
  writer.varint(values.length);
  if (representation === representations.quotients || representation === representations.products) writer.double(scale);
  if (exceptions.length > 0) writeExceptions(writer, exceptions, values);
  for (let level = 1; level <= order; level++) difference(words, level);
  for (let index = 0; index < order; index++) writer.word(words[2 * index + 1] as number, words[2 * index] as number);
  if (order * 2 === words.length) return;
  const base = smallest(words, order);
  subtract(words, order, base);
  writer.word(base.high, base.low);
  const width = byteWidth(words, order);
  writer.byte(width);
  writePlanes(writer, words, order, width, quick);
}

function writeExceptions(writer: ByteWriter, exceptions: number[], values: Float64Array): void {
  writer.varint(exceptions.length);
  const bits = wordsOf(values);
  const kept = new Uint32Array(exceptions.length * 2);
  let last = -1;
  exceptions.forEach((place, index) => {
    writer.varint(place - last - 1);
    last = place;
    kept.set(bits.subarray(2 * place, 2 * place + 2), 2 * index);
  });
  writer.bytes(new Uint8Array(kept.buffer));
}

/** Of few values that come again and again, each is kept once. */
function tryDictionary(values: Float64Array, quick: boolean): ByteWriter | undefined {
  const found = distinctValues(values);
  if (!found) return undefined;
  const writer = new ByteWriter();
  writer.byte(representations.dictionary);
  writer.varint(values.length);
  writePlainColumn(writer, found.entries, quick);
  writePlainColumn(writer, found.places, quick);
  return writer;
}

/** Without a dictionary of its own. */
function writePlainColumn(writer: ByteWriter, values: Float64Array, quick: boolean): void {
  const best = cheapest(values);
  if (best) writeCandidate(writer, best.candidate, best.order, values, quick);
}
