import assert from 'node:assert/strict';
import { array, assert as check, double, integer, oneof, property } from 'fast-check';
import { binned, quantile } from '../../../webview/run/histogram-bins.ts';

describe('the bins of histograms', () => {
  const finite = oneof(double({ min: -1e6, max: 1e6, noNaN: true }), double({ noNaN: true, noDefaultInfinity: true }));

  it('hold all that was counted, whatever the edges', () => {
    const bucket = array(finite, { minLength: 2, maxLength: 8 });
    check(
      property(array(bucket, { minLength: 1, maxLength: 5 }), integer({ min: 1, max: 60 }), (edges, bins) => {
        const histograms = edges.map((one) => {
          const sorted = [...one].sort((a, b) => a - b);
          return { left: sorted.slice(0, -1), right: sorted.slice(1), counts: sorted.slice(1).map((_, at) => at + 1) };
        });
        const { rows, most } = binned(histograms, bins);
        for (const [index, row] of rows.entries()) {
          const counted = histograms[index]?.counts.reduce((sum, count) => sum + count, 0) as number;
          const shown = row.reduce((sum, count) => sum + count, 0);
          assert.ok(Math.abs(shown - counted) < 1e-6 * counted, `${shown} of ${counted}`);
          assert.equal(row.length, bins);
          assert.ok(row.every((count) => count >= 0 && count <= most));
        }
      }),
      {
        examples: [
          [[[0, 5e-324]], 2],
          [[[-Number.MAX_VALUE, 0, Number.MAX_VALUE]], 3],
        ],
      },
    );
  });

  it('are there for nothing, for one value and for values that are no numbers', () => {
    assert.deepEqual(binned([{ left: [], right: [], counts: [] }], 2), { from: 0, to: 1, rows: [[0, 0]], most: 0 });
    const one = binned([{ left: [5], right: [5], counts: [3] }], 3);
    assert.deepEqual(one.rows, [[0, 3, 0]]);
    assert.ok(one.from < 5 && one.to > 5);
    assert.deepEqual(binned([{ left: [Number.NaN], right: [1], counts: [3] }], 1).rows, [[0]]);
  });

  it('have a middle', () => {
    const histogram = { left: [0, 1, 2], right: [1, 2, 4], counts: [2, 0, 2] };
    assert.deepEqual(
      [0, 0.25, 0.5, 0.75, 1].map((share) => quantile(histogram, share)),
      [0, 0.5, 1, 3, 4],
    );
    assert.ok(Number.isNaN(quantile({ left: [], right: [], counts: [] }, 0.5)));
  });
});
