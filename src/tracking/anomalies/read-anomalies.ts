import type { Anomaly } from '../../contract/anomaly.ts';
import { type Database, metricsNotWatched, readAnomalies } from '../../store/index.ts';

/** A run's anomalies, those that began first at the top. What several processes logged under one name is one metric. */
export function runAnomalies(db: Database, run: number): Anomaly[] {
  const off = metricsNotWatched(db);
  const byKind = new Map<string, Anomaly>();
  for (const { metric, ...one } of readAnomalies(db, run)) {
    const key = JSON.stringify([metric, one.kind]);
    const known = byKind.get(key);
    if (known) {
      known.count += one.count;
      if (one.severity === 'warning') known.severity = 'warning';
    } else byKind.set(key, { metric, ...one, off: off.has(metric) });
  }
  return [...byKind.values()].sort((a, b) => a.time - b.time);
}
