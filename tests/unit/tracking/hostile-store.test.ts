import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newId } from '../../../src/base/ids.ts';
import { connect } from '../../../src/store/driver.ts';
import { openStore } from '../../../src/store/index.ts';
import { deleteRuns, ingest, listRuns, runDetails } from '../../../src/tracking/index.ts';
import { ingestRuns } from '../../../src/tracking/ingest.ts';
import { makeStore, record, removeStore, writeRun } from '../../support/run-folders.ts';

describe('a store that somebody else made', () => {
  let place: ReturnType<typeof makeStore>;
  let precious: string;
  beforeEach(() => {
    place = makeStore();
    precious = join(place.root, 'precious');
    mkdirSync(precious);
    writeFileSync(join(precious, 'thesis'), 'x');
  });
  afterEach(() => {
    assert.deepEqual(readdirSync(precious), ['thesis']);
    removeStore(place);
  });

  /** Ids that would lead out of the folder of runs. */
  const ways = () => ['../../precious', '../../../precious', precious, `${newId()}/../../../precious`, '..', '.', ''];

  describe('with ids of runs that are paths', () => {
    it('deletes nothing that its ops name', async () => {
      mkdirSync(join(place.store, 'ops'));
      const lines = ways().map((run) => record({ v: 1, t: 1, by: 'mallory', run, op: 'delete' }));
      const kept = writeRun(place.store);
      writeFileSync(join(place.store, 'ops', 'mallory.jsonl'), lines.join(''));
      const store = openStore(place.store);
      await ingestRuns(store, []);
      await ingest(store, { full: true });
      assert.deepEqual(readdirSync(join(place.store, 'runs')), [kept]);
      store.close();
    });

    it('deletes nothing that its index names, and forgets it', async () => {
      const kept = writeRun(place.store);
      openStore(place.store).close();
      const database = connect(join(place.store, 'trainyard.db'));
      for (const id of ways()) {
        database
          .prepare(
            `INSERT INTO runs (id, name, experiment, status, created, title, target, deleted, settled)
             VALUES (?, 'x', '', 'finished', 1, '', '{"kind":"program","argv":["?"]}', 1, 1)`,
          )
          .run(id);
        database
          .prepare(
            "INSERT INTO ops (run, op, item, value, time, by, file, offset) VALUES (?, 'delete', '', 'true', 1, 'x', 'x', 0)",
          )
          .run(id);
      }
      database.close();
      const store = openStore(place.store);
      await ingest(store);
      assert.deepEqual(
        listRuns(store, {}).runs.map(({ id }) => id),
        [kept],
      );
      assert.deepEqual(readdirSync(join(place.store, 'runs')), [kept]);
      store.close();
    });

    it('neither deletes nor tells of one that a person asks for', async () => {
      openStore(place.store).close();
      const database = connect(join(place.store, 'trainyard.db'));
      for (const id of ways()) {
        database
          .prepare(
            `INSERT INTO runs (id, name, experiment, status, created, title, target, settled)
             VALUES (?, 'x', '', 'finished', 1, '', '{"kind":"program","argv":["?"]}', 1)`,
          )
          .run(id);
      }
      database.close();
      const reader = openStore(place.store, { readOnly: true });
      for (const id of ways()) assert.throws(() => runDetails(reader, id), { code: 'run-missing' });
      reader.close();
      const store = openStore(place.store);
      for (const id of ways()) await assert.rejects(deleteRuns(store, [id]), { code: 'run-missing' });
      store.close();
    });
  });
});
