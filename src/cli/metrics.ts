import { exactJson } from '../base/json.ts';
import { shortNumber } from '../base/short-number.ts';
import { isoTime, type Micros } from '../base/time.ts';
import { curveRows, type MetricKind } from '../contract/curve.ts';
import { fault } from '../contract/errors.ts';
import { csvNumber, pointCsvLine, pointsCsvHead } from '../contract/points-csv.ts';
import type { Bucket, RunDetails } from '../contract/run.ts';
import type { Store } from '../store/index.ts';
import { curves, points, runDetails } from '../tracking/index.ts';
import { type Invocation, switched } from './command.ts';
import { printSummaryCsv } from './csv.ts';
import { numberOption, usage } from './parse.ts';
import { nothingMore, oneRun, runId } from './references.ts';
import { metricTable } from './show.ts';
import { openFor } from './stores.ts';
import { systemSummary } from './system-summary.ts';
import { table } from './table.ts';
import { print, printJson, width, write } from './terminal.ts';

export async function run(invocation: Invocation): Promise<number> {
  const { reference, others } = oneRun(invocation);
  const [name, ...more] = others;
  nothingMore('metrics', more);
  const window = { from: numberOption(invocation, 'from'), to: numberOption(invocation, 'to') };
  const buckets = numberOption(invocation, 'buckets', 1);
  const csv = switched(invocation, 'csv');
  if (csv && invocation.json) throw usage('metrics', 'Choose one of --csv and --json.');
  if (name === undefined && (buckets ?? window.from ?? window.to) !== undefined) {
    throw usage('metrics', '--buckets, --from and --to need the name of a metric.');
  }
  const store = await openFor(invocation);
  try {
    const id = runId(store, reference);
    const run = runDetails(store, id);
    const isSystem = switched(invocation, 'system');
    const metrics = isSystem ? run.systemMetrics : run.metrics;
    const metric = { store, id, name: name ?? '', kind: isSystem ? 'system' : 'logged' } as const;
    if (name === undefined && isSystem) systemSummary(metrics, invocation.json, csv);
    else if (name === undefined) summary(metrics, invocation.json, csv);
    else if (!Object.hasOwn(metrics, name)) throw fault('metric-missing', { run: reference, name });
    else if (buckets === undefined) await everyPoint(metric, window, invocation.json, csv);
    else inBuckets(metric, buckets, window, invocation.json, csv);
    return 0;
  } finally {
    store.close();
  }
}

interface Window {
  from: number | undefined;
  to: number | undefined;
}

/** Which metric of which run. */
interface Metric {
  store: Store;
  id: string;
  name: string;
  kind: MetricKind;
}

function summary(metrics: RunDetails['metrics'], json: boolean, csv: boolean): void {
  const keys = ['last', 'lastStep', 'min', 'max', 'best', 'count'] as const;
  const entries = Object.entries(metrics);
  if (json) {
    const picked = entries.map(([name, metric]) => [name, Object.fromEntries(keys.map((key) => [key, metric[key]]))]);
    printJson(Object.fromEntries(picked));
  } else if (csv) printSummaryCsv(keys, metrics);
  else if (entries.length === 0) print('No metrics.');
  else print(metricTable(metrics).join('\n'));
}

/** A history may hold millions of points, so it is written in pieces. */
const pieceSize = 5000;

async function everyPoint({ store, id, name, kind }: Metric, window: Window, json: boolean, csv: boolean) {
  const { steps, times, values } = points(store, id, name, kind);
  const chosen: number[] = [];
  for (let index = 0; index < steps.length; index += 1) {
    const step = steps[index] as number;
    if (step >= (window.from ?? Number.NEGATIVE_INFINITY) && step <= (window.to ?? Number.POSITIVE_INFINITY))
      chosen.push(index);
  }
  const row = (index: number): Point => [steps[index] as number, times[index] as number, values[index] as number];
  const style = json ? jsonStyle(name, chosen.length) : csv ? csvStyle : plainStyle;
  let written = await write(process.stdout, style.head);
  for (let start = 0; written && start < chosen.length; start += pieceSize) {
    const lines = chosen.slice(start, start + pieceSize).map((index) => style.line(row(index)));
    const between = start + pieceSize < chosen.length ? style.between : '';
    written = await write(process.stdout, lines.join(style.between) + between);
  }
  if (written) await write(process.stdout, style.tail(chosen.length));
}

/** Step, time in microseconds, value. */
type Point = [number, Micros, number];

interface PointStyle {
  head: string;
  line(point: Point): string;
  between: string;
  tail(count: number): string;
}

function jsonStyle(name: string, count: number): PointStyle {
  return {
    head: `{\n  "name": ${JSON.stringify(name)},\n  "count": ${count},\n  "points": [`,
    line: ([step, time, value]) => `\n    ${exactJson([step, isoTime(time), value])}`,
    between: ',',
    tail: () => (count > 0 ? '\n  ]\n}\n' : ']\n}\n'),
  };
}

const csvStyle: PointStyle = {
  head: pointsCsvHead,
  line: ([step, time, value]) => pointCsvLine(step, time, value),
  between: '\n',
  tail: (count) => (count > 0 ? '\n' : ''),
};

const plainStyle: PointStyle = {
  head: 'step  time                      value\n',
  line: ([step, time, value]) => `${String(step).padEnd(4)}  ${isoTime(time)}  ${csvNumber(value)}`,
  between: '\n',
  tail: (count) => (count > 0 ? '\n' : ''),
};

function inBuckets(
  { store, id, name, kind }: Metric,
  buckets: number,
  { from, to }: Window,
  json: boolean,
  csv: boolean,
): void {
  const [curve] = curves(store, id, { names: [name], kind, buckets, from, to });
  const rows = (curve ? curveRows(curve).buckets : []).map(bucketRow);
  if (json) printJson({ name, count: curve?.count ?? 0, buckets: rows });
  else if (csv) print([bucketKeys.join(','), ...rows.map(bucketLine)].join('\n'));
  else print(bucketTable(rows).join('\n'));
}

const bucketKeys = ['fromStep', 'toStep', 'count', 'min', 'max', 'first', 'last', 'nonFinite'] as const;
type BucketRow = Record<(typeof bucketKeys)[number], number>;

function bucketLine(row: BucketRow): string {
  return bucketKeys.map((key) => csvNumber(row[key])).join(',');
}

function bucketTable(rows: BucketRow[]): string[] {
  const columns = bucketKeys.map((title) => ({ title, right: true }));
  const cells = rows.map((row) => bucketKeys.map((key) => shortNumber(row[key])));
  return table(columns, cells, width());
}

function bucketRow({ fromStep, toStep, count, min, max, first, last, nonFinite }: Bucket) {
  return { fromStep, toStep, count, min, max, first, last, nonFinite };
}
