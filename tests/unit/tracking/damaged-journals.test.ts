import assert from 'node:assert/strict';
import { newId } from '../../../src/base/ids.ts';
import { openStore, type Store } from '../../../src/store/index.ts';
import { ingest, points, runDetails } from '../../../src/tracking/index.ts';
import { checkMutatedOps } from '../../support/mutated-ops.ts';
import { checkMutatedRuns } from '../../support/mutated-runs.ts';
import {
  append,
  deadProcess,
  exit,
  journal,
  makeStore,
  record,
  removeStore,
  runStart,
  supervisor,
  supervisorOpen,
  writeRun,
} from '../../support/run-folders.ts';

const lossId = { kind: 'name', id: 0, name: 'loss' };
const params = { kind: 'params', t: 1, source: 'argparse', values: { lr: 0.1 } };
const end = { kind: 'end', t: 9, exitCode: 0, peakMemoryBytes: null, cpuSeconds: null };
const name = `journal-here-${deadProcess.pid}-${runStart}.jsonl`;

describe('a damaged journal', () => {
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
  const valuesOf = (id: string, metric: string) => [...points(store, id, metric).values];
  const damage = (id: string) =>
    runDetails(store, id).warnings.map(({ code, params: said }) => [code, said.offset, said.bytes]);

  it('loses its first record and keeps parameters, points, time and end', async () => {
    const id = writeRun(place.store);
    append(
      place.store,
      id,
      name,
      `\u001e{"kind":"open","v"${[lossId, [7, 0, 0, 0.5], params, end].map(record).join('')}`,
    );
    await ingest(store);
    const run = runDetails(store, id);
    assert.deepEqual([run.status, run.params, valuesOf(id, 'loss')], ['finished', { lr: 0.1 }, [0.5]]);
    assert.deepEqual([...points(store, id, 'loss').times], [runStart + 7]);
    assert.deepEqual(damage(id), [['journal-damaged', 0, 19]]);
  });

  it('loses the name of a metric and keeps its values, under the number', async () => {
    const id = writeRun(place.store);
    journal(place.store, id, [lossId, [1, 0, 0, 1]]);
    append(
      place.store,
      id,
      name,
      `\u001e{"kind":"name","id":1,"na${record([2, 0, 1, 5, 0, 2])}${record([3, 1, 1, 6])}`,
    );
    await ingest(store);
    assert.deepEqual(
      [valuesOf(id, 'loss'), valuesOf(id, 'unnamed/1')],
      [
        [1, 2],
        [5, 6],
      ],
    );
    append(place.store, id, name, record({ kind: 'name', id: 1, name: 'acc' }) + record([4, 2, 1, 7]));
    await ingest(store, { full: true });
    assert.deepEqual([valuesOf(id, 'acc'), valuesOf(id, 'unnamed/1')], [[7], [5, 6]]);
  });

  it('is not left out for a first record of another journal in its middle', async () => {
    const id = writeRun(place.store);
    const other = { kind: 'open', v: 1, run: newId(), ...deadProcess, parent: null, role: 'main', rank: null };
    const open = { ...other, start: runStart + 5, language: 'x', client: 'x' };
    journal(place.store, id, [lossId, [1, 0, 0, 1], open, { ...open, v: 7 }, [2, 1, 0, 2]]);
    supervisor(place.store, id, [supervisorOpen(id), { ...supervisorOpen(newId()) }, exit()]);
    await ingest(store);
    assert.deepEqual([runDetails(store, id).status, valuesOf(id, 'loss')], ['finished', [1, 2]]);
    assert.deepEqual(
      damage(id).map(([code]) => code),
      ['journal-damaged', 'journal-damaged'],
    );
  });

  it('is told of once where damage follows on damage, and in one sum where it is everywhere', async () => {
    const id = writeRun(place.store);
    journal(place.store, id, [lossId]);
    append(place.store, id, name, '\u001e'.repeat(5000) + record([1, 0, 0, 1]));
    await ingest(store);
    const [one] = damage(id);
    assert.deepEqual([damage(id).length, one?.[2]], [1, 5000]);
    for (let index = 0; index < 300; index++) append(place.store, id, name, `damage${record([1, 0, 0, index])}`);
    await ingest(store, { full: true });
    const told = runDetails(store, id).warnings;
    assert.equal(told.filter(({ code }) => code === 'journal-damaged').length, 100);
    const [rest, ...others] = told.filter(({ code }) => code === 'journal-damaged-more');
    assert.deepEqual([rest?.params.places, rest?.params.bytes, others], [201, 201 * 6, []]);
    assert.equal(valuesOf(id, 'loss').length, 301);
  });
});

describe('files that were damaged in any way', () => {
  let place: ReturnType<typeof makeStore>;
  beforeEach(() => {
    place = makeStore();
  });
  afterEach(() => removeStore(place));

  it('keep every record that came through, and tell of the others', async function () {
    this.timeout(120_000);
    const { runs, found, warnings } = await checkMutatedRuns(place.store, 1, 50);
    assert.equal(runs, 50);
    assert.ok(found > 1000 && warnings > 50, `${found} records found, ${warnings} warnings`);
  });

  it('keep what people did, in ops files', async () => {
    const found = await checkMutatedOps(place.store, 1, 50);
    assert.ok(found > 200, `${found} records found`);
  });
});
