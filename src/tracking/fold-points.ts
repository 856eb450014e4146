import type { MetricKind } from '../contract/curve.ts';
import { lossKind } from '../contract/loss-kind.ts';
import { type Database, extendSeries, type RunFileRow } from '../store/index.ts';
import { watchSeries } from './anomalies/watch-series.ts';
import type { FileMemory } from './file-memory.ts';
import { collected, type GrowingPoints } from './growing-points.ts';

/** Milliseconds after which encoding is left for later. */
const patience = 5;

/** Adds what one file told of metrics, by name, to its series. */
export function foldPoints(
  db: Database,
  file: RunFileRow,
  kind: MetricKind,
  metrics: ReadonlyMap<string, GrowingPoints>,
  memory: FileMemory,
): void {
  const begun = performance.now();
  for (const [name, points] of metrics) {
    const metric = { run: file.run, kind, name } as const;
    const added = collected(points);
    const known = memory.metrics.get(name);
    const isHurried = performance.now() - begun > patience;
    const { series, last } = extendSeries(db, metric, file.key, added, { known: known?.series, isHurried });
    const entry = { series, lossKind: known?.lossKind ?? lossKind(name), watch: known?.watch };
    memory.metrics.set(name, entry);
    if (kind === 'logged') entry.watch = watchSeries(db, metric, { ...entry, series: series.key, last }, added);
  }
}
