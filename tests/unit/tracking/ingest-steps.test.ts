import assert from 'node:assert/strict';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { openStore, removeIndex, type Store } from '../../../src/store/index.ts';
import { curves, ingest, points, runDetails } from '../../../src/tracking/index.ts';
import { dumpIndex } from '../../support/dump-index.ts';
import {
  drivers,
  exit,
  journal,
  makeStore,
  record,
  removeStore,
  supervisor,
  supervisorOpen,
  writeRun,
} from '../../support/run-folders.ts';

const metrics = 150;
const steps = 300;
const nameOf = (id: number) => (id % 5 === 0 ? `loss/${id}` : `metric ${id}`);
const valueAt = (id: number, step: number) => (id === 5 && step > 250 ? Number.NaN : id + 1 / (1 + step));

/** A journal of so many metrics that it takes several steps to fold. */
function wideJournal(): unknown[] {
  const names = Array.from({ length: metrics }, (_, id) => ({ kind: 'name', id, name: nameOf(id) }));
  const rows = Array.from({ length: steps }, (_, step) => {
    const values = Array.from({ length: metrics }, (_, id) => [id, valueAt(id, step)]);
    return [step * 10, step, ...values.flat()];
  });
  return [...names, ...rows];
}

for (const driver of drivers) {
  describe(`a journal that is folded in several steps, with ${driver}`, () => {
    let place: ReturnType<typeof makeStore>;
    let stores: Store[];
    const open = () => {
      const store = openStore(place.store, { driver });
      stores.push(store);
      return store;
    };
    beforeEach(() => {
      place = makeStore();
      stores = [];
    });
    afterEach(() => {
      for (const store of stores) store.close();
      removeStore(place);
    });

    function assertWhole(store: Store, id: string): void {
      for (const metric of [0, 1, 5, metrics - 1]) {
        const found = points(store, id, nameOf(metric));
        assert.deepEqual(
          [...found.steps],
          Array.from({ length: steps }, (_, step) => step),
        );
        assert.deepEqual(
          [...found.values],
          Array.from({ length: steps }, (_, step) => valueAt(metric, step)),
        );
      }
      const shown = runDetails(store, id);
      assert.equal(Object.keys(shown.metrics).length, metrics);
      assert.ok(Object.values(shown.metrics).every(({ count }) => count === steps));
      assert.deepEqual(
        shown.anomalyList.filter(({ kind }) => kind === 'nan').map(({ metric, step, count }) => [metric, step, count]),
        [[nameOf(5), 251, steps - 251]],
      );
    }

    it('is whole where two connections fold it at the same time, and where one does it twice', async () => {
      const id = writeRun(place.store);
      journal(place.store, id, wideJournal());
      const [one, other] = [open(), open()];
      await Promise.all([ingest(one), ingest(other), ingest(one, { full: true })]);
      assertWhole(other, id);
      const dump = dumpIndex(one.db);
      for (const store of stores.splice(0)) store.close();
      removeIndex(place.store);
      const again = open();
      await ingest(again);
      assert.deepEqual(dumpIndex(again.db), dump);
    });

    it('is whole where it was given up in the middle', async () => {
      const id = writeRun(place.store);
      journal(place.store, id, wideJournal());
      const store = open();
      const stopped = new AbortController();
      const given = ingest(store, { signal: stopped.signal });
      setImmediate(() => stopped.abort());
      await assert.rejects(given, { code: 'cancelled' });
      const folded = store.db.prepare<{ offset: number; size: number }>('SELECT offset, size FROM files').get();
      assert.ok(folded && folded.offset > 0 && folded.offset < folded.size + 1);
      await ingest(store);
      assertWhole(store, id);
    });

    it('leaves nothing of the detectors once the run has ended, and knows it again when the run goes on', async () => {
      const id = writeRun(place.store);
      const names = [
        { kind: 'name', id: 0, name: 'loss' },
        { kind: 'name', id: 1, name: 'accuracy' },
      ];
      const file = journal(place.store, id, [...names, [10, 0, 0, 0.5, 1, Number.NaN], [20, 1, 0, Number.NaN]]);
      const store = open();
      const remembered = () => store.db.prepare<{ n: number }>('SELECT count(*) AS n FROM watches').get()?.n;
      await ingest(store, { liveness: () => 'alive' });
      assert.equal(remembered(), 2);
      supervisor(place.store, id, [supervisorOpen(id), exit()]);
      await ingest(store, { liveness: () => 'dead' });
      assert.equal(remembered(), 0);
      appendFileSync(join(place.store, 'runs', id, file), record([30, 2, 0, Number.NaN, 1, 0.5]));
      await ingest(store, { full: true, liveness: () => 'dead' });
      assert.equal(remembered(), 0);
      const [nan, ...others] = runDetails(store, id).anomalyList;
      assert.deepEqual([nan?.metric, nan?.step, nan?.count, nan?.steps], ['loss', 1, 2, [1]]);
      assert.deepEqual(others, []);
      assert.equal(curves(store, id, { names: ['loss'], buckets: 10 })[0]?.count, 3);
    });
  });
}
