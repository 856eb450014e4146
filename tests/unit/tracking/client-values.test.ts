import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { openStore, type Store } from '../../../src/store/index.ts';
import { provideEventFileReader } from '../../../src/tracking/event-file-reader.ts';
import { ingest, media, points, runDetails } from '../../../src/tracking/index.ts';
import { makeStore, removeStore } from '../../support/run-folders.ts';

const python = process.platform === 'win32' ? 'python' : 'python3';
const root = join(import.meta.dirname, '../../..');

/** Any 64-bit float by its bits. */
const anyFloat = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
/** Any text that UTF-16 can hold, lone surrogates too. */
const anyName = fc.string({ unit: 'binary', maxLength: 12 });

/** Logs what values.json says: names with the bits of their values. */
const logging = `
import json, struct, sys, trainyard
with open("values.json", encoding="utf-8") as file:
    series = json.load(file)
def number(bits):
    return struct.unpack("<d", struct.pack("<Q", int(bits)))[0]
with trainyard.run("values"):
    for name, values in series:
        for value in values:
            trainyard.log({name: number(value)})
    trainyard.params({name: number(values[0]) for name, values in series})
    trainyard.tag({name: name for name, _ in series})
`;

function bitsOf(value: number): bigint {
  const bits = new BigUint64Array(Float64Array.of(value).buffer)[0] as bigint;
  return Number.isNaN(value) ? 0x7ff8000000000000n : bits;
}

describe('what the Python client is given', () => {
  let place: ReturnType<typeof makeStore>;
  let store: Store;
  beforeEach(() => {
    place = makeStore();
    store = openStore(place.store);
  });
  afterEach(() => {
    store.close();
    removeStore(place);
  });

  function script(text: string): void {
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('TRAINYARD'));
    const env = { ...Object.fromEntries(inherited), PYTHONPATH: join(root, 'python') };
    writeFileSync(join(place.root, 'script.py'), text);
    execFileSync(python, ['script.py'], { cwd: place.root, env, stdio: 'pipe' });
  }

  const onlyRun = () => readdirSync(join(place.store, 'runs')).filter((name) => !name.startsWith('.'))[0] as string;

  it('comes back from the index to the bit, for every float and every name', async () => {
    const series = fc.uniqueArray(fc.tuple(anyName, fc.array(anyFloat, { minLength: 1, maxLength: 30 })), {
      selector: ([name]) => name,
      minLength: 20,
      maxLength: 60,
    });
    const edges: [string, bigint[]][] = [
      ['__proto__', [-0, Number.NaN, Number.POSITIVE_INFINITY, Number.MIN_VALUE, Number.MAX_VALUE].map(bitsOf)],
      ['', [0x7ff8000000000001n, 0xfff0000000000000n, 1n]],
      ['\ud800', [bitsOf(2 ** 53 + 2)]],
    ];
    const given = fc.sample(series, { seed: 11, numRuns: 8 }).flat();
    const all = [...new Map([...given, ...edges])];
    const asText = JSON.stringify(all, (_, value) => (typeof value === 'bigint' ? String(value) : value));
    writeFileSync(join(place.root, 'values.json'), asText);
    script(logging);
    await ingest(store);
    const id = onlyRun();
    const run = runDetails(store, id);
    assert.equal(Object.keys(run.metrics).length, all.length);
    for (const [name, values] of all) {
      const expected = values.map((bits) => bitsOf(new Float64Array(BigUint64Array.of(bits).buffer)[0] as number));
      assert.deepEqual(Array.from(points(store, id, name).values, bitsOf), expected, JSON.stringify(name));
      // SQLite keeps text as UTF-8, which has no lone surrogates.
      if (!/\p{Surrogate}/u.test(name)) assert.equal(run.tags[name], name);
    }
  }).timeout(120_000);

  it('keeps pictures along their steps, datasets and tables', async () => {
    provideEventFileReader({
      read: () => assert.fail('there is no event file'),
      readMedia: () => assert.fail('there is no event file'),
    });
    script(`
import trainyard
with trainyard.run("pictures"):
    trainyard.image([[0, 255, 7]], "sample", step=10)
    trainyard.image([[1, 2]], "sample", step=5)
    trainyard.figure(b"<svg xmlns='http://www.w3.org/2000/svg'></svg>", "drawing")
    trainyard.table([{"a": 1}], "rows")
    trainyard.dataset(__file__, "script")
    trainyard.dataset([[1, 2, 3]], "memory")
`);
    await ingest(store);
    const id = onlyRun();
    const run = runDetails(store, id);
    assert.deepEqual(run.media, [{ kind: 'image', tag: 'sample', count: 2, firstStep: 5, lastStep: 10 }]);
    const shown = media(store, id, { kind: 'image', tag: 'sample', indexes: [0, 1, 2] });
    assert.deepEqual(
      shown.map(({ step, shown: what }) => [step, what.kind === 'image' && [what.type, what.width, what.height]]),
      [
        [5, ['image/png', 2, 1]],
        [10, ['image/png', 3, 1]],
      ],
    );
    const kinds = Object.fromEntries(run.artifacts.map(({ name, kind }) => [name, kind]));
    assert.deepEqual(kinds, { sample: 'image', drawing: 'figure', rows: 'table' });
    assert.deepEqual(
      run.datasets.map(({ name, shape, type }) => ({ name, shape, type })),
      [
        { name: 'script', shape: null, type: null },
        { name: 'memory', shape: [1, 3], type: 'list' },
      ],
    );
    assert.deepEqual(
      run.inputs.map(({ path, by }) => [path, by]),
      [[join(place.root, 'script.py'), 'trainyard.dataset']],
    );
    const table = run.artifacts.find(({ name }) => name === 'rows');
    assert.equal(readFileSync(join(run.directory, table?.path ?? ''), 'utf8'), '{"a": 1}\n');
  });

  it('shows no picture that is none or too large', async () => {
    script('import trainyard\nfor step in range(3): trainyard.image([[1]], "gone")\n');
    await ingest(store);
    const id = onlyRun();
    const folder = join(place.store, 'runs', id, 'artifacts', 'gone');
    writeFileSync(join(folder, '0.png'), 'no picture');
    writeFileSync(join(folder, '1.png'), Buffer.concat([readFileSync(join(folder, '2.png')), Buffer.alloc(9 << 20)]));
    const reasons = media(store, id, { kind: 'image', tag: 'gone', indexes: [0, 1, 2] }).map(({ shown }) =>
      shown.kind === 'none' ? shown.reason : shown.kind,
    );
    assert.deepEqual(reasons, ['format', 'large', 'image']);
  });
});
