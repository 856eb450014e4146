import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { Fault } from '../../../src/base/fault.ts';
import { bestDriver, betterProblem, connect, type Database } from '../../../src/store/driver.ts';
import { drivers, makeStore, removeStore } from '../../support/run-folders.ts';

for (const driver of drivers) {
  describe(`driver ${driver}`, () => {
    let place: ReturnType<typeof makeStore>;
    let file: string;
    let open: Database[];
    const connectTo = (options = {}) => {
      const connection = connect(file, { driver, ...options });
      open.push(connection);
      return connection;
    };
    beforeEach(() => {
      place = makeStore();
      file = join(place.root, 'a b%20#?.db');
      open = [];
    });
    afterEach(() => {
      for (const connection of open) connection.close();
      removeStore(place);
    });

    it('gives values back as they were', () => {
      const db = connectTo();
      db.exec('CREATE TABLE t (a ANY, b ANY, c ANY, d ANY) STRICT');
      const blob = Uint8Array.of(0, 255, 1);
      db.prepare('INSERT INTO t VALUES (?, ?, ?, ?)').run('a\0ü🎈"', 0.1, blob, null);
      const row = db.prepare<{ a: string; b: number; c: Uint8Array; d: null }>('SELECT * FROM t').get();
      assert.ok(row);
      assert.equal(row.a, 'a\0ü🎈"');
      assert.equal(row.b, 0.1);
      assert.deepEqual([...row.c], [...blob]);
      assert.equal(row.d, null);
    });

    it('keeps whole numbers up to 2^53, and loses what a REAL column loses', () => {
      const db = connectTo();
      db.exec('CREATE TABLE t (i INTEGER, r REAL) STRICT');
      db.prepare('INSERT INTO t VALUES (?, ?)').run(Number.MAX_SAFE_INTEGER, Number.NaN);
      db.prepare('INSERT INTO t VALUES (?, ?)').run(0, -0);
      const rows = db.prepare<{ i: number; r: number | null }>('SELECT i, r FROM t').all();
      assert.equal(rows[0]?.i, Number.MAX_SAFE_INTEGER);
      assert.equal(rows[0]?.r, null);
      assert.ok(Object.is(rows[1]?.r, 0), 'why points are kept as bytes: -0 becomes 0');
    });

    it('shows a snapshot as it was, whatever another connection writes meanwhile', () => {
      const reader = connectTo();
      reader.exec('PRAGMA journal_mode = WAL; CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (1)');
      const writer = connectTo();
      const count = () => reader.prepare<{ n: number }>('SELECT count(*) AS n FROM t').get()?.n;
      reader.snapshot(() => {
        assert.equal(count(), 1);
        writer.exec('INSERT INTO t VALUES (2)');
        assert.equal(count(), 1);
      });
      assert.equal(count(), 2);
    });

    it('answers how many rows changed, nothing for no row, and all rows', () => {
      const db = connectTo();
      db.exec('CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (1), (2), (3)');
      assert.equal(db.prepare('UPDATE t SET a = a + 1 WHERE a > ?').run(1), 2);
      assert.equal(db.prepare('SELECT a FROM t WHERE a = ?').get(99), undefined);
      const rows = db.prepare<{ a: number }>('SELECT a FROM t ORDER BY a').all();
      assert.deepEqual(
        rows.map(({ a }) => a),
        [1, 3, 4],
      );
    });

    it('undoes a transaction that fails, and the connection goes on', () => {
      const db = connectTo();
      db.exec('CREATE TABLE t (a INTEGER)');
      const failing = () =>
        db.immediate(() => {
          db.exec('INSERT INTO t VALUES (1)');
          db.immediate(() => db.exec('INSERT INTO t VALUES (2)'));
          throw new RangeError('mine');
        });
      assert.throws(failing, RangeError);
      assert.equal(
        db.immediate(() => db.prepare<{ n: number }>('SELECT count(*) AS n FROM t').get()?.n),
        0,
      );
    });

    it('says store-busy with the file when another connection holds the lock', () => {
      const first = connectTo();
      first.exec('CREATE TABLE t (a INTEGER)');
      const second = connectTo({ busyTimeout: 20 });
      first.immediate(() => {
        assert.throws(
          () => second.immediate(() => undefined),
          (error) => error instanceof Fault && error.code === 'store-busy' && error.params.file === file,
        );
      });
      second.immediate(() => second.exec('INSERT INTO t VALUES (1)'));
    });

    it('reads without a lock, or by the lock of another, and refuses to write', () => {
      const writer = connectTo();
      writer.exec('PRAGMA journal_mode = WAL; CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (7)');
      const readsAndRefuses = (immutable: boolean) => {
        const reader = connectTo({ readOnly: true, immutable });
        assert.equal(reader.prepare<{ a: number }>('SELECT a FROM t').get()?.a, 7);
        assert.throws(
          () => reader.exec('INSERT INTO t VALUES (8)'),
          (error) => error instanceof Fault && error.code === 'store-not-writable',
        );
        reader.close();
      };
      readsAndRefuses(false);
      writer.close();
      readsAndRefuses(true);
    });
  });
}

describe('the choice of a driver', () => {
  it('is better-sqlite3 here', () => {
    assert.equal(betterProblem(), null);
    assert.equal(bestDriver(), 'better-sqlite3');
  });

  it('leaves better-sqlite3 untouched on an older Node or C library, and says why', () => {
    const script = (change: string) => `
      ${change}
      const { bestDriver, betterProblem } = await import(${JSON.stringify(join(import.meta.dirname, '../../../src/store/driver.ts'))});
      const problem = betterProblem();
      const { createRequire } = await import('node:module');
      const loaded = Object.keys(createRequire(import.meta.url).cache).some((name) => name.includes('better-sqlite3'));
      let driver = null;
      try { driver = bestDriver(); } catch (error) { driver = error.code; }
      console.log(JSON.stringify({ problem, driver, loaded }));`;
    const run = (change: string) =>
      JSON.parse(
        execFileSync(process.execPath, ['--input-type=module', '--eval', script(change)], { encoding: 'utf8' }),
      ) as { problem: string; driver: string; loaded: boolean };
    const oldNode = run(`Object.defineProperty(process.versions, 'node', { value: '22.13.1' });`);
    assert.deepEqual(oldNode, { problem: 'Node 22.13.1 is older than 22.14', driver: 'node:sqlite', loaded: false });
    const oldLibrary = run(
      `process.report.getReport = () => ({ header: { glibcVersionRuntime: '2.28' } });
       Object.defineProperty(process, 'platform', { value: 'linux' });`,
    );
    assert.deepEqual(oldLibrary, { problem: 'glibc 2.28 is older than 2.34', driver: 'node:sqlite', loaded: false });
  });
});
