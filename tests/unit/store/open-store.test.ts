import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../../../src/base/fault.ts';
import { connect, type DriverName } from '../../../src/store/driver.ts';
import { openStore, removeIndex, type Store } from '../../../src/store/index.ts';
import { applicationId, latestVersion, migrationsTo } from '../../../src/store/migrate.ts';
import { drivers, makeStore, removeStore } from '../../support/run-folders.ts';

const pragma = (store: Store, name: string) =>
  Object.values(store.db.prepare<Record<string, unknown>>(`PRAGMA ${name}`).get() ?? {})[0];

const faultOf = (work: () => unknown): Fault => {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof Fault, String(error));
    return error;
  }
  return assert.fail('nothing was thrown');
};

for (const driver of drivers) {
  describe(`opening a store with ${driver}`, () => {
    let place: ReturnType<typeof makeStore>;
    let file: string;
    let open: Store[];
    const opened = (options = {}) => {
      const store = openStore(place.store, { driver, ...options });
      open.push(store);
      return store;
    };
    const closeAll = () => {
      for (const store of open.splice(0)) store.close();
    };
    beforeEach(() => {
      place = makeStore();
      file = join(place.store, 'trainyard.db');
      open = [];
    });
    afterEach(() => {
      closeAll();
      removeStore(place);
    });

    it('makes the index, ours by its header, with every safeguard on', () => {
      const store = opened();
      assert.equal(pragma(store, 'application_id'), applicationId);
      assert.equal(pragma(store, 'user_version'), latestVersion());
      assert.equal(pragma(store, 'journal_mode'), 'wal');
      assert.equal(pragma(store, 'auto_vacuum'), 2);
      assert.equal(pragma(store, 'foreign_keys'), 1);
      assert.equal(pragma(store, 'trusted_schema'), 0);
      assert.equal(pragma(store, 'synchronous'), 1);
      assert.equal(pragma(store, 'integrity_check'), 'ok');
      assert.deepEqual(
        readdirSync(place.store).filter((name) => name.includes('probe')),
        [],
      );
    });

    it('finds it again, and needs a store folder', () => {
      opened().db.exec("INSERT INTO ops_files (name, offset, size) VALUES ('x', 1, 1)");
      closeAll();
      assert.equal(opened().db.prepare<{ n: number }>('SELECT count(*) AS n FROM ops_files').get()?.n, 1);
      const missing = faultOf(() => openStore(join(place.root, 'nowhere'), { driver }));
      assert.equal(missing.code, 'no-store');
      assert.equal(existsSync(join(place.root, 'nowhere')), false);
    });

    const unchanged = (code: string) => {
      const before = readFileSync(file);
      for (const readOnly of [false, true]) {
        const error = faultOf(() => opened({ readOnly }));
        assert.equal(error.code, code);
        assert.equal(error.params.file, file);
        assert.deepEqual(readFileSync(file), before);
      }
    };

    it('leaves what is no database alone', () => {
      writeFileSync(file, 'my thesis, in a strange place');
      unchanged('store-broken');
    });

    it("leaves another program's database alone", () => {
      const other = connect(file, { driver });
      other.exec('CREATE TABLE passwords (a); PRAGMA user_version = 1');
      other.close();
      unchanged('store-foreign');
    });

    it('leaves a newer index alone, and says both versions', () => {
      opened().db.exec(`PRAGMA user_version = ${latestVersion() + 3}`);
      closeAll();
      unchanged('store-newer');
      const error = faultOf(() => opened());
      assert.equal(error.params.found, latestVersion() + 3);
      assert.equal(error.params.known, latestVersion());
    });

    it('says that a damaged index is damaged, and makes a new one once it is taken away', () => {
      opened();
      closeAll();
      const bytes = readFileSync(file);
      bytes.fill(0x5a, 100, 4096);
      writeFileSync(file, bytes);
      unchanged('store-broken');
      removeIndex(place.store);
      assert.equal(pragma(opened(), 'integrity_check'), 'ok');
    });

    it('says so when the file is cut off while it is open', () => {
      const store = opened();
      store.db.exec("INSERT INTO ops_files (name, offset, size) VALUES ('x', 1, 1); PRAGMA wal_checkpoint(TRUNCATE)");
      closeAll();
      truncateSync(file, 4096);
      const error = faultOf(() => opened().db.prepare('SELECT * FROM runs').all());
      assert.equal(error.code, 'store-broken');
    });

    it('opens for reading without leaving or changing anything', () => {
      opened().db.exec("INSERT INTO ops_files (name, offset, size) VALUES ('x', 1, 1)");
      closeAll();
      const before = { names: readdirSync(place.store), time: statSync(file).mtimeMs, bytes: readFileSync(file) };
      const store = opened({ readOnly: true });
      assert.equal(store.db.prepare<{ n: number }>('SELECT count(*) AS n FROM ops_files').get()?.n, 1);
      assert.equal(faultOf(() => store.db.exec('DELETE FROM ops_files')).code, 'store-not-writable');
      assert.deepEqual(readdirSync(place.store), before.names);
      closeAll();
      assert.deepEqual(readdirSync(place.store), before.names);
      assert.equal(statSync(file).mtimeMs, before.time);
      assert.deepEqual(readFileSync(file), before.bytes);
    });

    it('reads what another process is writing, and sees it grow', () => {
      const writer = opened();
      const count = (store: Store) => store.db.prepare<{ n: number }>('SELECT count(*) AS n FROM ops_files').get()?.n;
      writer.db.exec("INSERT INTO ops_files (name, offset, size) VALUES ('x', 1, 1)");
      const reader = opened({ readOnly: true });
      assert.equal(count(reader), 1);
      writer.db.exec("INSERT INTO ops_files (name, offset, size) VALUES ('y', 1, 1)");
      reader.refresh();
      assert.equal(count(reader), 2);
      writer.db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      const locked = opened({ readOnly: true });
      writer.db.exec("INSERT INTO ops_files (name, offset, size) VALUES ('z', 1, 1)");
      assert.equal(locked.refresh(), true);
      assert.equal(count(locked), 3);
    });

    it('is empty for a reader where there is no index, and where it is of an older version', () => {
      const store = opened({ readOnly: true });
      assert.equal(store.index, null);
      assert.deepEqual(store.db.prepare('SELECT * FROM runs').all(), []);
      assert.deepEqual(readdirSync(place.store), ['runs']);
      opened();
      assert.equal(store.refresh(), true);
      assert.equal(store.index, file);
      closeAll();
      removeIndex(place.store);
      const older = connect(file, { driver });
      for (const { sql } of migrationsTo(latestVersion() - 1)) older.exec(sql);
      older.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${latestVersion() - 1}`);
      older.close();
      assert.equal(opened({ readOnly: true }).index, null);
    });

    it('notices that the index was taken away and made again', () => {
      const first = opened();
      first.db.exec("INSERT INTO ops_files (name, offset, size) VALUES ('x', 1, 1)");
      removeIndex(place.store);
      opened();
      assert.equal(first.refresh(), true);
      assert.deepEqual(first.db.prepare('SELECT * FROM ops_files').all(), []);
      assert.equal(first.refresh(), false);
    });

    it('says where it cannot write', () => {
      chmodSync(place.store, 0o500);
      // Nobody writes there, whatever their rights.
      const store = process.getuid?.() === 0 ? `/proc/${process.pid}` : place.store;
      try {
        assert.equal(faultOf(() => openStore(store, { driver })).code, 'store-not-writable');
      } finally {
        chmodSync(place.store, 0o700);
      }
    });

    it('is made once when many processes open it at the same moment', async () => {
      await race(place.store, driver, 6);
      const store = opened();
      assert.equal(pragma(store, 'integrity_check'), 'ok');
      assert.equal(pragma(store, 'user_version'), latestVersion());
      assert.equal(store.db.prepare<{ n: number }>('SELECT count(*) AS n FROM ops_files').get()?.n, 6);
    });

    it('keeps to the rollback journal where that was chosen once', () => {
      opened();
      closeAll();
      const plain = connect(file, { driver });
      plain.exec('PRAGMA journal_mode = DELETE');
      plain.close();
      const store = opened();
      assert.equal(pragma(store, 'journal_mode'), 'delete');
      store.db.immediate(() => store.db.exec("INSERT INTO ops_files (name, offset, size) VALUES ('x', 1, 1)"));
    });
  });
}

/** Each process waits for the same moment, opens the store and writes a row. */
async function race(store: string, driver: DriverName, processes: number): Promise<void> {
  const script = `
    const { openStore } = await import(${JSON.stringify(join(import.meta.dirname, '../../../src/store/index.ts'))});
    process.send('ready');
    process.once('message', () => {
      const store = openStore(${JSON.stringify(store)}, { driver: ${JSON.stringify(driver)} });
      store.db.immediate(() =>
        store.db.prepare('INSERT INTO ops_files (name, offset, size) VALUES (?, 1, 1)').run(String(process.pid)));
      store.close();
      process.disconnect();
    });`;
  const children = Array.from({ length: processes }, () =>
    spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    }),
  );
  await Promise.all(children.map((child) => once(child, 'message')));
  const ends = children.map((child) => once(child, 'exit'));
  for (const child of children) child.send('go');
  for (const [code] of await Promise.all(ends)) assert.equal(code, 0);
}
