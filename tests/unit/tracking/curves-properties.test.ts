import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type BucketColumns, bucketAt, bucketFields, type CurveX } from '../../../src/contract/curve.ts';
import { openStore, type Store } from '../../../src/store/index.ts';
import { curves, ingest, points, runDetails } from '../../../src/tracking/index.ts';
import {
  deadProcess,
  exit,
  journal,
  makeStore,
  removeStore,
  runStart,
  supervisor,
  supervisorOpen,
  writeRun,
} from '../../support/run-folders.ts';

/** How the steps of a series follow each other. */
const orders = {
  counted: (index: number) => index,
  sparse: (index: number) => index * 7 + (index % 3),
  repeated: (index: number) => Math.floor(index / 5),
  'begun again': (index: number) => index % 3001,
  scattered: (index: number) => (index * 7919) % 6007,
  endless: (index: number) => (index % 997 === 5 ? Number.MAX_VALUE * (index % 2 ? 2 : -2) : index),
} as const;
type Order = keyof typeof orders;

const odd = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 0, 1e300, -1e300];

interface Shape {
  order: Order;
  lengths: number[];
  seed: number;
  strange: boolean;
}

/** Records of one process; every 4,096th value is a spike that must not be lost. */
function records({ order, seed, strange }: Shape, length: number): unknown[] {
  const value = (index: number) => {
    const chance = (Math.imul(index + 1, 2_654_435_761) ^ (seed * 97)) >>> 0;
    if (strange && chance % 11 === 0) return odd[chance % odd.length] as number;
    return index % 4096 === 4095 ? 1e6 : chance / 2 ** 32;
  };
  const metrics = Array.from({ length }, (_, index) => {
    const step = orders[order](index);
    return index % 3 === 0
      ? [index * 10, step, 0, value(index), 1, Math.floor(index / 50) / 4]
      : [index * 10, step, 0, value(index)];
  });
  return [{ kind: 'name', id: 0, name: 'm' }, { kind: 'name', id: 1, name: 'epoch' }, ...metrics];
}

interface Placed {
  x: number;
  step: number;
  time: number;
  value: number;
}

/** The points from left to right, as the words of the contract say it and no faster. */
function placed(store: Store, id: string, x: CurveX, from: number, to: number): Placed[] {
  const { steps, times, values } = points(store, id, 'm');
  const { started, created } = runDetails(store, id);
  const start = started ?? created;
  const other = new Map<number, number>();
  if (typeof x === 'object') {
    const found = points(store, id, x.metric);
    for (const [index, step] of found.steps.entries()) other.set(step, found.values[index] as number);
  }
  const all = Array.from(steps, (step, index) => {
    const time = times[index] as number;
    const place = x === 'step' ? step : x === 'time' ? time - start : (other.get(step) ?? Number.NaN);
    return { x: place, step, time, value: values[index] as number };
  });
  // Array.sort keeps equal ones in their order.
  return all.filter((one) => Number.isFinite(one.x) && one.x >= from && one.x <= to).sort((a, b) => a.x - b.x);
}

function checkBuckets(buckets: BucketColumns, expected: Placed[], most: number): void {
  const length = buckets.count.length;
  assert.ok(bucketFields.every((field) => buckets[field].length === length));
  assert.ok(length <= most);
  if (expected.length <= most) assert.equal(length, expected.length);
  let at = 0;
  for (let index = 0; index < length; index++) {
    const bucket = bucketAt(buckets, index);
    const inside = expected.slice(at, at + bucket.count);
    at += bucket.count;
    const finite = inside.map((one) => one.value).filter(Number.isFinite);
    const smallest = (numbers: number[]) => (numbers.length ? numbers.reduce((a, b) => Math.min(a, b)) : Number.NaN);
    const largest = (numbers: number[]) => (numbers.length ? numbers.reduce((a, b) => Math.max(a, b)) : Number.NaN);
    assert.deepEqual(bucket, {
      fromX: inside[0]?.x,
      toX: inside.at(-1)?.x,
      fromStep: smallest(inside.map((one) => one.step)),
      toStep: largest(inside.map((one) => one.step)),
      fromTime: smallest(inside.map((one) => one.time)),
      toTime: largest(inside.map((one) => one.time)),
      count: inside.length,
      min: smallest(finite),
      max: largest(finite),
      first: inside[0]?.value,
      last: inside.at(-1)?.value,
      nonFinite: inside.length - finite.length,
    });
  }
  assert.equal(at, expected.length, 'every point is in a bucket');
}

const anyShape: fc.Arbitrary<Shape> = fc.record({
  order: fc.constantFrom(...(Object.keys(orders) as Order[])),
  lengths: fc.oneof(
    { weight: 4, arbitrary: fc.tuple(fc.integer({ min: 1, max: 14_000 })) },
    fc.tuple(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 5000 })),
  ),
  seed: fc.nat(1000),
  strange: fc.boolean(),
});

const anyQuestion = fc.record({
  x: fc.constantFrom<CurveX>('step', 'step', 'time', { metric: 'epoch' }, { metric: 'm' }),
  buckets: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 400 }), fc.constant(10_000)),
  /** Where the stretch begins and ends between the ends of the axis; null: no border. */
  from: fc.option(fc.double({ min: -0.1, max: 1.1, noNaN: true })),
  to: fc.option(fc.double({ min: -0.1, max: 1.1, noNaN: true })),
});

describe('curves, whatever is asked of whatever was logged', () => {
  it('are what the points themselves say', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyShape,
        fc.array(anyQuestion, { minLength: 12, maxLength: 12 }),
        fc.boolean(),
        async (shape, questions, ends) => {
          const place = makeStore();
          const store = openStore(place.store);
          try {
            const id = writeRun(place.store);
            shape.lengths.forEach((length, index) => {
              journal(place.store, id, records(shape, length), {
                pid: deadProcess.pid + index,
                start: runStart + index,
              });
            });
            supervisor(place.store, id, [supervisorOpen(id), ...(ends ? [exit()] : [])]);
            await ingest(store, { liveness: () => (ends ? 'dead' : 'alive') });
            for (const { x, buckets, ...question } of questions) {
              const all = placed(store, id, x, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
              const [low, high] = [all[0]?.x ?? 0, all.at(-1)?.x ?? 0];
              const at = (part: number | null) => (part === null ? undefined : Math.round(low + part * (high - low)));
              const [from, to] = [at(question.from), at(question.to)];
              const [curve] = curves(store, id, { names: ['m'], x, buckets, from, to });
              const expected = all.filter((one) => one.x >= (from ?? low) && one.x <= (to ?? high));
              assert.equal(curve?.count, expected.length);
              checkBuckets(curve.buckets, expected, buckets);
            }
          } finally {
            store.close();
            removeStore(place);
          }
        },
      ),
      { numRuns: 25 },
    );
  }).timeout(300_000);

  it('of steps without gaps come in as many buckets as were asked for', async () => {
    const place = makeStore();
    const store = openStore(place.store);
    try {
      const id = writeRun(place.store);
      journal(place.store, id, records({ order: 'counted', lengths: [], seed: 1, strange: false }, 30_000));
      await ingest(store);
      for (const buckets of [1, 2, 7, 14, 15, 100, 233, 234, 235, 320, 1000, 10_000]) {
        const [curve] = curves(store, id, { names: ['m'], buckets });
        assert.equal(curve?.buckets.count.length, buckets);
        assert.equal(curve.buckets.max.filter((max) => max === 1e6).length, Math.min(buckets, 7));
      }
    } finally {
      store.close();
      removeStore(place);
    }
  });
});
