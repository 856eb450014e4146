import { larger, smaller } from '../../src/base/extremes.ts';
import type { CurveX } from '../../src/contract/curve.ts';
import type { Bucket } from '../../src/contract/run.ts';
import { movingAverage } from './smoothing.ts';

/** What a chart draws, column by column. The first and the last value of every bucket are drawn, and a band from min to max. */
export interface ChartColumns {
  /** Ascending; seconds along time. */
  xs: number[];
  /** `null`: a gap. */
  values: (number | null)[];
  /** `undefined`: the line goes on to the next. */
  smooth: (number | null | undefined)[];
  lows: (number | null)[];
  highs: (number | null)[];
  /** Where values are that no line can show. */
  nonFinite: { x: number; count: number }[];
  /** The bucket that each place in the columns comes from. */
  buckets: Bucket[];
  /** On which logarithmic axis something is left out, because it is not positive. */
  hidden: { x: boolean; y: boolean };
}

export interface ChartView {
  x: CurveX;
  logX: boolean;
  logY: boolean;
  /** 0: none, towards 1: flatter. */
  smoothing: number;
}

/** A stretch of a chart's x axis, as it is drawn: in seconds along time. */
export interface Stretch {
  from: number;
  to: number;
}

/** How much of the unit of a `curves` call is one on the axis that is drawn. */
export function perUnit(x: CurveX): number {
  return x === 'time' ? 1e6 : 1;
}

export function sameX(a: CurveX, b: CurveX): boolean {
  return xKey(a) === xKey(b);
}

export function xKey(x: CurveX): string {
  return typeof x === 'string' ? x : `metric ${x.metric}`;
}

export function chartColumns(buckets: readonly Bucket[], view: ChartView): ChartColumns {
  const columns: ChartColumns = {
    xs: [],
    values: [],
    smooth: [],
    lows: [],
    highs: [],
    nonFinite: [],
    buckets: [],
    hidden: { x: false, y: false },
  };
  const { hidden } = columns;
  const average = movingAverage(view.smoothing);
  const unit = perUnit(view.x);
  const drawable = (value: number): number | null => {
    if (!Number.isFinite(value)) return null;
    if (!view.logY || value > 0) return value;
    hidden.y = true;
    return null;
  };
  for (const bucket of inOrder(buckets)) {
    const level = average(middle(bucket), bucket.count);
    const low = drawable(bucket.min);
    const high = drawable(bucket.max);
    const append = (x: number, value: number, smooth: number | null | undefined) => {
      if (view.logX && !(x > 0)) {
        hidden.x = true;
        return;
      }
      columns.xs.push(Math.max(x, columns.xs.at(-1) ?? x));
      columns.values.push(drawable(value));
      columns.smooth.push(smooth);
      columns.lows.push(low);
      columns.highs.push(high);
      columns.buckets.push(bucket);
    };
    const from = bucket.fromX / unit;
    const smooth = view.smoothing > 0 && level !== null ? drawable(level) : null;
    if (bucket.nonFinite > 0 && !(view.logX && from <= 0)) columns.nonFinite.push({ x: from, count: bucket.nonFinite });
    append(from, bucket.first, bucket.count === 1 || smooth === null ? smooth : undefined);
    if (bucket.count > 1) append(bucket.toX / unit, bucket.last, smooth);
  }
  return columns;
}

/** The backend answers along x; a line needs that. */
function inOrder(buckets: readonly Bucket[]): readonly Bucket[] {
  const ascending = buckets.every(({ fromX }, index) => index === 0 || (buckets[index - 1] as Bucket).fromX <= fromX);
  return ascending ? buckets : [...buckets].sort((a, b) => a.fromX - b.fromX);
}

function middle(bucket: Bucket): number | null {
  const value = (bucket.first + bucket.last) / 2;
  return Number.isFinite(value) ? value : null;
}

/** At most `rows` buckets that together cover the same points, for reading. */
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
    min: smaller(a.min, b.min),
    max: larger(a.max, b.max),
    first: a.first,
    last: b.last,
    nonFinite: a.nonFinite + b.nonFinite,
  };
}

/** The part of a metric's name before the first `/`, by which charts stand together. */
export function metricGroup(name: string): string {
  const end = name.indexOf('/');
  return end > 0 ? name.slice(0, end) : '';
}
