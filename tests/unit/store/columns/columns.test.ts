import assert from 'node:assert/strict';
import fc from 'fast-check';
import { representations } from '../../../../src/store/columns/column-format.ts';
import { decodeColumn, encodeColumn, longestColumn } from '../../../../src/store/columns/index.ts';

const bitsOf = (values: Float64Array) => Buffer.from(values.buffer, values.byteOffset, values.byteLength);

function assertExact(values: Float64Array): Uint8Array {
  for (const quick of [true, false]) {
    const bytes = encodeColumn(values, { quick });
    assert.ok(bitsOf(decodeColumn(bytes)).equals(bitsOf(values)));
    assert.ok(bytes.length <= 8 * values.length + 4, `${bytes.length} bytes for ${values.length} values`);
  }
  return encodeColumn(values);
}

const column = (length: number, value: (index: number) => number) =>
  Float64Array.from({ length }, (_, at) => value(at));

/** The same numbers every time, evenly between 0 and 1. */
function randoms(seed = 1): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state * 2 ** 21 + (Math.imul(state, 0x9e3779b1) >>> 11)) / 2 ** 53;
  };
}

function noise(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function fromBits(words: readonly bigint[]): Float64Array {
  return new Float64Array(BigUint64Array.from(words).buffer);
}

const anyBits = fc.array(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), { maxLength: 300 }).map(fromBits);
const special = fc.constantFrom(
  0,
  -0,
  5e-324,
  -(2 ** -1050),
  Number.MAX_VALUE,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  Number.NaN,
  2 ** 53,
  -(2 ** 53),
  2 ** 53 + 2,
);
const whole = fc.integer({ min: -(2 ** 53) + 1, max: 2 ** 53 - 1 });
const decimal = fc.tuple(fc.integer({ min: -1e9, max: 1e9 }), fc.integer({ min: 1, max: 9 }));
const kinds: fc.Arbitrary<number>[] = [
  fc.double(),
  fc.float(),
  whole,
  fc.integer({ min: -3, max: 200 }),
  decimal.map(([digits, point]) => digits / 10 ** point),
  fc.integer({ min: 0, max: 100000 }).map((index) => 0.001 * index),
  special,
];
/** Columns of one kind, and columns in which kinds follow one another. */
const ofKinds = fc
  .array(fc.oneof(...kinds.map((kind) => fc.array(kind, { maxLength: 200 }))), { maxLength: 4 })
  .map((parts) => Float64Array.from(parts.flat()));
const ofDeltas = fc
  .tuple(whole, fc.array(fc.integer({ min: -9, max: 4000 }), { maxLength: 400 }))
  .map(([first, deltas]) => {
    let value = first;
    return Float64Array.from(deltas, (delta) => {
      value += delta;
      return value;
    });
  });
const repeated = fc
  .tuple(fc.array(fc.double(), { minLength: 1, maxLength: 20 }), fc.array(fc.nat(), { maxLength: 600 }))
  .map(([entries, places]) => Float64Array.from(places, (place) => entries[place % entries.length] as number));

describe('columns of doubles', () => {
  it('come back to the bit, whatever the bits are', () => {
    fc.assert(fc.property(anyBits, (values) => void assertExact(values)));
  });

  it('come back to the bit, of every kind and of several kinds one after the other', () => {
    fc.assert(
      fc.property(fc.oneof(ofKinds, ofDeltas, repeated), (values) => void assertExact(values)),
      {
        numRuns: 400,
      },
    );
  });

  it('keep the payload of every NaN among numbers that are packed', () => {
    const payload = fc.bigInt({ min: 1n, max: 2n ** 52n - 1n });
    const places = fc.uniqueArray(fc.nat(499), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(payload, fc.boolean(), places, fc.constantFrom(...kinds), (bits, negative, holes, kind) => {
        const values = Float64Array.from(fc.sample(kind, { numRuns: 500, seed: holes.length }));
        const nan = (negative ? 0xfff0_0000_0000_0000n : 0x7ff0_0000_0000_0000n) | bits;
        for (const hole of holes) new BigUint64Array(values.buffer)[hole] = nan;
        assertExact(values);
      }),
    );
  });

  it('may be a part of a longer array, of no value, of one, and of the most', () => {
    const values = column(5000, (index) => index * 1.5);
    assert.deepEqual(decodeColumn(encodeColumn(values.subarray(4000))), values.slice(4000));
    assertExact(new Float64Array(0));
    for (const [value] of fc.sample(fc.tuple(fc.oneof(...kinds)), 50)) assertExact(Float64Array.of(value));
    assertExact(column(longestColumn, (index) => index));
    assert.throws(() => encodeColumn(new Float64Array(longestColumn + 1)), RangeError);
  });

  it('leave what they are given as it was', () => {
    const values = column(4096, (index) => Math.sin(index));
    const before = values.slice();
    encodeColumn(values);
    assert.ok(bitsOf(values).equals(bitsOf(before)));
  });
});

