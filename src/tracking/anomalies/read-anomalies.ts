import type { Anomaly } from '../../contract/anomaly.ts';
import { anomalousRuns, type Database, metricsNotWatched, readAnomalies, type Store } from '../../store/index.ts';

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

export interface RunAnomalies {
  id: string;
  name: string;
  anomalies: Anomaly[];
}

/** The anomalies of one run, or of every run that has some, the newest run first. */
export function anomaliesOf({ db }: Store, run?: string): RunAnomalies[] {
  const rows = anomalousRuns(db).filter(({ id }) => run === undefined || id === run);
  return rows.map(({ key, id, name }) => ({ id, name, anomalies: runAnomalies(db, key) }));
}

/** The metrics of which people want to hear no anomalies, in any run. */
export function notWatched({ db }: Store): string[] {
  return [...metricsNotWatched(db)];
}
