import { difference, smallest, subtract, type Words } from './words.ts';

/** How many words are looked at, from the middle of a column. */
const sampleSize = 384;
/** Of fewer, how often each byte comes says little about the others. */
const leastForEntropy = 128;

const counts = new Uint32Array(256);
const logs = Float64Array.from({ length: sampleSize + 1 }, (_, count) => (count === 0 ? 0 : count * Math.log2(count)));

/** About how many bytes the words take once they are differenced `order` times and cut into planes. */
export function estimate(words: Words, order: number): number {
  const all = words.length / 2;
  const length = Math.min(all, sampleSize + order);
  const from = 2 * ((all - length) >> 1);
  const sample = words.slice(from, from + 2 * length);
  for (let level = 1; level <= order; level++) difference(sample, level);
  const rest = sample.subarray(2 * order);
  if (rest.length === 0) return 8 * order;
  subtract(rest, 0, smallest(rest, 0));
  const bytes = new Uint8Array(rest.buffer, rest.byteOffset, rest.byteLength);
  let bits = 0;
  for (let digit = 0; digit < 8; digit++) bits += planeBits(bytes, digit);
  return ((bits / 8) * (all - order)) / (rest.length / 2) + 8 * order;
}

function planeBits(bytes: Uint8Array, digit: number): number {
  counts.fill(0);
  for (let at = digit; at < bytes.length; at += 8) (counts[bytes[at] as number] as number)++;
  const length = bytes.length / 8;
  if (counts[bytes[digit] as number] === length) return 0;
  if (length < leastForEntropy) return 8 * length;
  let bits = logs[length] as number;
  for (const count of counts) bits -= logs[count] as number;
  return bits;
}
