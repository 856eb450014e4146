import type { MetricSummary } from '../contract/run.ts';
import { systemMetric, systemValueText } from '../contract/system-metrics.ts';
import { printSummaryCsv } from './csv.ts';
import { harmless } from './harmless.ts';
import { table } from './table.ts';
import { print, printJson, width } from './terminal.ts';

type Metrics = Record<string, MetricSummary>;

/** What was measured of a run; no value of it is better than another. */
export function systemSummary(metrics: Metrics, json: boolean, csv: boolean): void {
  const keys = ['last', 'min', 'max', 'count'] as const;
  const entries = Object.entries(metrics);
  if (json) {
    const picked = entries.map(([name, { last, min, max, count }]) => {
      const { unit = null, scope = null } = systemMetric(name) ?? {};
      return [name, { unit, scope, last, min, max, count }];
    });
    printJson(Object.fromEntries(picked));
  } else if (csv) printSummaryCsv(keys, metrics);
  else if (entries.length === 0) print('Nothing was measured. Runs that a script opens by itself are not.');
  else print(systemTable(metrics).join('\n'));
}

function systemTable(metrics: Metrics): string[] {
  const numbers = ['last', 'min', 'max'] as const;
  const columns = [
    ...numbers.map((title) => ({ title, right: true })),
    { title: 'count', right: true },
    { title: 'of' },
  ];
  const rows = Object.entries(metrics).map(([name, metric]) => {
    const { unit = 'count', scope } = systemMetric(name) ?? {};
    const values = numbers.map((key) => systemValueText(metric[key], unit));
    return [harmless(name), ...values, String(metric.count), scope === 'machine' ? 'the machine' : 'the run'];
  });
  return table([{ title: 'metric', shrinkTo: 12 }, ...columns], rows, width());
}
