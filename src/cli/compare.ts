import { shortNumber } from '../base/short-number.ts';
import type { ParameterValue } from '../contract/journal.ts';
import { isLowerBetter } from '../contract/metric-direction.ts';
import type { RunDetails } from '../contract/run.ts';
import { durationMs, runDetails } from '../tracking/index.ts';
import { type Invocation, switched } from './command.ts';
import { duration, parameter, statusLook } from './format.ts';
import { harmless } from './harmless.ts';
import { usage } from './parse.ts';
import { manyRuns } from './references.ts';
import { prefixLength } from './runs.ts';
import { openFor } from './stores.ts';
import { type Cell, type Column, table, tableWidth } from './table.ts';
import { paint, print, printJson, width } from './terminal.ts';

export async function run(invocation: Invocation): Promise<number> {
  if (invocation.operands.length < 2) throw usage('compare', 'Name two runs or more.');
  const store = await openFor(invocation);
  try {
    const runs = manyRuns(store, invocation).map((id) => runDetails(store, id));
    const comparison = compare(runs, switched(invocation, 'all'));
    if (invocation.json) printJson(document(runs, comparison));
    else print(side(runs, comparison).join('\n'));
    return 0;
  } finally {
    store.close();
  }
}

interface Comparison {
  parameters: { name: string; values: (ParameterValue | undefined)[] }[];
  same: number;
  metrics: { name: string; better: 'lower' | 'higher'; values: (number | undefined)[]; best: number[] }[];
}

function compare(runs: RunDetails[], all: boolean): Comparison {
  const parameters = everyName(runs.map(({ params }) => params)).map((name) => ({
    name,
    values: runs.map(({ params }) => (Object.hasOwn(params, name) ? params[name] : undefined)),
  }));
  const differing = parameters.filter(({ values }) => new Set(values.map((value) => JSON.stringify(value))).size > 1);
  return {
    parameters: all ? parameters : differing,
    same: parameters.length - differing.length,
    metrics: everyName(runs.map(({ metrics }) => metrics)).map((name) => {
      const values = runs.map(({ metrics }) => (Object.hasOwn(metrics, name) ? metrics[name]?.last : undefined));
      const lower = isLowerBetter(name);
      return { name, better: lower ? 'lower' : 'higher', values, best: bestOf(values, lower) };
    }),
  };
}

/** Which of the values are the best; none where all are the same, or only one run has the metric. */
function bestOf(values: (number | undefined)[], lower: boolean): number[] {
  const numbers = values.filter((value) => value !== undefined && !Number.isNaN(value)) as number[];
  if (new Set(numbers).size < 2) return [];
  const best = lower ? Math.min(...numbers) : Math.max(...numbers);
  return values.flatMap((value, index) => (value === best ? [index] : []));
}

function everyName(records: object[]): string[] {
  return [...new Set(records.flatMap((record) => Object.keys(record)))];
}

function document(runs: RunDetails[], { parameters, metrics }: Comparison) {
  return {
    runs: runs.map((run) => ({ id: run.id, name: run.name, status: run.status, durationMs: durationMs(run) })),
    params: parameters.map(({ name, values }) => ({ name, values: values.map((value) => value ?? null) })),
    metrics: metrics.map(({ name, better, values, best }) => ({
      name,
      better,
      values: values.map((value) => value ?? null),
      best: best.map((index) => runs[index]?.id ?? null),
    })),
  };
}

/** Runs as columns, in three groups of lines; where that is too wide for the terminal, runs as rows. */
function side(runs: RunDetails[], comparison: Comparison): string[] {
  const prefix = prefixLength(runs.map(({ id }) => id));
  const identity: Cell[][] = [
    [{ text: 'run', style: 'dim' }, ...runs.map((run): Cell => ({ text: harmless(run.name), style: 'bold' }))],
    [{ text: 'id', style: 'dim' }, ...runs.map((run): Cell => ({ text: run.id.slice(0, prefix), style: 'dim' }))],
    [{ text: 'status', style: 'dim' }, ...runs.map(status)],
  ];
  const parameters = comparison.parameters.map(parameterRow);
  const results = [...comparison.metrics.map(metricRow), durationRow(runs)];
  const rows = [...identity, ...parameters, ...results];
  const available = width();
  const fits = available === undefined || tableWidth(untitled(rows), rows) <= available;
  const lines = fits ? table(untitled(rows), rows, available) : sideways(rows, available);
  const ends = fits ? [identity.length, identity.length + parameters.length] : [];
  const grouped = lines.flatMap((line, index) => (ends.includes(index) ? ['', line] : [line]));
  return [...grouped, '', ...legend(comparison)];
}

function sideways(rows: Cell[][], available: number | undefined): string[] {
  const turned = (rows[0] ?? []).map((_, column) => rows.map((row) => row[column] ?? ''));
  return table(untitled(turned), turned, available);
}

function untitled(rows: Cell[][]): Column[] {
  return (rows[0] ?? []).map((_, index) => ({ title: '', shrinkTo: index === 0 ? 12 : 8 }));
}

function parameterRow({ name, values }: Comparison['parameters'][number]): Cell[] {
  return [
    { text: harmless(name), style: 'cyan' },
    ...values.map((value): Cell => (value === undefined ? { text: '–', style: 'dim' } : parameter(value))),
  ];
}

function metricRow({ name, better, values, best }: Comparison['metrics'][number]): Cell[] {
  return [
    { text: `${harmless(name)} ${better === 'lower' ? '↓' : '↑'}`, style: 'magenta' },
    ...values.map((value, index): Cell => {
      if (value === undefined) return { text: '–', style: 'dim' };
      return best.includes(index) ? { text: `${shortNumber(value)} ★`, style: 'green' } : shortNumber(value);
    }),
  ];
}

/** Times that look the same are the same. */
function durationRow(runs: RunDetails[]): Cell[] {
  const times = runs.map(durationMs);
  const shortest = Math.min(...times.map((time) => time ?? Number.POSITIVE_INFINITY));
  const differ = new Set(times.map(duration)).size > 1;
  return [
    { text: 'duration ↓', style: 'magenta' },
    ...times.map((time): Cell => {
      if (time === null) return { text: '–', style: 'dim' };
      const best = differ && duration(time) === duration(shortest);
      return best ? { text: `${duration(time)} ★`, style: 'green' } : duration(time);
    }),
  ];
}

function status(run: RunDetails): Cell {
  const { sign, style } = statusLook[run.status];
  return { text: `${sign} ${run.status}`, style };
}

function legend({ same, metrics }: Comparison): string[] {
  const parts = [
    `★ the better one (↑ higher is better, ↓ lower is better${metrics.length > 0 ? '; the last values count' : ''})`,
    ...(same > 0 ? [`${same === 1 ? '1 parameter is' : `${same} parameters are`} the same`] : []),
  ];
  return parts.map((part) => paint(part, 'dim'));
}
