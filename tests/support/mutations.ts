import type { Random } from './random.ts';

type Mutation = (bytes: Buffer, others: readonly Buffer[], random: Random) => Buffer;

/** A stretch of a file, mostly short. */
function stretch(bytes: Buffer, random: Random): { from: number; to: number } {
  const from = random.whole(0, bytes.length);
  return { from, to: Math.min(bytes.length, from + Math.floor(random.scale(1, Math.max(2, bytes.length)))) };
}

function replace(bytes: Buffer, from: number, to: number, put: Buffer | string): Buffer {
  return Buffer.concat([bytes.subarray(0, from), Buffer.from(put as string), bytes.subarray(to)]);
}

const insert = (bytes: Buffer, put: Buffer | string, random: Random) => {
  const at = random.whole(0, bytes.length);
  return replace(bytes, at, at, put);
};

const numbers = ['1e999', '-1e999', '9007199254740993', `${'9'.repeat(400)}`, '-0', '1e-400', '0.1e', '--1', 'NaN'];

/** What disks, programs and people do to files. */
const mutations: Record<string, Mutation> = {
  flipBits(bytes, _others, random) {
    const flipped = Buffer.from(bytes);
    for (let count = random.whole(1, 8); count > 0 && flipped.length > 0; count--) {
      const at = random.whole(0, flipped.length - 1);
      flipped[at] = (flipped[at] as number) ^ (1 << random.whole(0, 7));
    }
    return flipped;
  },
  cutEnd: (bytes, _others, random) => bytes.subarray(0, random.whole(0, bytes.length)),
  cutBeginning: (bytes, _others, random) => bytes.subarray(random.whole(0, bytes.length)),
  remove(bytes, _others, random) {
    const { from, to } = stretch(bytes, random);
    return replace(bytes, from, to, '');
  },
  duplicate(bytes, _others, random) {
    const { from, to } = stretch(bytes, random);
    return replace(bytes, to, to, bytes.subarray(from, to));
  },
  splice(bytes, others, random) {
    const other = random.pick(others);
    const { from, to } = stretch(other, random);
    return insert(bytes, other.subarray(from, to), random);
  },
  zeros(bytes, _others, random) {
    const { from, to } = stretch(bytes, random);
    return replace(bytes, from, to, Buffer.alloc(to - from));
  },
  garbage(bytes, _others, random) {
    const noise = Buffer.from(Array.from({ length: random.whole(1, 200) }, () => random.whole(0, 255)));
    return insert(bytes, noise, random);
  },
  separators: (bytes, _others, random) =>
    insert(bytes, random.pick(['\u001e', '\n', '\r\n', '\u001e\n']).repeat(random.whole(1, 300)), random),
  hugeNumber(bytes, _others, random) {
    const digits = [...bytes.toString('latin1').matchAll(/\d+/g)];
    const place = digits.length > 0 ? random.pick(digits) : undefined;
    if (!place) return bytes;
    return replace(bytes, place.index, place.index + place[0].length, random.pick(numbers));
  },
  longLine: (bytes, _others, random) =>
    insert(bytes, random.pick(['x', '"', '[', '{"a":', ',0', '\\u0000']).repeat(random.whole(1000, 60_000)), random),
  deepJson(bytes, _others, random) {
    const depth = random.whole(100, 6000);
    const deep = `${'['.repeat(depth)}${']'.repeat(depth)}`;
    return insert(bytes, random.chance(0.5) ? `\u001e{"kind":"tag","t":${deep}}\n` : deep, random);
  },
};

export const mutationNames = Object.keys(mutations);

/** A file after one to four things have happened to it; the same for the same `random`. */
export function mutate(bytes: Buffer, others: readonly Buffer[], random: Random): { bytes: Buffer; done: string[] } {
  let mutated = bytes;
  const done: string[] = [];
  for (let count = random.whole(1, 4); count > 0; count--) {
    const name = random.pick(mutationNames);
    mutated = (mutations[name] as Mutation)(mutated, others, random);
    done.push(name);
  }
  return { bytes: Buffer.from(mutated), done };
}
