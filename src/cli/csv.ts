import { csvText } from '../contract/csv-text.ts';
import { csvNumber } from '../contract/points-csv.ts';
import type { MetricSummary } from '../contract/run.ts';
import { print } from './terminal.ts';

/** Metrics as comma-separated values, a line each. */
export function printSummaryCsv(keys: readonly (keyof MetricSummary)[], metrics: Record<string, MetricSummary>): void {
  const rows = Object.entries(metrics).map(([name, metric]) =>
    [csvText(name), ...keys.map((key) => csvNumber(metric[key]))].join(','),
  );
  print([['name', ...keys].join(','), ...rows].join('\n'));
}
