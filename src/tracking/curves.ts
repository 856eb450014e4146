import type { Bucket, Curve } from '../contract/run.ts';
import { type PointColumns, readMetrics, readSeries, type Store } from '../store/index.ts';
import { mergeByTime } from './points.ts';
import { existingRun } from './run-details.ts';

export interface CurveRequest {
  /** All metrics of the run unless given. */
  names?: string[] | undefined;
  /** How many at most; a curve with no more points than this comes point by point. */
  buckets: number;
  /** Steps, both included. */
  from?: number | undefined;
  to?: number | undefined;
}

/**
 * The shape of metrics along their steps. Equal stretches of steps make a bucket each; stretches without points are left out.
 * `min` and `max` are over the finite values, NaN where there is none; `count` is of the asked steps.
 *
 * @throws `run-missing`
 */
export function curves(store: Store, run: string, request: CurveRequest): Curve[] {
  const { key } = existingRun(store, run);
  const names = request.names ?? Object.keys(readMetrics(store.db, JSON.stringify([key])).get(key) ?? {});
  return names.map((name) => {
    const points = inRange(mergeByTime(readSeries(store.db, key, name)), request);
    return { name, count: points.length, buckets: bucketsOf(points, request.buckets) };
  });
}

/** Indexes into columns, in the order of the steps. */
interface Ordered {
  columns: PointColumns;
  order: Uint32Array | null;
  length: number;
}

function inRange(columns: PointColumns, { from, to }: CurveRequest): Ordered {
  const { steps } = columns;
  const low = Math.max(from ?? -Number.MAX_VALUE, -Number.MAX_VALUE);
  const high = Math.min(to ?? Number.MAX_VALUE, Number.MAX_VALUE);
  let sorted = true;
  let all = true;
  let before = Number.NEGATIVE_INFINITY;
  for (const step of steps) {
    if (step < before) sorted = false;
    if (!(step >= low && step <= high)) all = false;
    before = step;
  }
  if (sorted && all) return { columns, order: null, length: steps.length };
  const kept: number[] = [];
  for (const [index, step] of steps.entries()) if (step >= low && step <= high) kept.push(index);
  const order = Uint32Array.from(kept);
  if (!sorted) order.sort((a, b) => (steps[a] as number) - (steps[b] as number) || a - b);
  return { columns, order, length: order.length };
}

function bucketsOf(points: Ordered, wanted: number): Bucket[] {
  const { columns, order, length } = points;
  const at = (index: number) => (order ? (order[index] as number) : index);
  if (length === 0) return [];
  const first = columns.steps[at(0)] as number;
  const last = columns.steps[at(length - 1)] as number;
  const exact = length <= wanted;
  // Halved, so that a range from one end of the numbers to the other has a finite width.
  const width = last / 2 - first / 2;
  const place = (step: number) =>
    width === 0 ? 0 : Math.min(Math.floor(((step / 2 - first / 2) / width) * wanted), wanted - 1);
  const buckets: Bucket[] = [];
  let current: Bucket | undefined;
  let currentPlace = -1;
  for (let index = 0; index < length; index++) {
    const source = at(index);
    const step = columns.steps[source] as number;
    const time = columns.times[source] as number;
    const value = columns.values[source] as number;
    const here = exact ? index : place(step);
    if (!current || here !== currentPlace) {
      current = emptyBucket(step, time, value);
      currentPlace = here;
      buckets.push(current);
    }
    extend(current, step, time, value);
  }
  return buckets;
}

function emptyBucket(step: number, time: number, first: number): Bucket {
  const empty = { count: 0, min: Number.NaN, max: Number.NaN, first, last: first, nonFinite: 0 };
  return { fromStep: step, toStep: step, fromTime: time, toTime: time, ...empty };
}

function extend(bucket: Bucket, step: number, time: number, value: number): void {
  bucket.toStep = step;
  bucket.fromTime = Math.min(bucket.fromTime, time);
  bucket.toTime = Math.max(bucket.toTime, time);
  bucket.count++;
  bucket.last = value;
  if (!Number.isFinite(value)) {
    bucket.nonFinite++;
    return;
  }
  bucket.min = Number.isNaN(bucket.min) ? value : Math.min(bucket.min, value);
  bucket.max = Number.isNaN(bucket.max) ? value : Math.max(bucket.max, value);
}
