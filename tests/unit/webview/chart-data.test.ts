import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import type { Bucket } from '../../../src/contract/run.ts';
import { type ChartView, chartColumns, coarser, metricGroup } from '../../../webview/run/chart-data.ts';

const view: ChartView = { x: 'step', logX: false, logY: false, smoothing: 0 };

function point(step: number, value: number): Bucket {
  const nonFinite = Number.isFinite(value) ? 0 : 1;
  const known = nonFinite === 0 ? value : Number.NaN;
  const time = 1000 + step * 1e6;
  return {
    fromX: step,
    toX: step,
    fromStep: step,
    toStep: step,
    fromTime: time,
    toTime: time,
    count: 1,
    min: known,
    max: known,
    first: value,
    last: value,
    nonFinite,
  };
}

const bucket: Bucket = {
  fromX: 10,
  toX: 19,
  fromStep: 10,
  toStep: 19,
  fromTime: 1000,
  toTime: 5e6,
  count: 10,
  min: -3,
  max: 40,
  first: 1,
  last: 2,
  nonFinite: 0,
};

describe('what a chart draws', () => {
  it('is every single point as it was logged', () => {
    const { xs, values } = chartColumns([point(0, 1), point(1, 0.1), point(5, -2)], view);
    deepStrictEqual(xs, [0, 1, 5]);
    deepStrictEqual(values, [1, 0.1, -2]);
  });

  it('is the first and the last of a bucket, within its smallest and largest', () => {
    const { xs, values, lows, highs } = chartColumns([bucket], view);
    deepStrictEqual(xs, [10, 19]);
    deepStrictEqual(values, [1, 2]);
    deepStrictEqual(lows, [-3, -3]);
    deepStrictEqual(highs, [40, 40]);
  });

  it('goes by seconds since the start on the axis of time', () => {
    deepStrictEqual(chartColumns([point(2e6, 1), point(3e6, 1)], { ...view, x: 'time' }).xs, [2, 3]);
  });

  it('marks what no line can show, and leaves a gap', () => {
    const { values, nonFinite } = chartColumns(
      [point(0, 1), point(1, Number.NaN), point(2, Number.POSITIVE_INFINITY)],
      view,
    );
    deepStrictEqual(values, [1, null, null]);
    deepStrictEqual(nonFinite, [
      { x: 1, count: 1 },
      { x: 2, count: 1 },
    ]);
  });

  it('has no place for zero and less on a logarithmic scale', () => {
    const { values, lows, highs, hidden } = chartColumns([point(0, 0), bucket], { ...view, logY: true });
    deepStrictEqual(values, [null, 1, 2]);
    deepStrictEqual([lows[1], highs[1]], [null, 40]);
    deepStrictEqual(hidden, { x: false, y: true });
  });

  it('leaves out what lies at zero and below on a logarithmic horizontal axis', () => {
    const { xs, values, hidden } = chartColumns([point(-1, 5), point(0, 6), point(1, 7)], { ...view, logX: true });
    deepStrictEqual([xs, values, hidden], [[1], [7], { x: true, y: false }]);
  });

  it('is in order, whatever the order of the steps was', () => {
    const { xs, values } = chartColumns([point(3, 30), point(1, 10), point(2, 20)], view);
    deepStrictEqual(xs, [1, 2, 3]);
    deepStrictEqual(values, [10, 20, 30]);
  });

  it('is smoothed without bias at its beginning', () => {
    const { smooth } = chartColumns([point(0, 4), point(1, 8)], { ...view, smoothing: 0.5 });
    deepStrictEqual(smooth, [4, (4 * 0.25 + 8 * 0.5) / 0.75]);
  });

  it('has a gap in its smoothed line where there is NaN, and goes on as if it were not there', () => {
    const { smooth } = chartColumns([point(0, 4), point(1, Number.NaN), point(2, 4)], { ...view, smoothing: 0.9 });
    deepStrictEqual(
      smooth.map((value) => (typeof value === 'number' ? value.toFixed(9) : value)),
      ['4.000000000', null, '4.000000000'],
    );
  });

  it('is smoothed by as many points as a bucket has, without a break between its ends', () => {
    const { smooth } = chartColumns([point(0, 4), bucket], { ...view, smoothing: 0.5 });
    const mean = (4 * 0.5 * 0.5 ** 10 + 1.5 * (1 - 0.5 ** 10)) / (0.5 * 0.5 ** 10 + 1 - 0.5 ** 10);
    deepStrictEqual(smooth, [4, undefined, mean]);
  });
});

describe('the table for reading aloud', () => {
  it('covers the same points in fewer rows', () => {
    const rows = coarser(
      Array.from({ length: 100 }, (_, step) => point(step, step === 50 ? Number.NaN : step)),
      24,
    );
    strictEqual(rows.length, 20);
    strictEqual(
      rows.reduce((sum, { count }) => sum + count, 0),
      100,
    );
    deepStrictEqual([rows[0]?.fromStep, rows.at(-1)?.toStep, rows[0]?.min, rows.at(-1)?.max], [0, 99, 0, 99]);
    strictEqual(
      rows.reduce((sum, { nonFinite }) => sum + nonFinite, 0),
      1,
    );
  });
});

describe('the group of a metric', () => {
  it('is what stands before its first slash', () => {
    deepStrictEqual(['loss', 'train/loss', 'val/top/1', '/x'].map(metricGroup), ['', 'train', 'val', '']);
  });
});
