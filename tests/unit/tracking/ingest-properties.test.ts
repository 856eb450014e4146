import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { curveRows } from '../../../src/contract/curve.ts';
import { openStore } from '../../../src/store/index.ts';
import { curves, ingest, points, runDetails } from '../../../src/tracking/index.ts';
import { dumpIndex } from '../../support/dump-index.ts';
import {
  deadProcess,
  exit,
  journal,
  makeStore,
  record,
  removeStore,
  runStart,
  supervisorOpen,
  writeRun,
} from '../../support/run-folders.ts';

const bits = (floats: Iterable<number>) => Buffer.from(Float64Array.from(floats).buffer).toString('hex');
const canonical = (value: number) => (Number.isNaN(value) ? Number.NaN : value);

/** Every kind of double, those that are rarely met more often than by chance. */
const anyDouble = fc.oneof(
  fc.double(),
  fc.constantFrom(
    0,
    -0,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.MIN_VALUE,
    -Number.MIN_VALUE,
    2.225073858507201e-308,
    Number.MAX_VALUE,
    Number.EPSILON,
    0.1 + 0.2,
    2 ** 53 + 2,
  ),
  fc.integer(),
);

describe('ingest, whatever is logged', () => {
  it('gives every double back to the bit, in the order in which it was logged', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.double({ noNaN: true, noDefaultInfinity: true }), anyDouble), {
          minLength: 1,
          maxLength: 200,
        }),
        async (logged) => {
          const place = makeStore();
          const store = openStore(place.store);
          try {
            const id = writeRun(place.store);
            const name = { kind: 'name', id: 3, name: 'metric' };
            journal(place.store, id, [name, ...logged.map(([step, value], index) => [index, step, 3, value])]);
            await ingest(store);
            const found = points(store, id, 'metric');
            assert.equal(bits(found.steps), bits(logged.map(([step]) => step)));
            assert.equal(bits(found.values), bits(logged.map(([, value]) => canonical(value))));
            assert.equal(bits(found.times), bits(logged.map((_, index) => runStart + index)));
            const summary = runDetails(store, id).metrics.metric;
            const numbers = logged.map(([, value]) => value).filter((value) => !Number.isNaN(value));
            assert.ok(summary);
            assert.equal(summary.count, logged.length);
            assert.equal(
              bits([summary.last, summary.lastStep]),
              bits([canonical(logged.at(-1)?.[1] ?? 0), logged.at(-1)?.[0] ?? 0]),
            );
            const min = numbers.length === 0 ? Number.NaN : numbers.reduce((a, b) => Math.min(a, b));
            const max = numbers.length === 0 ? Number.NaN : numbers.reduce((a, b) => Math.max(a, b));
            assert.equal(bits([summary.min, summary.max]), bits([min, max]));
          } finally {
            store.close();
            removeStore(place);
          }
        },
      ),
      { numRuns: 30 },
    );
  }).timeout(120_000);

  it('makes buckets that hold every point and every spike', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: -1000, max: 1000 }), anyDouble), { minLength: 1, maxLength: 300 }),
        fc.integer({ min: 1, max: 400 }),
        async (logged, wanted) => {
          const place = makeStore();
          const store = openStore(place.store);
          try {
            const id = writeRun(place.store);
            journal(place.store, id, [{ kind: 'name', id: 0, name: 'm' }, ...logged.map(([s, v], i) => [i, s, 0, v])]);
            await ingest(store);
            const [columns] = curves(store, id, { names: ['m'], buckets: wanted });
            assert.ok(columns);
            const curve = curveRows(columns);
            assert.equal(curve.count, logged.length);
            assert.ok(curve.buckets.length <= Math.max(wanted, 0));
            assert.equal(
              curve.buckets.reduce((sum, bucket) => sum + bucket.count, 0),
              logged.length,
            );
            const sorted = logged.map(([step, value], index) => ({ step, value, index }));
            sorted.sort((a, b) => a.step - b.step || a.index - b.index);
            let at = 0;
            let lastStep = Number.NEGATIVE_INFINITY;
            for (const bucket of curve.buckets) {
              const inside = sorted.slice(at, at + bucket.count);
              at += bucket.count;
              const finite = inside.map((one) => one.value).filter(Number.isFinite);
              assert.deepEqual([bucket.fromStep, bucket.toStep], [inside[0]?.step, inside.at(-1)?.step]);
              assert.ok(logged.length <= wanted ? bucket.fromStep >= lastStep : bucket.fromStep > lastStep);
              assert.equal(bucket.nonFinite, inside.length - finite.length);
              assert.equal(bucket.min, finite.length > 0 ? Math.min(...finite) : Number.NaN);
              assert.equal(bucket.max, finite.length > 0 ? Math.max(...finite) : Number.NaN);
              assert.equal(
                bits([bucket.first, bucket.last]),
                bits([inside[0], inside.at(-1)].map((one) => canonical(one?.value ?? 0))),
              );
              if (logged.length <= wanted) assert.equal(bucket.count, 1);
              lastStep = bucket.toStep;
            }
          } finally {
            store.close();
            removeStore(place);
          }
        },
      ),
      {
        numRuns: 40,
        examples: [
          [
            [
              [0, -0],
              [0, 0],
            ],
            1,
          ],
        ],
      },
    );
  }).timeout(120_000);
});

