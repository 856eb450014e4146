import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ParameterValue } from '../../../src/contract/journal.ts';
import { openStore, paramEquals, putParam, type Store } from '../../../src/store/index.ts';
import { ingest } from '../../../src/tracking/index.ts';
import { drivers, makeStore, removeStore, writeRun } from '../../support/run-folders.ts';

const odd: ParameterValue[] = [
  ...[
    'ridge',
    '"ridge"',
    '"',
    '',
    ' 3',
    '3',
    '3.0',
    '1e400',
    '-Infinity',
    'NaN',
    'true',
    'null',
    '[1]',
    '😀',
    'a\nb',
    '\\',
  ],
  ...[3, -0, 0.1, 1e21, Number.NaN, Number.POSITIVE_INFINITY, true, false, null],
  ...[[1], ['ridge'], {}, { a: 1 }],
];

for (const driver of drivers) {
  describe(`the value of a parameter with ${driver}`, () => {
    let place: ReturnType<typeof makeStore>;
    let store: Store;
    let run: number;

    before(async () => {
      place = makeStore();
      store = openStore(place.store, { driver });
      writeRun(place.store);
      await ingest(store);
      run = store.db.prepare<{ key: number }>('SELECT key FROM runs').get()?.key ?? 0;
    });
    after(() => {
      store.close();
      removeStore(place);
    });

    /** The names of the parameters for which a condition holds. */
    const holding = (sql: string, values: (string | number)[]) =>
      store.db
        .prepare<{ name: string }>(`SELECT name FROM params WHERE ${sql} ORDER BY name`)
        .all(...values)
        .map(({ name }) => name);
    const asText = "(CASE json_type(value) WHEN 'text' THEN value ->> '$' ELSE value END) = ?";

    it('is found by its text, whatever it is', () => {
      fc.assert(
        fc.property(fc.array(fc.oneof(fc.constantFrom(...odd), fc.string(), fc.double())), (values) => {
          store.db.exec('DELETE FROM params');
          const place = { time: 1, file: 'journal', offset: 1 };
          for (const [index, value] of [...odd, ...values].entries())
            putParam(store.db, run, `p${index}`, value, place);
          for (const value of [...odd, ...values]) {
            const text = typeof value === 'string' ? value : JSON.stringify(value);
            const { sql, values } = paramEquals(text);
            assert.deepEqual(holding(sql, values), holding(asText, [text]), text);
          }
        }),
      );
    });
  });
}
