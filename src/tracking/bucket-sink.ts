import type { BucketColumns } from '../contract/curve.ts';
import { type Blocks, blockFields, blockPoints } from '../store/index.ts';

/** Points in the order of their places along x, which are finite. */
export interface PlacedPoints {
  xs: Float64Array;
  steps: Float64Array;
  times: Float64Array;
  values: Float64Array;
  /** The index of each point, where the columns themselves are in another order. */
  order: Uint32Array | null;
  /** Steps and times do not go back either, and `order` is null. */
  ascends: boolean;
}

/** Takes points from left to right and keeps what their buckets say. */
export interface BucketSink {
  columns: BucketColumns;
  /** How many buckets are begun. */
  used: number;
  /** The stretch of x that the last bucket covers, as a number of its own. */
  place: number;
  /** How many equal stretches there are; NaN where each point has a bucket of its own. */
  readonly stretches: number;
  /** Half of where the first begins, and of how wide all are together; the width is infinite where it would be 0. */
  readonly halfFirst: number;
  readonly halfWidth: number;
}

/**
 * A sink for points between two places along x. Equal stretches of x make a bucket each; of no more points than there may be
 * buckets each is one of its own.
 *
 * @param most how many buckets at most
 * @param points how many points are to come
 */
export function bucketSink(most: number, points: number, first: number, last: number): BucketSink {
  const capacity = Math.min(most, points);
  // In memory of one piece, because each piece takes as long to get as a column takes to fill.
  const room = new Float64Array(columnCount * capacity);
  let taken = 0;
  const piece = () => {
    taken += capacity;
    return room.subarray(taken - capacity, taken);
  };
  return {
    columns: eachColumn(piece),
    used: 0,
    place: -1,
    stretches: points <= most ? Number.NaN : most,
    // Halved, so that a range from one end of the numbers to the other has a finite width.
    halfFirst: first / 2,
    halfWidth: last / 2 - first / 2 || Number.POSITIVE_INFINITY,
  };
}

const columnCount = 12;

/** Written out, because properties that were collected one by one are several times as slow to get at. */
function eachColumn(make: (field: keyof BucketColumns) => Float64Array): BucketColumns {
  return {
    fromX: make('fromX'),
    toX: make('toX'),
    fromStep: make('fromStep'),
    toStep: make('toStep'),
    fromTime: make('fromTime'),
    toTime: make('toTime'),
    count: make('count'),
    min: make('min'),
    max: make('max'),
    first: make('first'),
    last: make('last'),
    nonFinite: make('nonFinite'),
  };
}

function placeOf({ stretches, halfFirst, halfWidth }: BucketSink, x: number): number {
  return Math.min(Math.floor(((x / 2 - halfFirst) / halfWidth) * stretches), stretches - 1);
}

/** Where a value goes; begins a bucket where the last one does not reach there. */
export function bucketFor(sink: BucketSink, x: number): number {
  const place = placeOf(sink, x);
  if (place !== sink.place) {
    const { columns, used } = sink;
    sink.used = used + 1;
    sink.place = place;
    columns.fromStep[used] = Number.POSITIVE_INFINITY;
    columns.toStep[used] = Number.NEGATIVE_INFINITY;
    columns.fromTime[used] = Number.POSITIVE_INFINITY;
    columns.toTime[used] = Number.NEGATIVE_INFINITY;
    columns.min[used] = Number.POSITIVE_INFINITY;
    columns.max[used] = Number.NEGATIVE_INFINITY;
    columns.fromX[used] = x;
  }
  return sink.used - 1;
}

/** Adds the points from one place in their order up to another, left out. */
export function addPoints(sink: BucketSink, points: PlacedPoints, from: number, to: number): void {
  const fill = points.ascends ? fillAscending : fillBucket;
  for (let at = from; at < to; ) at = fill(sink, points, at, to);
}

/** The same as `fillBucket` for points of which only the values need to be looked at one by one. */
function fillAscending(sink: BucketSink, points: PlacedPoints, from: number, to: number): number {
  const { columns } = sink;
  const { xs, steps, times, values } = points;
  const bucket = bucketFor(sink, xs[from] as number);
  const before = columns.count[bucket] as number;
  const end = endOfBucket(sink, xs, from, to);
  let nonFinite = 0;
  let [min, max] = [columns.min[bucket] as number, columns.max[bucket] as number];
  for (let at = from; at < end; at++) {
    const value = values[at] as number;
    if (value - value === 0) {
      min = Math.min(min, value);
      max = Math.max(max, value);
    } else nonFinite++;
  }
  if (before === 0) columns.first[bucket] = values[from] as number;
  columns.last[bucket] = values[end - 1] as number;
  columns.toX[bucket] = xs[end - 1] as number;
  columns.fromStep[bucket] = Math.min(columns.fromStep[bucket] as number, steps[from] as number);
  columns.toStep[bucket] = Math.max(columns.toStep[bucket] as number, steps[end - 1] as number);
  columns.fromTime[bucket] = Math.min(columns.fromTime[bucket] as number, times[from] as number);
  columns.toTime[bucket] = Math.max(columns.toTime[bucket] as number, times[end - 1] as number);
  columns.count[bucket] = before + end - from;
  columns.nonFinite[bucket] = (columns.nonFinite[bucket] as number) + nonFinite;
  columns.min[bucket] = min;
  columns.max[bucket] = max;
  return end;
}

