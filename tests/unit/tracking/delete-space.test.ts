import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeStore } from '../../../bench/run-folders.ts';
import { openStore, type Store, shrink } from '../../../src/store/index.ts';
import { deleteRuns, ingest, listRuns, sealRuns } from '../../../src/tracking/index.ts';
import { type RunningBackend, startBackend } from '../../support/backend.ts';
import { drivers, makeStore, removeStore } from '../../support/run-folders.ts';

describe('the disk after runs are deleted', () => {
  let place: ReturnType<typeof makeStore>;
  let open: Store[];
  let backend: RunningBackend | undefined;

  beforeEach(() => {
    place = makeStore();
    open = [];
  });
  afterEach(async () => {
    for (const store of open) store.close();
    await backend?.stop();
    backend = undefined;
    removeStore(place);
  });

  async function opened(driver = drivers[0]): Promise<Store> {
    const store = openStore(place.store, driver ? { driver } : {});
    open.push(store);
    await ingest(store);
    return store;
  }

  /** What all files below a folder hold. */
  const bytes = (folder: string): number =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);

  for (const driver of drivers) {
    it(`is free at once, though others have the index open, with ${driver}`, async () => {
      const empty = await opened(driver);
      const nothing = bytes(place.store);
      const ids = writeStore(place.root, { runs: 16, metrics: 2, points: 1_000 });
      mkdirSync(join(place.store, 'runs', ids[0] as string, 'artifacts'));
      writeFileSync(join(place.store, 'runs', ids[0] as string, 'artifacts', 'model.bin'), Buffer.alloc(2_000_000));
      await ingest(empty);
      for await (const _ of sealRuns(empty, { restMicros: 0, now: Number.MAX_SAFE_INTEGER }));
      const store = await opened(driver);
      backend = startBackend({ ...process.env, TRAINYARD_HOME: join(place.root, 'home') });
      await backend.call('open', { folders: [{ path: place.root, name: 'folder', trusted: true }] });
      const [kept, ...others] = ids as [string, ...string[]];
      const [full, rest] = [bytes(place.store), bytes(join(place.store, 'runs', kept))];
      await deleteRuns(store, others);
      const left = bytes(place.store) - rest - nothing;
      assert.ok(left < full / 5, `${left} of ${full} bytes are left`);
      await deleteRuns(store, [kept]);
      assert.ok(bytes(place.store) < nothing + 100_000, `${bytes(place.store)} of ${nothing} bytes at first`);
      assert.deepEqual(readdirSync(join(place.store, 'runs')), []);
      await ingest(empty);
      assert.deepEqual(listRuns(empty, { archived: true }).runs, []);
    });
  }

  it('is free in the index, too, where somebody removed the folders by hand', async () => {
    const ids = writeStore(place.root, { runs: 5, metrics: 3, points: 12_000 });
    const store = await opened();
    const index = () => statSync(join(place.store, 'trainyard.db')).size;
    store.db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    const full = index();
    assert.ok(full > 1_200_000, `${full} bytes`);
    for (const id of ids) rmSync(join(place.store, 'runs', id), { recursive: true });
    await ingest(store);
    assert.ok(index() < full / 10, `${index()} of ${full} bytes are left`);
  });

  it('is given back in steps, between which others may write', async () => {
    const ids = writeStore(place.root, { runs: 5, metrics: 3, points: 14_000 });
    const store = await opened();
    store.db.immediate(() => store.db.exec('DELETE FROM runs'));
    const other = openStore(place.store);
    open.push(other);
    let steps = 0;
    for (const _ of shrink(store.db)) {
      steps++;
      other.db.immediate(() => other.db.exec(`INSERT INTO ops_files (name, offset, size) VALUES ('${steps}', 0, 0)`));
    }
    assert.ok(steps > 1, `${steps} steps`);
    assert.ok(existsSync(join(place.store, 'runs', ids[0] as string)));
  });
});
