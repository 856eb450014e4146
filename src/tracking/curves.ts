import type { CurveColumns, CurveX, MetricKind } from '../contract/curve.ts';
import { type MetricKey, type RunRow, readMetrics, readSeries, type Store } from '../store/index.ts';
import { addPoints, bucketSink, filledBuckets, type PlacedPoints } from './bucket-sink.ts';
import { alongX, placesOf } from './curve-x.ts';
import { mergeByTime } from './points.ts';
import { existingRun } from './run-details.ts';

export interface CurveRequest {
  /** All metrics of the run and the kind unless given. */
  names?: string[] | undefined;
  kind?: MetricKind | undefined;
  x?: CurveX | undefined;
  /** How many at most; a curve with no more points than this comes point by point. */
  buckets: number;
  /** In units of x, both included. */
  from?: number | undefined;
  to?: number | undefined;
}

/**
 * The shape of metrics along x. Equal stretches of x make a bucket each; stretches without points are left out, and so are
 * points without a finite place. `count` is of the asked stretch.
 *
 * @throws `run-missing`
 */
export function curves(store: Store, id: string, request: CurveRequest): CurveColumns[] {
  const run = existingRun(store, id);
  const kind = request.kind ?? 'logged';
  const names = request.names ?? Object.keys(readMetrics(store.db, JSON.stringify([run.key]), kind).get(run.key) ?? {});
  return names.map((name) => curve(store, run, { run: run.key, kind, name }, request));
}

function curve(store: Store, run: RunRow, metric: MetricKey, request: CurveRequest): CurveColumns {
  const merged = mergeByTime(readSeries(store.db, metric));
  const points = alongX(merged, placesOf(store, run, metric, merged, request.x ?? 'step'));
  const { from, to } = stretch(points, request);
  const sink = bucketSink(request.buckets, to - from, placeAt(points, from), placeAt(points, to - 1));
  addPoints(sink, points, from, to);
  return { name: metric.name, count: to - from, buckets: filledBuckets(sink) };
}

const placeAt = ({ xs, order }: PlacedPoints, at: number) => xs[order ? (order[at] as number) : at] as number;

/** The first of the points in the asked stretch, and the one after the last. */
function stretch(points: PlacedPoints, { from, to }: CurveRequest): { from: number; to: number } {
  const length = (points.order ?? points.xs).length;
  const first = from === undefined ? 0 : firstWhere(length, (at) => placeAt(points, at) >= from);
  const end = to === undefined ? length : firstWhere(length, (at) => placeAt(points, at) > to);
  return { from: Math.min(first, end), to: end };
}

/** The least of the numbers up to `length` for which an ascending condition holds; `length` where it holds for none. */
function firstWhere(length: number, holds: (at: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