/** Where the points of the bucket at hand end. They are mostly as many as in the bucket before. */
function endOfBucket(sink: BucketSink, xs: Float64Array, from: number, to: number): number {
  const { place, used } = sink;
  const expected = used > 1 ? (sink.columns.count[used - 2] as number) : 1;
  let end = Math.min(to, from + expected);
  while (end < to && placeOf(sink, xs[end] as number) === place) end++;
  while (end > from + 1 && placeOf(sink, xs[end - 1] as number) !== place) end--;
  return end;
}

/** Adds as many points as lie in the bucket of the first; answers where the next begins. */
function fillBucket(
  sink: BucketSink,
  { xs, steps, times, values, order }: PlacedPoints,
  from: number,
  to: number,
): number {
  const { columns } = sink;
  const head = order ? (order[from] as number) : from;
  const bucket = bucketFor(sink, xs[head] as number);
  const { place } = sink;
  let x = xs[head] as number;
  let last = values[head] as number;
  let nonFinite = 0;
  let [min, max] = [columns.min[bucket] as number, columns.max[bucket] as number];
  let [fromStep, toStep] = [columns.fromStep[bucket] as number, columns.toStep[bucket] as number];
  let [fromTime, toTime] = [columns.fromTime[bucket] as number, columns.toTime[bucket] as number];
  let at = from;
  do {
    const index = order ? (order[at] as number) : at;
    const next = xs[index] as number;
    if (at > from && placeOf(sink, next) !== place) break;
    const step = steps[index] as number;
    const time = times[index] as number;
    x = next;
    last = values[index] as number;
    fromStep = Math.min(fromStep, step);
    toStep = Math.max(toStep, step);
    fromTime = Math.min(fromTime, time);
    toTime = Math.max(toTime, time);
    if (Number.isFinite(last)) {
      min = Math.min(min, last);
      max = Math.max(max, last);
    } else nonFinite++;
  } while (++at < to);
  if (columns.count[bucket] === 0) columns.first[bucket] = values[head] as number;
  columns.last[bucket] = last;
  columns.toX[bucket] = x;
  columns.count[bucket] = (columns.count[bucket] as number) + at - from;
  columns.nonFinite[bucket] = (columns.nonFinite[bucket] as number) + nonFinite;
  columns.min[bucket] = min;
  columns.max[bucket] = max;
  columns.fromStep[bucket] = fromStep;
  columns.toStep[bucket] = toStep;
  columns.fromTime[bucket] = fromTime;
  columns.toTime[bucket] = toTime;
  return at;
}

/**
 * Adds stretches of points that follow each other along x, each as a whole.
 *
 * @param field the columns that hold where a stretch begins and ends along x, before `start` is taken away
 */
export function addBlocks(sink: BucketSink, blocks: Blocks, field: { from: number; to: number }, start: number): void {
  const { columns } = sink;
  const { data, length, nonFinite } = blocks;
  const at = (column: number, index: number) => data[column * length + index] as number;
  const shift = field.from === blockFields.fromStep ? 0 : start;
  for (let index = 0; index < length; index++) {
    const bucket = bucketFor(sink, at(field.from, index) - shift);
    const points = blockPoints(blocks, index);
    if (columns.count[bucket] === 0) columns.first[bucket] = at(blockFields.first, index);
    columns.count[bucket] = (columns.count[bucket] as number) + points;
    columns.last[bucket] = at(blockFields.last, index);
    columns.toX[bucket] = at(field.to, index) - shift;
    columns.fromStep[bucket] = Math.min(columns.fromStep[bucket] as number, at(blockFields.fromStep, index));
    columns.toStep[bucket] = Math.max(columns.toStep[bucket] as number, at(blockFields.toStep, index));
    columns.fromTime[bucket] = Math.min(columns.fromTime[bucket] as number, at(blockFields.fromTime, index));
    columns.toTime[bucket] = Math.max(columns.toTime[bucket] as number, at(blockFields.toTime, index));
    if (nonFinite[index] !== points) {
      columns.min[bucket] = Math.min(columns.min[bucket] as number, at(blockFields.min, index));
      columns.max[bucket] = Math.max(columns.max[bucket] as number, at(blockFields.max, index));
    }
    columns.nonFinite[bucket] = (columns.nonFinite[bucket] as number) + (nonFinite[index] as number);
  }
}

/** What the buckets say, once every point has been added. */
export function filledBuckets({ columns, used }: BucketSink): BucketColumns {
  for (let bucket = 0; bucket < used; bucket++) {
    if (columns.nonFinite[bucket] !== columns.count[bucket]) continue;
    columns.min[bucket] = Number.NaN;
    columns.max[bucket] = Number.NaN;
  }
  if (used === columns.count.length) return columns;
  return eachColumn((field) => columns[field].slice(0, used));
}