describe('the way in which a column is kept', () => {
  const length = 4096;
  const random = randoms();
  let time = 0;
  const { raw, integers, quotients, products, singles, doubles, dictionary } = representations;
  const single = () => Math.fround(noise(random));
  const cases: [what: string, values: Float64Array, representation: number, order: number, mostBytes: number][] = [
    ['one value', column(length, () => Math.PI), doubles, 0, 32],
    ['steps', column(length, (index) => index + 70_000), integers, 1, 32],
    ['every tenth step', column(length, (index) => index * 10), integers, 1, 32],
    ['squares', column(length, (index) => index * index), integers, 2, 32],
    ['whole numbers out of order', column(length, () => Math.floor(random() * 1e6)), integers, 0, length * 2.7],
    ['steps near 2^53', column(length, (index) => 2 ** 53 - index), integers, 1, 32],
    ['times with jitter', column(length, () => (time += Math.round(3 + 9 * random() ** 8))), integers, 1, length * 0.6],
    ['decimals', column(length, () => Math.round(noise(random) * 1000) / 1000), quotients, 0, length * 1.7],
    ['multiples of a decimal', column(length, (index) => 0.001 * index), products, 1, 40],
    ['single precision', column(length, single), singles, 0, length * 3.7],
    ['noise', column(length, () => noise(random)), doubles, 0, length * 7.3],
    ['a smooth curve', column(length, (index) => Math.cos(index / 1e6)), doubles, 2, length * 2.5],
    ['few values again and again', column(length, () => Math.sin(Math.floor(random() * 40))), dictionary, 0, length],
    [
      'random bits',
      fromBits(Array.from({ length }, () => BigInt(Math.floor(random() * 2 ** 53)) * 2027n)),
      raw,
      0,
      40_000,
    ],
  ];
  for (const [what, values, representation, order, mostBytes] of cases) {
    it(`suits ${what}`, () => {
      const bytes = assertExact(values);
      const [tag = -1] = bytes;
      assert.equal(tag & 0x0f, representation);
      assert.equal((tag >> 4) & 3, order);
      assert.ok(bytes.length <= mostBytes, `${bytes.length} bytes`);
    });
  }

  it('is not spoilt by a few values that do not fit', () => {
    const strange = [Number.NaN, -0, Number.POSITIVE_INFINITY, Math.PI];
    const values = column(length, (index) =>
      index % 100 === 50 ? (strange[(index / 50) % 4] as number) : Math.round(noise(random) * 1000) / 1000,
    );
    const bytes = assertExact(values);
    assert.equal(bytes[0], quotients | 0x80);
    assert.ok(bytes.length < length * 2);
  });
});

describe('damaged bytes of a column', () => {
  const random = randoms(7);
  const samples = [
    column(600, (index) => index),
    column(600, () => noise(random)),
    column(600, (index) => (index % 90 === 3 ? Number.NaN : Math.round(noise(random) * 1000) / 1000)),
    column(600, () => Math.sin(Math.floor(random() * 9))),
    column(3, () => random()),
  ].map((values) => encodeColumn(values));

  function assertHarmless(bytes: Uint8Array): void {
    let values: Float64Array;
    try {
      values = decodeColumn(bytes);
    } catch (error) {
      assert.match((error as Error).message, /^A column of numbers is damaged: /);
      return;
    }
    assert.ok(values.length <= longestColumn);
  }

  it('are an error that says so, or other numbers; never a hang, a crash or gigabytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), assertHarmless), { numRuns: 500 });
    fc.assert(
      fc.property(fc.constantFrom(...samples), fc.nat(), fc.nat(255), (sample, place, byte) => {
        const bytes = sample.slice();
        bytes[place % bytes.length] = byte;
        assertHarmless(bytes);
      }),
      { numRuns: 1000 },
    );
  });

  it('are noticed wherever they end too early, and where something follows', () => {
    for (const sample of samples) {
      for (let length = 0; length < sample.length; length += 1 + (length >> 4)) {
        assert.throws(() => decodeColumn(sample.subarray(0, length)), /^Error: A column of numbers is damaged: /);
      }
      assert.throws(() => decodeColumn(Buffer.concat([sample, Buffer.of(0)])), /1 bytes follow it/);
    }
  });

  it('cannot claim more values than a column holds', () => {
    assert.throws(
      () => decodeColumn(Uint8Array.of(1, 0xff, 0xff, 0xff, 0xff, 0x0f, 0, 0)),
      /it would have 4294967295 values/,
    );
  });
});
