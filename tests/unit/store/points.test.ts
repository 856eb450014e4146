import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  appendPoints,
  chunkSize,
  encodeFullRows,
  encodeTail,
  readPoints,
  type Tail,
} from '../../../src/store/chunks.ts';
import { connect } from '../../../src/store/driver.ts';
import { migrate } from '../../../src/store/migrate.ts';
import { drivers } from '../../support/run-folders.ts';

for (const driver of drivers) {
  describe(`points with ${driver}`, () => {
    const open = () => {
      const db = connect(':memory:', { driver });
      migrate(db);
      db.exec('PRAGMA foreign_keys = OFF');
      return db;
    };
    const columns = (from: number, count: number) => {
      const values = Float64Array.from({ length: count }, (_, index) => from + index);
      return { steps: values, times: values.map((value) => value * 2), values: values.map((value) => -value) };
    };

    it('come back in order however they were added, in rows that become full', () => {
      fc.assert(
        fc.property(fc.array(fc.integer({ min: 1, max: 6000 }), { maxLength: 30 }), (additions) => {
          const db = open();
          let total = 0;
          for (const count of additions) {
            appendPoints(db, 1, columns(total, count));
            total += count;
          }
          const found = readPoints(db, 1);
          const expected = columns(0, total);
          assert.deepEqual(found.steps, expected.steps);
          assert.deepEqual(found.times, expected.times);
          assert.deepEqual(found.values, expected.values);
          const sizes = db.prepare<{ count: number }>('SELECT count FROM chunks ORDER BY seq').all();
          assert.ok(sizes.every(({ count }) => count <= chunkSize));
          db.close();
        }),
        { numRuns: 50 },
      );
    });

    it('come back in order whatever is remembered of the last rows, and left for later', () => {
      const addition = fc.record({
        count: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 9000 })),
        remembers: fc.boolean(),
        isHurried: fc.boolean(),
        encodes: fc.boolean(),
      });
      fc.assert(
        fc.property(fc.array(addition, { maxLength: 60 }), (additions) => {
          const db = open();
          let total = 0;
          let tail: Tail | undefined;
          for (const { count, remembers, isHurried, encodes } of additions) {
            tail = appendPoints(db, 1, columns(total, count), { ...(remembers && tail ? { tail } : {}), isHurried });
            total += count;
            if (encodes) encodeFullRows(db, 1);
          }
          assert.deepEqual(readPoints(db, 1), columns(0, total));
          encodeFullRows(db, 1);
          encodeTail(db, 1);
          assert.deepEqual(readPoints(db, 1), columns(0, total));
          const plain = db
            .prepare<{ n: number }>('SELECT coalesce(sum(count), 0) AS n FROM chunks WHERE summary IS NULL')
            .get()?.n;
          assert.ok((plain ?? 0) < 256, `${plain} plain points`);
          db.close();
        }),
        { numRuns: 50 },
      );
    });

    it('of a live run end up in few rows', () => {
      const db = open();
      for (let index = 0; index < 10_000; index++) appendPoints(db, 1, columns(index, 1));
      const rows = db.prepare<{ n: number }>('SELECT count(*) AS n FROM chunks').get()?.n ?? 0;
      assert.ok(rows <= 12, `${rows} rows`);
      db.close();
    });
  });
}
