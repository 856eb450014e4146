import type { CurveColumns, CurveX, MetricKind } from '../contract/curve.ts';
import { type MetricKey, type RunRow, readMetrics, readPoints, type Store, seriesOf } from '../store/index.ts';
import { addPoints, bucketSink, filledBuckets } from './bucket-sink.ts';
import { alongX, placesOf, xOrigin } from './curve-x.ts';
import { outlineCurve } from './outline-curve.ts';
import { mergeByTime } from './points.ts';
import { existingRun } from './run-details.ts';
import { placeAt, stretchOf } from './stretch.ts';

export interface CurveRequest {
  /** All metrics of the run and the kind unless given. */
  names?: string[] | undefined;
  kind?: MetricKind | undefined;
  /** The step unless given. */
  x?: CurveX | undefined;
  /** How many at most; a curve with no more points than this comes point by point. */
  buckets: number;
  /** In units of x, both included. */
  from?: number | undefined;
  to?: number | undefined;
}

/**
 * The shape of metrics along x. About equal stretches of x make a bucket each; stretches without points are left out, and so
 * are points without a finite place. `count` is of the asked stretch.
 *
 * @throws `run-missing`
 */
export function curves(store: Store, id: string, request: CurveRequest): CurveColumns[] {
  const run = existingRun(store, id);
  const kind = request.kind ?? 'logged';
  const names = request.names ?? Object.keys(readMetrics(store.db, JSON.stringify([run.key]), kind).get(run.key) ?? {});
  return store.db.snapshot(() => names.map((name) => curve(store, run, { run: run.key, kind, name }, request)));
}

function curve(store: Store, run: RunRow, metric: MetricKey, request: CurveRequest): CurveColumns {
  const { x = 'step', buckets } = request;
  const stretch = { from: request.from ?? Number.NEGATIVE_INFINITY, to: request.to ?? Number.POSITIVE_INFINITY };
  const series = seriesOf(store.db, metric);
  const [only] = series;
  if (only && series.length === 1 && typeof x === 'string') {
    const quick = outlineCurve(store.db, only, { ...stretch, x, buckets, start: xOrigin(run) });
    if (quick) return { name: metric.name, ...quick };
  }
  const merged = mergeByTime(series.map(({ key }) => readPoints(store.db, key)));
  const points = alongX(merged, placesOf(store, run, metric, merged, x));
  const { start, end } = stretchOf(points, stretch);
  const sink = bucketSink(buckets, end - start, placeAt(points, start), placeAt(points, end - 1));
  addPoints(sink, points, start, end);
  return { name: metric.name, count: end - start, buckets: filledBuckets(sink) };
}
