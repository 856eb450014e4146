import type { ParameterValue } from '../../contract/journal.ts';
import type { RunDetails } from '../../contract/run.ts';
import type { Store } from '../../store/index.ts';
import { points } from '../points.ts';

export interface MetricComparison {
  name: string;
  same: boolean;
  /** It measures time, which is never the same twice; it does not count. */
  timed: boolean;
  points: { was: number; is: number };
  /** Where the histories part; null where one only goes on longer. */
  first: { step: number; was: number; is: number } | null;
}

export interface Difference<T> {
  name: string;
  was: T | null;
  is: T | null;
}

export interface Reproduction {
  same: boolean;
  status: { was: string; is: string };
  exitCode: { was: number | null; is: number | null };
  metrics: MetricComparison[];
  params: Difference<ParameterValue>[];
  /** What may be the cause: the Python and its packages, where they are others now. */
  environment: Difference<string | null>[];
}

/** Compares a run with a second one that was made from its record, metric histories to the bit. */
export function compareReproduction(store: Store, was: RunDetails, is: RunDetails): Reproduction {
  const metrics = union(was.metrics, is.metrics).map((name) => compareMetric(store, was, is, name));
  const params = differences(was.params, is.params);
  const sameEnd = was.status === is.status && was.exitCode === is.exitCode;
  return {
    same: sameEnd && params.length === 0 && metrics.every(({ same, timed }) => same || timed),
    status: { was: was.status, is: is.status },
    exitCode: { was: was.exitCode, is: is.exitCode },
    metrics,
    params,
    environment: [
      ...differences<string | null>({ python: was.python }, { python: is.python }),
      ...differences(was.packages, is.packages),
    ],
  };
}

const timePattern =
  /(^|[_/. -])(time|seconds?|secs?|ms|duration|elapsed|latency|throughput|runtime)([_/. -]|$)|_per_sec/i;

function compareMetric(store: Store, was: RunDetails, is: RunDetails, name: string): MetricComparison {
  const old = Object.hasOwn(was.metrics, name) ? points(store, was.id, name) : { steps: [], values: [] };
  const now = Object.hasOwn(is.metrics, name) ? points(store, is.id, name) : { steps: [], values: [] };
  const shared = Math.min(old.values.length, now.values.length);
  let first: MetricComparison['first'] = null;
  for (let index = 0; index < shared && !first; index += 1) {
    const [before, after] = [old.values[index] as number, now.values[index] as number];
    const step = old.steps[index] as number;
    if (!Object.is(before, after) || step !== now.steps[index]) first = { step, was: before, is: after };
  }
  const lengths = { was: old.values.length, is: now.values.length };
  return { name, same: !first && lengths.was === lengths.is, timed: timePattern.test(name), points: lengths, first };
}

function differences<T>(was: Record<string, T>, is: Record<string, T>): Difference<T>[] {
  return union(was, is)
    .map((name) => ({ name, was: valueIn(was, name), is: valueIn(is, name) }))
    .filter(({ was: before, is: after }) => JSON.stringify(before) !== JSON.stringify(after));
}

function valueIn<T>(record: Record<string, T>, name: string): T | null {
  return Object.hasOwn(record, name) ? (record[name] ?? null) : null;
}

function union(one: object, other: object): string[] {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])];
}
