import { larger, smaller } from '../base/extremes.ts';
import type { MetricKind } from '../contract/curve.ts';
import { isLowerBetter } from '../contract/metric-direction.ts';
import type { MetricSummary } from '../contract/run.ts';
import { appendPoints, noTail, readPoints, readTail, type Tail } from './chunks.ts';
import type { Database } from './driver.ts';
import { groupByRun } from './group.ts';
import { bytesOf, floatsOf, type PointColumns } from './points.ts';

interface SeriesRow {
  key: number;
  count: number;
  last_time: number;
  exact: Uint8Array;
}

/** A metric of a run, over the processes that logged it. */
export interface MetricKey {
  run: number;
  kind: MetricKind;
  name: string;
}

/** What is known of a series, so that it need not be read when it is added to again, as long as nobody else adds to its run. */
export interface KnownSeries {
  key: number;
  totals: Totals;
  tail: Tail;
  /** No other process has logged the metric. */
  isOnly: boolean;
  /** Whether a smaller value is better. */
  falls: boolean;
}

/** The numbers of a series or of a whole metric. `min` and `max` are over what is not NaN, and NaN where that is nothing. */
interface Totals {
  count: number;
  lastTime: number;
  last: number;
  lastStep: number;
  min: number;
  max: number;
}

/** The names that a journal file has given numbers to. */
export function readMetricIds(db: Database, file: number): Map<number, string> {
  const rows = db.prepare<{ id: number; name: string }>('SELECT id, name FROM metric_ids WHERE file = ?').all(file);
  return new Map(rows.map((row) => [row.id, row.name]));
}

export function putMetricId(db: Database, file: number, id: number, name: string): void {
  db.prepare(
    'INSERT INTO metric_ids (file, id, name) VALUES (?, ?, ?) ON CONFLICT (file, id) DO UPDATE SET name = excluded.name',
  ).run(file, id, name);
}

export interface Extending {
  known?: KnownSeries | undefined;
  isHurried?: boolean;
}

/**
 * Adds points, which must not be none, at the end of a file's series, and brings the sums of it up to date.
 * See `Appending` for `isHurried`. Answers what is known of it now, and its last value before; undefined where it is new.
 */
export function extendSeries(
  db: Database,
  metric: MetricKey,
  file: number,
  points: PointColumns,
  { known = readSeriesRow(db, metric, file), isHurried = false }: Extending = {},
): { series: KnownSeries; last: number | undefined } {
  const totals = addPoints(known?.totals, points);
  if (known) updateSeries(db, known.key, totals);
  const key = known?.key ?? addSeries(db, metric, file, totals);
  const tail = appendPoints(db, key, points, { tail: known ? known.tail : noTail, isHurried });
  const isOnly = known?.isOnly ?? isAlone(db, metric, file);
  const falls = known?.falls ?? isLowerBetter(metric.name);
  putMetric(db, metric, isOnly ? totals : totalsOfAll(db, metric), falls);
  return { series: { key, totals, tail, isOnly, falls }, last: known?.totals.last };
}

function readSeriesRow(db: Database, metric: MetricKey, file: number): KnownSeries | undefined {
  const { run, kind, name } = metric;
  const row = db
    .prepare<SeriesRow>(
      'SELECT key, count, last_time, exact FROM series WHERE run = ? AND kind = ? AND name = ? AND file = ?',
    )
    .get(run, kind, name, file);
  if (!row) return undefined;
  const { key } = row;
  const [tail, isOnly, falls] = [readTail(db, key), isAlone(db, metric, file), isLowerBetter(name)];
  return { key, totals: totalsOf(row), tail, isOnly, falls };
}

function updateSeries(db: Database, key: number, totals: Totals): void {
  db.prepare('UPDATE series SET count = ?, last_time = ?, exact = ? WHERE key = ?').run(
    totals.count,
    totals.lastTime,
    exactOf(totals),
    key,
  );
}

function addSeries(db: Database, { run, kind, name }: MetricKey, file: number, totals: Totals): number {
  const row = db
    .prepare<{ key: number }>(
      'INSERT INTO series (run, kind, name, file, count, last_time, exact) VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING key',
    )
    .get(run, kind, name, file, totals.count, totals.lastTime, exactOf(totals));
  return (row as { key: number }).key;
}

function addPoints(before: Totals | undefined, points: PointColumns): Totals {
  const { values } = points;
  const { length } = values;
  let min = before?.min ?? Number.NaN;
  let max = before?.max ?? Number.NaN;
  for (let at = 0; at < length; at++) {
    min = smaller(min, values[at] as number);
    max = larger(max, values[at] as number);
  }
  return {
    count: (before?.count ?? 0) + length,
    lastTime: wholeMicros(points.times[length - 1] as number),
    last: points.values[length - 1] as number,
    lastStep: points.steps[length - 1] as number,
    min,
    max,
  };
}

