import { exactJson } from '../base/json.ts';
import type { Anomaly, AnomalyDetails, AnomalyKind } from '../contract/anomaly.ts';
import type { Database } from './driver.ts';
import { bytesOf, floatsOf } from './points.ts';
import { wholeMicros } from './series.ts';

/** What the detectors remember of a series; undefined where there is nothing. */
export function readWatch(db: Database, series: number): Float64Array | undefined {
  const row = db.prepare<{ state: Uint8Array }>('SELECT state FROM watches WHERE series = ?').get(series);
  return row && floatsOf(row.state);
}

export function putWatch(db: Database, series: number, state: Float64Array): void {
  db.prepare(
    'INSERT INTO watches (series, state) VALUES (?, ?) ON CONFLICT (series) DO UPDATE SET state = excluded.state',
  ).run(series, bytesOf(state));
}

export function removeWatch(db: Database, series: number): void {
  db.prepare('DELETE FROM watches WHERE series = ?').run(series);
}

/** Forgets what the detectors remember of a run's series. */
export function removeWatches(db: Database, run: number): void {
  db.prepare('DELETE FROM watches WHERE series IN (SELECT key FROM series WHERE run = ?)').run(run);
}

/** One kind of anomaly of one series, as it is kept. */
export type SeriesAnomaly = Omit<Anomaly, 'metric' | 'off'>;

interface AnomalyRow {
  metric: string;
  kind: AnomalyKind;
  warns: number;
  step: number;
  time: number;
  value: Uint8Array;
  count: number;
  steps: string;
  details: string;
}

const columns = 'metric, kind, warns, step, time, value, count, steps, details';

export function readSeriesAnomaly(db: Database, series: number, kind: AnomalyKind): SeriesAnomaly | undefined {
  const row = db
    .prepare<AnomalyRow>(`SELECT ${columns} FROM anomalies WHERE series = ? AND kind = ?`)
    .get(series, kind);
  return row && anomalyOf(row);
}

export function removeSeriesAnomaly(db: Database, series: number, kind: AnomalyKind): void {
  db.prepare('DELETE FROM anomalies WHERE series = ? AND kind = ?').run(series, kind);
}

export function putAnomaly(db: Database, run: number, metric: string, series: number, anomaly: SeriesAnomaly): void {
  db.prepare(
    `INSERT INTO anomalies (run, series, ${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (run, metric, kind, series) DO UPDATE SET count = excluded.count, steps = excluded.steps`,
  ).run(
    run,
    series,
    metric,
    anomaly.kind,
    anomaly.severity === 'warning' ? 1 : 0,
    anomaly.step,
    wholeMicros(anomaly.time),
    bytesOf(Float64Array.of(anomaly.value)),
    anomaly.count,
    JSON.stringify(anomaly.steps),
    exactJson(anomaly.details),
  );
}

/** A run's anomalies by metric, the earliest first; several series of a metric may each have their own. */
export function readAnomalies(db: Database, run: number): (SeriesAnomaly & { metric: string })[] {
  return db
    .prepare<AnomalyRow>(`SELECT ${columns} FROM anomalies WHERE run = ? ORDER BY metric, kind, time, series`)
    .all(run)
    .map((row) => ({ metric: row.metric, ...anomalyOf(row) }));
}

function anomalyOf(row: AnomalyRow): SeriesAnomaly {
  return {
    kind: row.kind,
    severity: row.warns === 1 ? 'warning' : 'hint',
    step: row.step,
    time: row.time,
    value: floatsOf(row.value)[0] as number,
    count: row.count,
    steps: JSON.parse(row.steps) as number[],
    details: JSON.parse(row.details) as AnomalyDetails,
  };
}

/** The runs that have any, the newest first. */
export function anomalousRuns(db: Database): { key: number; id: string; name: string }[] {
  return db
    .prepare<{ key: number; id: string; name: string }>(
      `SELECT key, id, name FROM runs WHERE deleted = 0 AND key IN (SELECT run FROM anomalies)
       ORDER BY created DESC, id DESC`,
    )
    .all();
}

/** How many kinds of anomalies of how many metrics a row of `runs` has that people want to hear of. */
export const anomalyCount = `(SELECT count(*) FROM (SELECT DISTINCT a.metric, a.kind FROM anomalies AS a
  WHERE a.run = runs.key AND a.warns = 1 AND NOT EXISTS (SELECT 1 FROM ops
    WHERE ops.run = '' AND ops.op = 'watch-anomalies' AND ops.item = a.metric AND ops.value = 'false')))`;

/** The ids of the runs in which this metric had an anomaly. */
export function runsWithAnomalies(db: Database, metric: string): string[] {
  return db
    .prepare<{ id: string }>(
      'SELECT DISTINCT runs.id FROM anomalies JOIN runs ON runs.key = anomalies.run WHERE anomalies.metric = ?',
    )
    .all(metric)
    .map((row) => row.id);
}

/** The metrics of which nobody wants to hear. */
export function metricsNotWatched(db: Database): Set<string> {
  const rows = db
    .prepare<{ item: string }>(
      "SELECT item FROM ops WHERE run = '' AND op = 'watch-anomalies' AND value = 'false' ORDER BY item",
    )
    .all();
  return new Set(rows.map((row) => row.item));
}
