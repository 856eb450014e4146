import type { Bucket } from '../../src/contract/run.ts';

export type Axis = 'step' | 'time';

/** What a chart draws, column by column. The first and the last value of every bucket are drawn, and a band from min to max. */
export interface ChartColumns {
  xs: number[];
  values: (number | null)[];
  smooth: (number | null)[];
  lows: (number | null)[];
  highs: (number | null)[];
  /** Where values are that no line can show. */
  nonFinite: { x: number; count: number }[];
  /** The bucket that each place in the columns comes from. */
  buckets: Bucket[];
}

export interface ChartView {
  axis: Axis;
  /** Microseconds that the time axis counts from. */
  origin: number;
  /** 0: none, towards 1: flatter. */
  smoothing: number;
  /** A logarithmic scale has no place for values that are not positive. */
  log: boolean;
}

export function chartColumns(buckets: readonly Bucket[], view: ChartView): ChartColumns {
  const columns: ChartColumns = { xs: [], values: [], smooth: [], lows: [], highs: [], nonFinite: [], buckets: [] };
  const average = movingAverage(view.smoothing);
  for (const bucket of inOrder(buckets, view.axis)) {
    const from = position(bucket, 'from', view);
    const to = position(bucket, 'to', view);
    if (bucket.nonFinite > 0) columns.nonFinite.push({ x: from, count: bucket.nonFinite });
    const low = drawable(bucket.min, view.log);
    const high = drawable(bucket.max, view.log);
    const level = average(middle(bucket), bucket.count);
    const append = (x: number, value: number, end: boolean) => {
      columns.xs.push(x);
      columns.values.push(drawable(value, view.log));
      columns.smooth.push(end && view.smoothing > 0 && level !== null ? drawable(level, view.log) : null);
      columns.lows.push(low);
      columns.highs.push(high);
      columns.buckets.push(bucket);
    };
    append(from, bucket.first, bucket.count === 1);
    if (bucket.count > 1) append(to, bucket.last, true);
  }
  return columns;
}

function position(bucket: Bucket, end: 'from' | 'to', view: ChartView): number {
  if (view.axis === 'step') return end === 'from' ? bucket.fromStep : bucket.toStep;
  return ((end === 'from' ? bucket.fromTime : bucket.toTime) - view.origin) / 1e6;
}

/** A script may log its steps in any order; a line needs them ascending. */
function inOrder(buckets: readonly Bucket[], axis: Axis): readonly Bucket[] {
  const key = axis === 'step' ? 'fromStep' : 'fromTime';
  const ascending = buckets.every((bucket, index) => index === 0 || (buckets[index - 1]?.[key] ?? 0) <= bucket[key]);
  return ascending ? buckets : [...buckets].sort((a, b) => a[key] - b[key]);
}

function drawable(value: number, log: boolean): number | null {
  return Number.isFinite(value) && (!log || value > 0) ? value : null;
}

function middle(bucket: Bucket): number | null {
  const value = (bucket.first + bucket.last) / 2;
  return Number.isFinite(value) ? value : null;
}

/** An exponential moving average over points, started without bias; a bucket weighs as much as its points. */
function movingAverage(weight: number): (value: number | null, count: number) => number | null {
  let sum = 0;
  let mass = 0;
  return (value, count) => {
    if (value !== null) {
      const keep = weight ** count;
      sum = sum * keep + value * (1 - keep);
      mass = mass * keep + (1 - keep);
    }
    return mass > 0 ? sum / mass : null;
  };
}

/** The steps that a stretch of the axis covers in this metric; null where it covers none. */
export function stepsBetween(
  buckets: readonly Bucket[],
  view: ChartView,
  from: number,
  to: number,
): { from: number; to: number } | null {
  if (view.axis === 'step') return { from, to };
  const covered = buckets.filter(
    (bucket) => position(bucket, 'to', view) >= from && position(bucket, 'from', view) <= to,
  );
  if (covered.length === 0) return null;
  return {
    from: Math.min(...covered.map(({ fromStep }) => fromStep)),
    to: Math.max(...covered.map(({ toStep }) => toStep)),
  };
}

/** At most `rows` buckets that together cover the same points, for reading aloud. */
export function coarser(buckets: readonly Bucket[], rows: number): Bucket[] {
  const size = Math.ceil(buckets.length / rows);
  const merged: Bucket[] = [];
  for (let index = 0; index < buckets.length; index += size) {
    merged.push(buckets.slice(index, index + size).reduce(merge));
  }
  return merged;
}

function merge(a: Bucket, b: Bucket): Bucket {
  return {
    fromX: Math.min(a.fromX, b.fromX),
    toX: Math.max(a.toX, b.toX),
    fromStep: Math.min(a.fromStep, b.fromStep),
    toStep: Math.max(a.toStep, b.toStep),
    fromTime: Math.min(a.fromTime, b.fromTime),
    toTime: Math.max(a.toTime, b.toTime),
    count: a.count + b.count,
    min: finiteOf(Math.min, a.min, b.min),
    max: finiteOf(Math.max, a.max, b.max),
    first: a.first,
    last: b.last,
    nonFinite: a.nonFinite + b.nonFinite,
  };
}

function finiteOf(choose: (a: number, b: number) => number, a: number, b: number): number {
  if (Number.isNaN(a)) return b;
  return Number.isNaN(b) ? a : choose(a, b);
}

/** The part of a metric's name before the first `/`, by which charts stand together. */
export function metricGroup(name: string): string {
  const end = name.indexOf('/');
  return end > 0 ? name.slice(0, end) : '';
}
