import { wordsOf } from './words.ts';

/** More distinct values than one in this many are no dictionary. */
const worthwhile = 4;
/** Of a long column, so much is looked at before the rest. */
const firstLook = 256;

/**
 * The distinct values of a column, by their bits, in the order of their first appearance, and for each value where it stands
 * among them. Undefined where most values are their own.
 */
export function distinctValues(values: Float64Array): { entries: Float64Array; places: Float64Array } | undefined {
  const { length } = values;
  const limit = Math.floor(length / worthwhile);
  if (limit === 0 || isVaried(values)) return undefined;
  const words = wordsOf(values);
  const places = new Float64Array(length);
  const slots = new Int32Array(2 ** Math.ceil(Math.log2(length + 1)) * 2).fill(-1);
  const firsts: number[] = [];
  const mask = slots.length - 1;
  for (let index = 0; index < length; index++) {
    const low = words[2 * index] as number;
    const high = words[2 * index + 1] as number;
    let slot = hash(low, high) & mask;
    for (;;) {
      const entry = slots[slot] as number;
      if (entry === -1) {
        if (firsts.length >= limit) return undefined;
        slots[slot] = firsts.length;
        places[index] = firsts.push(index) - 1;
        break;
      }
      const first = firsts[entry] as number;
      if (words[2 * first] === low && words[2 * first + 1] === high) {
        places[index] = entry;
        break;
      }
      slot = (slot + 1) & mask;
    }
  }
  const entries = new Float64Array(firsts.length);
  const bits = wordsOf(entries);
  firsts.forEach((first, index) => {
    bits.set(words.subarray(2 * first, 2 * first + 2), 2 * index);
  });
  return { entries, places };
}

function hash(low: number, high: number): number {
  const mixed = Math.imul(low ^ Math.imul(high, 0x85ebca6b), 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}

/** Values of a noisy metric differ from the first on; nothing more needs to be looked at. */
function isVaried(values: Float64Array): boolean {
  if (values.length < 4 * firstLook) return false;
  const stride = Math.floor(values.length / firstLook);
  const seen = new Set<number>();
  for (let index = 0; index < values.length; index += stride) seen.add(values[index] as number);
  return seen.size > firstLook * 0.97;
}
