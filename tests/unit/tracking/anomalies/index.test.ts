import assert from 'node:assert/strict';
import { appendFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { Anomaly } from '../../../../src/contract/anomaly.ts';
import { openStore, removeIndex, type Store } from '../../../../src/store/index.ts';
import {
  anomaliesOf,
  ingest,
  listRuns,
  notWatched,
  runDetails,
  watchAnomalies,
} from '../../../../src/tracking/index.ts';
import { dumpIndex } from '../../../support/dump-index.ts';
import { random } from '../../../support/random.ts';
import { drivers, journal, makeStore, record, removeStore, runStart, writeRun } from '../../../support/run-folders.ts';
import { sickCurves } from '../../../support/sick-curves.ts';

const brief = (anomalies: Anomaly[]) =>
  anomalies.map(({ metric, kind, severity, step, count, off }) => [metric, kind, severity, step, count, off]);

for (const driver of drivers) {
  describe(`anomalies in the index, with ${driver}`, () => {
    let place: ReturnType<typeof makeStore>;
    let store: Store;
    beforeEach(() => {
      place = makeStore();
      store = openStore(place.store, { driver });
    });
    afterEach(() => {
      store.close();
      removeStore(place);
    });

    const found = (id: string) => brief(runDetails(store, id).anomalyList);

    it('are there as soon as the points are', async () => {
      const id = writeRun(place.store);
      const name = journal(place.store, id, [{ kind: 'name', id: 0, name: 'loss' }, [10, 0, 0, 0.5]]);
      await ingest(store);
      assert.deepEqual(found(id), []);
      appendFileSync(join(place.store, 'runs', id, name), record([20, 1, 0, Number.NaN]));
      assert.deepEqual(await ingest(store, { full: true }), [id]);
      const [anomaly] = runDetails(store, id).anomalyList;
      assert.deepEqual(
        { ...anomaly },
        {
          metric: 'loss',
          kind: 'nan',
          severity: 'warning',
          step: 1,
          time: runStart + 20,
          value: Number.NaN,
          count: 1,
          steps: [1],
          details: {},
          off: false,
        },
      );
      assert.equal(listRuns(store).runs[0]?.anomalies, 1);
    });

    it('come out the same whether folded while the run lives or again from the files', async () => {
      const ids = Object.values(sickCurves).map((make, index) => {
        const { metric, values } = make(random(index + 5));
        const id = writeRun(place.store);
        const file = journal(place.store, id, [{ kind: 'name', id: 0, name: metric }]);
        return { id, file, values };
      });
      const longest = Math.max(...ids.map(({ values }) => values.length));
      for (let from = 0; from < longest; from += 211) {
        for (const { id, file, values } of ids) {
          const part = values
            .slice(from, from + 211)
            .map((value, index) => record([from + index, from + index, 0, value]));
          appendFileSync(join(place.store, 'runs', id, file), part.join(''));
        }
        await ingest(store, { full: true });
      }
      const live = dumpIndex(store.db);
      assert.ok((live.anomalies?.length ?? 0) >= ids.length - 3, `${live.anomalies?.length} of ${ids.length}`);
      store.close();
      removeIndex(place.store);
      store = openStore(place.store, { driver });
      await ingest(store);
      assert.deepEqual(dumpIndex(store.db).anomalies, live.anomalies);
    });

    it('of several processes that log one metric are one', async () => {
      const id = writeRun(place.store);
      const bad = [{ kind: 'name', id: 0, name: 'loss' }, [10, 3, 0, Number.NaN], [11, 4, 0, Number.NaN]];
      journal(place.store, id, bad, { pid: 4_194_306 });
      journal(place.store, id, bad, { pid: 4_194_307, start: runStart + 5, role: 'child' });
      await ingest(store);
      assert.deepEqual(found(id), [['loss', 'nan', 'warning', 3, 4, false]]);
      assert.equal(listRuns(store).runs[0]?.anomalies, 1);
    });

    it('are not looked for in what is measured of the system', async () => {
      const id = writeRun(place.store);
      const name = journal(place.store, id, [{ kind: 'name', id: 0, name: 'loss' }, [10, 3, 0, Number.NaN]]);
      const folder = join(place.store, 'runs', id);
      renameSync(join(folder, name), join(folder, name.replace('journal-', 'system-')));
      await ingest(store);
      assert.deepEqual(found(id), []);
    });

    it('can be switched off by metric for all runs, and on again, also after the index is made anew', async () => {
      const hostile = '<b>"loss"\u001b[31m\n%s';
      const ids = [1, 2].map(() => {
        const id = writeRun(place.store);
        journal(place.store, id, [
          { kind: 'name', id: 0, name: hostile },
          { kind: 'name', id: 1, name: 'val_loss' },
          [10, 0, 0, Number.NaN, 1, Number.POSITIVE_INFINITY],
        ]);
        return id;
      });
      await ingest(store);
      assert.deepEqual((await watchAnomalies(store, hostile, false)).sort(), [...ids].sort());
      for (const id of ids) {
        assert.deepEqual(found(id), [
          [hostile, 'nan', 'warning', 0, 1, true],
          ['val_loss', 'infinity', 'warning', 0, 1, false],
        ]);
      }
      store.close();
      removeIndex(place.store);
      store = openStore(place.store, { driver });
      await ingest(store);
      assert.deepEqual(notWatched(store), [hostile]);
      assert.deepEqual(
        listRuns(store).runs.map((run) => run.anomalies),
        [1, 1],
      );
      await watchAnomalies(store, hostile, true);
      assert.deepEqual(notWatched(store), []);
      assert.deepEqual(
        listRuns(store).runs.map((run) => run.anomalies),
        [2, 2],
      );
      assert.equal(anomaliesOf(store).length, 2);
      assert.equal(anomaliesOf(store, ids[0]).length, 1);
    });

    it('go with their run', async () => {
      const id = writeRun(place.store);
      journal(place.store, id, [{ kind: 'name', id: 0, name: 'loss' }, [10, 0, 0, Number.NaN]]);
      await ingest(store);
      store.db.prepare('DELETE FROM runs').run();
      for (const table of ['anomalies', 'watches']) {
        assert.deepEqual(store.db.prepare(`SELECT * FROM ${table}`).all(), [], table);
      }
    });
  });
}
