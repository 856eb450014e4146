import type { MetricKind } from '../contract/curve.ts';
import { type Database, extendSeries, type RunFileRow } from '../store/index.ts';
import { watchSeries } from './anomalies/watch-series.ts';
import { collected, type GrowingPoints } from './growing-points.ts';

/** Adds what one file told of metrics, by name, to its series. */
export function foldPoints(
  db: Database,
  file: RunFileRow,
  kind: MetricKind,
  metrics: ReadonlyMap<string, GrowingPoints>,
): void {
  for (const [name, points] of metrics) {
    const metric = { run: file.run, kind, name } as const;
    const added = collected(points);
    watchSeries(db, metric, extendSeries(db, metric, file.key, added), added);
  }
}