/** A time as an INTEGER column takes it, whatever a journal says. */
export function wholeMicros(time: number): number {
  if (Number.isNaN(time)) return 0;
  return Math.min(Math.max(Math.round(time), 0), Number.MAX_SAFE_INTEGER);
}

function totalsOf(row: Pick<SeriesRow, 'count' | 'last_time' | 'exact'>): Totals {
  const [last, lastStep, min, max] = floatsOf(row.exact) as unknown as [number, number, number, number];
  return { count: row.count, lastTime: row.last_time, last, lastStep, min, max };
}

function exactOf(totals: Totals): Uint8Array {
  return bytesOf(Float64Array.of(totals.last, totals.lastStep, totals.min, totals.max));
}

/** Whether no other process has logged the metric. */
function isAlone(db: Database, { run, kind, name }: MetricKey, file: number): boolean {
  const others = db.prepare('SELECT 1 FROM series WHERE run = ? AND kind = ? AND name = ? AND file <> ? LIMIT 1');
  return others.get(run, kind, name, file) === undefined;
}

/** The last value is the one logged last by the clock. */
function totalsOfAll(db: Database, { run, kind, name }: MetricKey): Totals {
  const rows = db
    .prepare<SeriesRow & { fileName: string }>(
      `SELECT series.count, series.last_time, series.exact, files.name AS fileName
       FROM series JOIN files ON files.key = series.file
       WHERE series.run = ? AND series.kind = ? AND series.name = ? ORDER BY series.last_time, files.name`,
    )
    .all(run, kind, name);
  return withoutRepeats(rows)
    .map(totalsOf)
    .reduce((sum, next) => ({
      ...next,
      count: sum.count + next.count,
      min: smaller(sum.min, next.min),
      max: larger(sum.max, next.max),
    }));
}

function putMetric(db: Database, { run, kind, name }: MetricKey, totals: Totals, falls: boolean): void {
  const best = falls ? totals.min : totals.max;
  db.prepare(
    `INSERT INTO metrics (run, kind, name, last, min, max, best, count, last_time, exact)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (run, kind, name) DO UPDATE SET last = excluded.last, min = excluded.min, max = excluded.max,
       best = excluded.best, count = excluded.count, last_time = excluded.last_time, exact = excluded.exact`,
  ).run(
    run,
    kind,
    name,
    comparable(totals.last),
    comparable(totals.min),
    comparable(totals.max),
    comparable(best),
    totals.count,
    totals.lastTime,
    exactOf(totals),
  );
}

const comparable = (value: number) => (Number.isNaN(value) ? null : value);

/** The metrics of one kind of several runs, by run. */
export function readMetrics(
  db: Database,
  runs: string,
  kind: MetricKind = 'logged',
): Map<number, Record<string, MetricSummary>> {
  const rows = db
    .prepare<{ run: number; name: string; count: number; last_time: number; exact: Uint8Array }>(
      `SELECT run, name, count, last_time, exact FROM metrics
       WHERE run IN (SELECT value FROM json_each(?)) AND kind = ? ORDER BY run, name`,
    )
    .all(runs, kind);
  return groupByRun(rows, (row) => {
    const { last, lastStep, min, max, count } = totalsOf(row);
    return { last, lastStep, min, max, best: isLowerBetter(row.name) ? min : max, count };
  });
}

/** What logged a metric: a series per process, in the order in which their journals were opened. */
export function seriesOf(db: Database, { run, kind, name }: MetricKey): { key: number; count: number }[] {
  const found = db
    .prepare<{ key: number; count: number }>(
      'SELECT key, count FROM series WHERE run = ? AND kind = ? AND name = ? LIMIT 2',
    )
    .all(run, kind, name);
  if (found.length < 2) return found;
  const rows = db
    .prepare<{ key: number; count: number; fileName: string }>(
      `SELECT series.key, series.count, files.name AS fileName FROM series JOIN files ON files.key = series.file
       WHERE series.run = ? AND series.kind = ? AND series.name = ? ORDER BY files.name`,
    )
    .all(run, kind, name);
  return withoutRepeats(rows);
}

/** What a script logs to Trainyard and to TensorBoard under one name is the same: its own journals count, not the event files. */
function withoutRepeats<Row extends { fileName: string }>(rows: Row[]): Row[] {
  const own = rows.filter(({ fileName }) => !fileName.startsWith('events/'));
  return own.length > 0 ? own : rows;
}

/** The points of a metric, one entry per process that logged it, in the order in which their journals were opened. */
export function readSeries(db: Database, metric: MetricKey): PointColumns[] {
  return seriesOf(db, metric).map(({ key }) => readPoints(db, key));
}
