import { deepStrictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { type BucketColumns, bucketFields, curveRows } from '../../../src/contract/curve.ts';
import { unpackCurve } from '../../../src/contract/packed-curve.ts';
import { packCurve } from '../../../src/window/pack-curve.ts';

describe('a curve on its way to a panel', () => {
  it('arrives as it was, with NaN, infinities and negative zero', () => {
    const rows = fc.array(fc.array(fc.double(), { minLength: bucketFields.length, maxLength: bucketFields.length }));
    fc.assert(
      fc.property(fc.string(), rows, (name, table) => {
        const columns = Object.fromEntries(
          bucketFields.map((field, index) => [field, Float64Array.from(table, (row) => row[index] as number)]),
        ) as unknown as BucketColumns;
        const curve = { name, count: table.length, buckets: columns };
        const sent = JSON.parse(JSON.stringify(packCurve(curve)));
        deepStrictEqual(unpackCurve(sent), curveRows(curve));
      }),
    );
  });

  it('carries columns that are equal once', () => {
    const same = Float64Array.from({ length: 5000 }, (_, index) => index);
    const columns = Object.fromEntries(bucketFields.map((field) => [field, same])) as unknown as BucketColumns;
    const { columns: packed } = packCurve({ name: 'loss', count: 1, buckets: columns });
    deepStrictEqual(Object.values(packed).filter((text) => text.length > 20).length, 1);
  });
});
