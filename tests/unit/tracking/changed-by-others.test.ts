import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { identify } from '../../../src/base/process-identity.ts';
import { openStore, type Store } from '../../../src/store/index.ts';
import { applyOps, deleteRuns, ingest, runDetails, watchAnomalies } from '../../../src/tracking/index.ts';
import {
  drivers,
  exit,
  journal,
  makeStore,
  removeStore,
  supervisor,
  supervisorOpen,
  writeRun,
} from '../../support/run-folders.ts';
import { until } from '../../support/until.ts';

for (const driver of drivers) {
  describe(`what other processes fold, with ${driver}`, () => {
    let place: ReturnType<typeof makeStore>;
    let own: Store;
    let other: Store;
    let ids: string[];

    beforeEach(async () => {
      place = makeStore();
      ids = [writeRun(place.store), writeRun(place.store), writeRun(place.store)];
      for (const id of ids) supervisor(place.store, id, [supervisorOpen(id, identify())]);
      const [, settled = ''] = ids;
      journal(place.store, settled, [{ kind: 'name', id: 0, name: 'loss' }, [1, 0, 0, 1], [2, 1, 0, 'NaN']]);
      supervisor(place.store, settled, [exit()]);
      own = openStore(place.store, { driver });
      other = openStore(place.store, { driver });
      await ingest(own, { others: true });
      await ingest(other);
    });
    afterEach(() => {
      own.close();
      other.close();
      removeStore(place);
    });

    it('is news here, once', async () => {
      const [first = '', settled = '', third = ''] = ids;
      const told = async () => (await ingest(own, { others: true })).sort();
      assert.deepEqual(await told(), []);

      journal(place.store, first, [{ kind: 'name', id: 0, name: 'loss' }, [1, 0, 0, 0.5]], { start: 1 });
      await ingest(other);
      assert.deepEqual(await told(), [first]);
      assert.equal(runDetails(own, first).metrics.loss?.count, 1);

      await applyOps(other, [{ op: 'star', run: settled, starred: true }]);
      assert.deepEqual(await told(), [settled]);

      await watchAnomalies(other, 'loss', false);
      assert.deepEqual(await told(), [settled]);

      const added = writeRun(place.store);
      await ingest(other);
      assert.deepEqual(await told(), [added]);

      supervisor(place.store, third, [exit({ code: 1 })]);
      await ingest(other);
      assert.deepEqual(await told(), [third]);
      assert.equal(runDetails(own, third).status, 'failed');

      await deleteRuns(other, [settled]);
      assert.deepEqual(await told(), [settled]);
      assert.deepEqual(await told(), []);
    });

    it('is waited for without holding up what else this process does', async () => {
      const [first = ''] = ids;
      journal(place.store, first, [{ kind: 'name', id: 0, name: 'loss' }, [1, 0, 0, 0.5]], { start: 1 });
      other.db.exec('BEGIN IMMEDIATE');
      let isDone = false;
      const folding = ingest(own).then((changed) => {
        isDone = true;
        return changed;
      });
      for (let tick = 0; tick < 20; tick++) await sleep(1);
      assert.ok(!isDone);
      assert.equal(runDetails(own, first).metrics.loss, undefined);
      other.db.exec('COMMIT');
      assert.deepEqual(await folding, [first]);
    });

    it('leaves a moment to everybody who wants to fold, too', async () => {
      const [first = ''] = ids;
      const points = Array.from({ length: 60_000 }, (_, step) => [step, step, 0, Math.sin(step)]);
      journal(place.store, first, [{ kind: 'name', id: 0, name: 'loss' }, ...points], { start: 1 });
      const folding = ingest(other);
      await until('the other process has begun', () => (runDetails(own, first).metrics.loss?.count ?? 0) > 0);
      await applyOps(own, [{ op: 'name', run: ids[2] as string, name: 'in between' }]);
      assert.ok((runDetails(own, first).metrics.loss?.count ?? 0) < points.length, 'it had to wait until the end');
      await folding;
      assert.equal(runDetails(other, ids[2] as string).name, 'in between');
      assert.equal(runDetails(own, first).metrics.loss?.count, points.length);
    });

    it('is what the folders say, where the index was made again', async () => {
      for (const suffix of ['', '-wal', '-shm']) rmSync(join(place.store, `trainyard.db${suffix}`), { force: true });
      const fresh = openStore(place.store, { driver });
      await ingest(fresh);
      fresh.close();
      assert.deepEqual((await ingest(own, { others: true })).sort(), [...ids].sort());
    });
  });
}
