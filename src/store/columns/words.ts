import type { Planes } from './planes.ts';

/**
 * 64-bit words as pairs of 32-bit halves, the low one first, which is how a double lies in memory. All sums are modulo 2^64,
 * so that differencing is exact for every bit pattern and needs no care about overflow.
 */
export type Words = Uint32Array;
type P = Uint8Array;

const half = 2 ** 32;

export function wordsOf(values: Float64Array): Words {
  return new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
}

/** Puts a whole number of at most 2^53 as a two's complement. */
export function putWhole(words: Words, index: number, whole: number): void {
  const high = Math.floor(whole / half);
  words[2 * index] = whole - high * half;
  words[2 * index + 1] = high;
}

export function wholeAt(words: Words, index: number): number {
  return ((words[2 * index + 1] as number) | 0) * half + (words[2 * index] as number);
}

/** Replaces every word but the first by what it is more than the one before it, from `from` on. */
export function difference(words: Words, from: number): void {
  for (let at = words.length - 2; at >= 2 * from; at -= 2) {
    const low = words[at] as number;
    const before = words[at - 2] as number;
    words[at] = low - before;
    words[at + 1] = (words[at + 1] as number) - (words[at - 1] as number) - (low < before ? 1 : 0);
  }
}

export function sumUp(words: Words, from: number): void {
  let low = words[2 * from - 2] as number;
  let high = words[2 * from - 1] as number;
  const { length } = words;
  for (let at = 2 * from; at < length; at += 2) {
    const sum = low + (words[at] as number);
    high = (high + (words[at + 1] as number) + (sum >= half ? 1 : 0)) | 0;
    low = sum >>> 0;
    words[at] = low;
    words[at + 1] = high;
  }
}

/** The smallest word, taken as signed, from `from` on. */
export function smallest(words: Words, from: number): { high: number; low: number } {
  let low = words[2 * from] as number;
  let high = (words[2 * from + 1] as number) | 0;
  for (let at = 2 * from + 2; at < words.length; at += 2) {
    const nextHigh = (words[at + 1] as number) | 0;
    const nextLow = words[at] as number;
    if (nextHigh < high || (nextHigh === high && nextLow < low)) {
      high = nextHigh;
      low = nextLow;
    }
  }
  return { high: high >>> 0, low };
}

export function subtract(words: Words, from: number, { high, low }: { high: number; low: number }): void {
  if (high === 0 && low === 0) return;
  for (let at = 2 * from; at < words.length; at += 2) {
    const before = words[at] as number;
    words[at] = before - low;
    words[at + 1] = (words[at + 1] as number) - high - (before < low ? 1 : 0);
  }
}

/** Puts words together from `from` on, each of them more by the same word than its planes say. */
export function assemble(
  words: Words,
  from: number,
  planes: Planes,
  { high, low }: { high: number; low: number },
): void {
  const [p0, p1, p2, p3, p4, p5, p6, p7] = planes as [P, P, P, P, P, P, P, P];
  const { length } = p0;
  for (let index = 0, at = 2 * from; index < length; index++, at += 2) {
    const lowest = (p0[index] as number) | ((p1[index] as number) << 8) | ((p2[index] as number) << 16);
    const sum = ((lowest | ((p3[index] as number) << 24)) >>> 0) + low;
    const highest = (p4[index] as number) | ((p5[index] as number) << 8) | ((p6[index] as number) << 16);
    words[at] = sum;
    words[at + 1] = (highest | ((p7[index] as number) << 24)) + high + (sum >= half ? 1 : 0);
  }
}

/** How many of the low bytes are needed to hold every word from `from` on. */
export function byteWidth(words: Words, from: number): number {
  let low = 0;
  let high = 0;
  for (let at = 2 * from; at < words.length; at += 2) {
    low |= words[at] as number;
    high |= words[at + 1] as number;
  }
  const bits = high !== 0 ? 64 - Math.clz32(high) : 32 - Math.clz32(low);
  return Math.ceil(bits / 8);
}