const anyRecord = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.nat(1e9), fc.integer(), fc.nat(3), anyDouble) },
  fc.record({ kind: fc.constant('name'), id: fc.nat(3), name: fc.constantFrom('loss', 'acc', 'a\0"é') }),
  fc.record({
    kind: fc.constant('params'),
    t: fc.nat(1000),
    source: fc.constantFrom('client', 'argparse'),
    values: fc.dictionary(fc.constantFrom('lr', 'model', 'x y'), fc.oneof(anyDouble, fc.string(), fc.boolean())),
  }),
  fc.record({ kind: fc.constant('tag'), t: fc.nat(1000), key: fc.constantFrom('a', 'b'), value: fc.string() }),
  fc.record({
    kind: fc.constant('artifact'),
    t: fc.nat(1000),
    name: fc.constantFrom('m', 'n'),
    type: fc.string(),
    path: fc.constantFrom('artifacts/a', '../b'),
    sha256: fc.string(),
    bytes: fc.nat(),
  }),
  fc.record({
    kind: fc.constant('environment'),
    t: fc.nat(9),
    python: fc.constant('3'),
    packages: fc.constant({ n: '1' }),
  }),
  fc.record({
    kind: fc.constant('end'),
    t: fc.nat(1000),
    exitCode: fc.nat(2),
    peakMemoryBytes: fc.nat(),
    cpuSeconds: fc.nat(),
  }),
  fc.record({ kind: fc.string(), t: fc.nat() }),
  fc.anything(),
);

/** What may lie in a file: records, some of them cut off or overwritten. */
const anyFile = fc
  .array(
    fc
      .tuple(anyRecord, fc.oneof({ weight: 8, arbitrary: fc.constant(0) }, fc.nat(40)), fc.boolean())
      .map(([value, cut, noise]) => {
        const text = record(plain(value));
        return cut === 0 ? text : noise ? text.slice(cut) : text.slice(0, -cut);
      }),
    { maxLength: 40 },
  )
  .map((parts) => Buffer.from(parts.join(''), 'utf8'));

/** What JSON can hold of a value. */
function plain(value: unknown): unknown {
  if (typeof value === 'number') return value;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
  }
  return typeof value === 'string' || typeof value === 'boolean' ? value : null;
}

interface Arrival {
  file: number;
  bytes: number;
  look: boolean;
}

const anyArrivals: fc.Arbitrary<Arrival[]> = fc.array(
  fc.record({ file: fc.nat(2), bytes: fc.integer({ min: 1, max: 400 }), look: fc.boolean() }),
  { maxLength: 60 },
);

describe('ingest, however the files come', () => {
  it('makes the same index of damaged files in slices, in any order, as of the whole files at once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.tuple(anyFile, anyFile, anyFile), anyArrivals, async (contents, arrivals) => {
        const place = makeStore();
        const options = { liveness: () => 'dead' as const, now: () => runStart + 1e9, full: true };
        const opened: ReturnType<typeof openStore>[] = [];
        const open = (folder: string) => {
          const store = openStore(folder);
          opened.push(store);
          return store;
        };
        try {
          const id = writeRun(place.store, { tags: { a: 'asked' } });
          const open0 = journalHead(id, 'main', 1);
          const open1 = journalHead(id, 'child', 2);
          const files = [
            { name: `journal-h-1-${runStart}.jsonl`, bytes: Buffer.concat([open0, contents[0]]) },
            { name: `journal-h-2-${runStart}.jsonl`, bytes: Buffer.concat([open1, contents[1]]) },
            {
              name: 'supervisor.jsonl',
              bytes: Buffer.concat([Buffer.from(record(supervisorOpen(id))), contents[2], Buffer.from(record(exit()))]),
            },
          ];
          const folder = join(place.store, 'runs', id);
          const written = files.map(() => 0);
          const store = open(place.store);
          const arrive = (index: number, count: number) => {
            const file = files[index];
            const from = written[index] ?? 0;
            if (!file) return;
            appendFileSync(join(folder, file.name), file.bytes.subarray(from, from + count));
            written[index] = Math.min(from + count, file.bytes.length);
          };
          for (const { file, bytes, look } of arrivals) {
            arrive(file, bytes);
            if (look) await ingest(store, options);
          }
          for (const [index, file] of files.entries()) arrive(index, file.bytes.length);
          await ingest(store, options);

          const whole = join(place.root, 'whole');
          mkdirSync(join(whole, 'runs', id), { recursive: true });
          for (const name of ['run.json', ...files.map((file) => file.name)]) {
            writeFileSync(join(whole, 'runs', id, name), readFileSync(join(folder, name)));
          }
          const atOnce = open(whole);
          await ingest(atOnce, options);
          assert.deepEqual(dumpIndex(store.db), dumpIndex(atOnce.db));
          assert.equal(runDetails(store, id).status, 'finished');
        } finally {
          for (const store of opened) store.close();
          removeStore(place);
        }
      }),
      { numRuns: 40 },
    );
  }).timeout(180_000);
});

function journalHead(id: string, role: string, pid: number): Buffer {
  const identity = { ...deadProcess, pid, parent: null, role, rank: null };
  const open = { kind: 'open', v: 1, run: id, ...identity, start: runStart, language: 'x', client: 'x' };
  return Buffer.from(record(open) + record({ kind: 'name', id: 0, name: 'loss' }));
}
