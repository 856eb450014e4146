import type { MetricKind } from '../contract/curve.ts';
import { fault } from '../contract/errors.ts';
import type { Points } from '../contract/run.ts';
import { type PointColumns, readSeries, type Store } from '../store/index.ts';
import { existingRun } from './run-details.ts';

/**
 * Every point of a metric to the bit, in the order in which it was logged. What several processes logged is merged by time.
 *
 * @throws `run-missing`, `metric-missing`
 */
export function points(store: Store, id: string, name: string, kind: MetricKind = 'logged'): Points {
  const { key } = existingRun(store, id);
  const series = store.db.snapshot(() => readSeries(store.db, { run: key, kind, name }));
  if (series.length === 0) throw fault('metric-missing', { run: id, name });
  return { name, ...mergeByTime(series) };
}

/** One list out of several, each of which keeps its own order. */
export function mergeByTime(series: PointColumns[]): PointColumns {
  const [only] = series;
  if (only && series.length === 1) return only;
  const length = series.reduce((sum, part) => sum + part.values.length, 0);
  const merged = { steps: new Float64Array(length), times: new Float64Array(length), values: new Float64Array(length) };
  const heads = series.map(() => 0);
  for (let at = 0; at < length; at++) {
    const from = earliest(series, heads);
    const part = series[from] as PointColumns;
    const head = heads[from] as number;
    merged.steps[at] = part.steps[head] as number;
    merged.times[at] = part.times[head] as number;
    merged.values[at] = part.values[head] as number;
    heads[from] = head + 1;
  }
  return merged;
}

function earliest(series: PointColumns[], heads: number[]): number {
  let best = -1;
  let time = 0;
  for (const [index, part] of series.entries()) {
    const head = heads[index] as number;
    if (head >= part.times.length) continue;
    const next = part.times[head] as number;
    if (best !== -1 && next >= time) continue;
    best = index;
    time = next;
  }
  return best;
}
