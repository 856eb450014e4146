import assert from 'node:assert/strict';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../../../src/base/fault.ts';
import { newId } from '../../../src/base/ids.ts';
import { identify } from '../../../src/base/process-identity.ts';
import { splitRecords } from '../../../src/base/records.ts';
import { safeHostName } from '../../../src/base/safe-host-name.ts';
import { nowMicros } from '../../../src/base/time.ts';
import { openStore, type Store } from '../../../src/store/index.ts';
import { applyOps, deleteRuns, ingest, listRuns, runDetails } from '../../../src/tracking/index.ts';
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

const hasCode = (code: string) => (error: unknown) => error instanceof Fault && error.code === code;

for (const driver of drivers) {
  describe(`what people do to runs, with ${driver}`, () => {
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

    it('is written down, and seen at once', async () => {
      const id = writeRun(place.store, { tags: { a: '1' } });
      await ingest(store);
      const before = nowMicros();
      await applyOps(store, [
        { op: 'name', run: id, name: 'née 🎈' },
        { op: 'note', run: id, note: 'line\nline' },
        { op: 'tag', run: id, key: 'a', value: null },
        { op: 'tag', run: id, key: 'b', value: '' },
        { op: 'star', run: id, starred: true },
        { op: 'archive', run: id, archived: true },
      ]);
      const { name, note, tags, starred, archived } = runDetails(store, id);
      assert.deepEqual([name, note, tags, starred, archived], ['née 🎈', 'line\nline', { b: '' }, true, true]);
      const [file] = readdirSync(join(place.store, 'ops'));
      const { records } = splitRecords(readFileSync(join(place.store, 'ops', file ?? '')));
      const written = records.map(({ text }) => JSON.parse(text) as { v: number; t: number; by: string; run: string });
      assert.equal(written.length, 6);
      assert.ok(written.every((op) => op.v === 1 && op.run === id && op.by !== '' && op.t >= before));
    });

    it('counts by its time, whichever file it is in and whenever that arrives', async () => {
      const id = writeRun(place.store);
      await ingest(store);
      const op = (t: number, name: string) => record({ v: 1, t, by: 'x', run: id, op: 'name', name });
      const far = nowMicros() + 1e12;
      mkdirSync(join(place.store, 'ops'));
      appendFileSync(join(place.store, 'ops', 'zeta.jsonl'), op(far, 'from the future') + op(5, 'old'));
      await ingest(store);
      assert.equal(runDetails(store, id).name, 'from the future');
      await applyOps(store, [{ op: 'name', run: id, name: 'mine' }]);
      assert.equal(runDetails(store, id).name, 'mine', 'what is done last counts, though the clock is behind');
      appendFileSync(join(place.store, 'ops', 'alpha.jsonl'), op(far, 'late'));
      await ingest(store);
      assert.equal(runDetails(store, id).name, 'mine');
    });

    it('waits for a run that has not arrived, and passes damage by', async () => {
      const id = newId();
      mkdirSync(join(place.store, 'ops'));
      const op = record({ v: 1, t: 5, by: 'x', run: id, op: 'note', note: 'early' });
      const torn = `\u001e{"v":1,${op}\u001enonsense\n${record({ v: 1, op: 'paint' })}`;
      appendFileSync(join(place.store, 'ops', 'a.jsonl'), torn);
      await ingest(store);
      writeRun(place.store, { id });
      await ingest(store);
      assert.equal(runDetails(store, id).note, 'early');
      const damaged = store.db.prepare<{ damaged: number }>('SELECT damaged FROM ops_files').get()?.damaged;
      assert.equal(damaged, torn.length - op.length);
    });

    it('needs a run that exists, and is then not written at all', async () => {
      const id = writeRun(place.store);
      await ingest(store);
      const missing = newId();
      const ops = [id, missing].map((run) => ({ op: 'star' as const, run, starred: true }));
      await assert.rejects(applyOps(store, ops), hasCode('run-missing'));
      assert.equal(runDetails(store, id).starred, false);
      assert.equal(existsSync(join(place.store, 'ops')), false);
    });

    it('says where it cannot be written', async () => {
      const id = writeRun(place.store);
      await ingest(store);
      writeFileSync(join(place.store, 'ops'), 'a file in the way');
      await assert.rejects(applyOps(store, [{ op: 'star', run: id, starred: true }]), hasCode('store-not-writable'));
    });

    it('frees the disk when a run is deleted, the index included', async () => {
      const keep = writeRun(place.store, { name: 'keep' });
      const id = writeRun(place.store);
      const points = Array.from({ length: 20_000 }, (_, step) => [step, step, 0, Math.sin(step)]);
      const name = journal(place.store, id, [{ kind: 'name', id: 0, name: 'loss' }, ...points]);
      supervisor(place.store, id, [supervisorOpen(id), exit()]);
      await ingest(store);
      store.db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      const index = join(place.store, 'trainyard.db');
      const indexBytes = statSync(index).size;
      const folder = join(place.store, 'runs', id);
      const bytes = ['run.json', 'supervisor.jsonl', name].reduce(
        (sum, file) => sum + statSync(join(folder, file)).size,
        0,
      );
      assert.equal(await deleteRuns(store, [id]), bytes);
      assert.equal(existsSync(folder), false);
      assert.throws(() => runDetails(store, id), hasCode('run-missing'));
      for (const table of ['series', 'chunks', 'metrics', 'metric_ids']) {
        assert.deepEqual(store.db.prepare(`SELECT * FROM ${table}`).all(), [], table);
      }
      assert.ok(statSync(index).size < indexBytes - 150_000, `${statSync(index).size} of ${indexBytes}`);
      assert.deepEqual(
        listRuns(store).runs.map((run) => run.id),
        [keep],
      );
    });

    it('deletes nothing while one of the runs is running', async () => {
      const done = writeRun(place.store);
      supervisor(place.store, done, [supervisorOpen(done), exit()]);
      const running = writeRun(place.store);
      supervisor(place.store, running, [supervisorOpen(running, identify())]);
      await ingest(store);
      await assert.rejects(deleteRuns(store, [done, running]), hasCode('run-running'));
      assert.equal(listRuns(store).total, 2);
      assert.ok(existsSync(join(place.store, 'runs', done)));
    });

    it('removes what is left of a deleted run, or comes back, at the next sync', async () => {
      const id = writeRun(place.store);
      supervisor(place.store, id, [supervisorOpen(id), exit()]);
      await ingest(store);
      await deleteRuns(store, [id]);
      writeRun(place.store, { id });
      supervisor(place.store, id, [supervisorOpen(id), exit()]);
      await ingest(store);
      assert.equal(listRuns(store).total, 0);
      assert.equal(existsSync(join(place.store, 'runs', id)), false);
      mkdirSync(join(place.store, 'runs', id, 'artifacts'), { recursive: true });
      await ingest(store);
      assert.equal(existsSync(join(place.store, 'runs', id)), false, 'a remainder without run.json too');
    });

    it('hides a run that was deleted elsewhere while it runs here, and removes it when it has ended', async () => {
      const id = writeRun(place.store);
      supervisor(place.store, id, [supervisorOpen(id, identify())]);
      mkdirSync(join(place.store, 'ops'));
      appendFileSync(join(place.store, 'ops', 'a.jsonl'), record({ v: 1, t: 5, by: 'x', run: id, op: 'delete' }));
      await ingest(store);
      assert.equal(listRuns(store).total, 0);
      assert.ok(existsSync(join(place.store, 'runs', id, 'run.json')));
      supervisor(place.store, id, [exit()]);
      await ingest(store);
      assert.equal(existsSync(join(place.store, 'runs', id)), false);
    });
  });
}

describe("a machine's name as a file's name", () => {
  it('cannot leave the folder', () => {
    assert.equal(safeHostName('../../etc/passwd'), '-..-etc-passwd');
    assert.equal(safeHostName('lab 3\\x:y'), 'lab-3-x-y');
    assert.equal(safeHostName('...'), 'host');
    assert.equal(safeHostName('ü'.repeat(500)).length, 100);
  });
});
