import assert from 'node:assert/strict';
import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from '../../../src/store/driver.ts';
import { openStore } from '../../../src/store/index.ts';
import { applicationId, migrations } from '../../../src/store/migrate.ts';
import { ingest, points, runDetails } from '../../../src/tracking/index.ts';
import { dumpIndex } from '../../support/dump-index.ts';
import {
  exit,
  journal,
  makeStore,
  removeStore,
  runFile,
  supervisor,
  supervisorOpen,
  writeRun,
} from '../../support/run-folders.ts';

const plain = (...numbers: number[]) => new Uint8Array(Float64Array.from(numbers).buffer);

describe('an index of the version that stored points plainly', () => {
  let place: ReturnType<typeof makeStore>;
  let id: string;

  beforeEach(() => {
    place = makeStore();
    const asked = runFile();
    id = writeRun(place.store, asked);
    const logged = Array.from({ length: 5000 }, (_, step) => [step * 10, step, 0, Math.sqrt(step)]);
    const records = [{ kind: 'name', id: 0, name: 'loss' }, { kind: 'of a later version' }, ...logged];
    const name = journal(place.store, id, records);
    supervisor(place.store, id, [supervisorOpen(id), exit()]);

    const db = connect(join(place.store, 'trainyard.db'));
    for (const { version, sql } of migrations()) if (version <= 2) db.exec(sql);
    db.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = 2`);
    db.prepare(
      `INSERT INTO runs (key, id, name, experiment, status, created, title, target, asked, settled)
       VALUES (1, ?, 'a run', 'credit', 'finished', ?, 'train.py', '{"kind":"script","path":"src/train.py"}', ?, 1)`,
    ).run(id, asked.created, JSON.stringify(asked));
    for (const [key, file] of [name, 'supervisor.jsonl'].entries()) {
      const { size } = statSync(join(place.store, 'runs', id, file));
      const insert = db.prepare('INSERT INTO files (key, run, name, offset, size, unknown) VALUES (?, 1, ?, ?, ?, 1)');
      insert.run(key + 1, file, size, size);
    }
    db.exec(`INSERT INTO metric_ids (file, id, name) VALUES (1, 0, 'loss')`);
    const exact = plain(1, 1, 0, 1);
    db.prepare(
      `INSERT INTO series (key, run, file, name, count, last_time, exact) VALUES (1, 1, 1, 'loss', 2, 20, ?)`,
    ).run(exact);
    db.prepare('INSERT INTO chunks (series, seq, count, steps, times, points) VALUES (1, 0, 2, ?, ?, ?)').run(
      plain(0, 1),
      plain(10, 20),
      plain(0, 1),
    );
    db.prepare(
      `INSERT INTO metrics (run, name, last, min, max, best, count, last_time, exact) VALUES (1, 'loss', 1, 0, 1, 0, 2, 20, ?)`,
    ).run(exact);
    db.close();
  });

  afterEach(() => removeStore(place));

  it('is read again from the files, and is then as if it had been new', async () => {
    const store = openStore(place.store);
    await ingest(store);
    const { values } = points(store, id, 'loss');
    assert.deepEqual(
      values,
      Float64Array.from({ length: 5000 }, (_, step) => Math.sqrt(step)),
    );
    assert.equal(runDetails(store, id).metrics.loss?.count, 5000);
    const found = dumpIndex(store.db);
    store.close();

    for (const suffix of ['', '-wal', '-shm']) rmSync(join(place.store, `trainyard.db${suffix}`), { force: true });
    const fresh = openStore(place.store);
    await ingest(fresh);
    assert.deepEqual(found, dumpIndex(fresh.db));
    fresh.close();
  });
});
