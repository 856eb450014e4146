import type { Bucket, Curve } from './run.ts';

/** `logged`: what the training said. `system`: what the supervisor measured of the run's processes. They share no names. */
export const metricKinds = ['logged', 'system'] as const;
export type MetricKind = (typeof metricKinds)[number];

/**
 * What lies along a curve's x axis: the step; microseconds since the run's start; or the value that another metric of the
 * same kind had at the same step.
 */
export type CurveX = 'step' | 'time' | { metric: string };

/** One entry per bucket in each column; `CurveColumns` of the same x share columns that are equal. See `Bucket`. */
export interface BucketColumns {
  fromX: Float64Array;
  toX: Float64Array;
  fromStep: Float64Array;
  toStep: Float64Array;
  fromTime: Float64Array;
  toTime: Float64Array;
  count: Float64Array;
  min: Float64Array;
  max: Float64Array;
  first: Float64Array;
  last: Float64Array;
  nonFinite: Float64Array;
}

/** A curve as the backend sends it: column by column, which is several times as fast to send as objects. */
export interface CurveColumns {
  name: string;
  /** Points of the asked stretch, not buckets. */
  count: number;
  buckets: BucketColumns;
}

export const bucketFields = [
  'fromX',
  'toX',
  'fromStep',
  'toStep',
  'fromTime',
  'toTime',
  'count',
  'min',
  'max',
  'first',
  'last',
  'nonFinite',
] as const satisfies (keyof BucketColumns)[];

export function bucketAt(columns: BucketColumns, index: number): Bucket {
  const at = (column: Float64Array) => column[index] as number;
  return {
    fromX: at(columns.fromX),
    toX: at(columns.toX),
    fromStep: at(columns.fromStep),
    toStep: at(columns.toStep),
    fromTime: at(columns.fromTime),
    toTime: at(columns.toTime),
    count: at(columns.count),
    min: at(columns.min),
    max: at(columns.max),
    first: at(columns.first),
    last: at(columns.last),
    nonFinite: at(columns.nonFinite),
  };
}

/** The same curve, an object for each bucket. */
export function curveRows({ name, count, buckets }: CurveColumns): Curve {
  return { name, count, buckets: Array.from(buckets.count, (_, index) => bucketAt(buckets, index)) };
}
