import type { FieldPart } from './tokens.ts';

/** The ways of a metric that a field may name; a column of the table `metrics` each. */
export const metricColumns = ['last', 'min', 'max', 'best', 'count'] as const;
export type MetricColumn = (typeof metricColumns)[number];

/** What a parameter or a tag compares as: a text's own characters, else its JSON. */
export const paramText = `CASE json_type(value) WHEN 'text' THEN value ->> '$' ELSE value END`;

/** The name in `metrics.val/loss.min` and which number of it is meant: the last unless said. */
export function metricField(parts: FieldPart[]): { name: string; column: MetricColumn } {
  const name = nameOf(parts);
  const ending = parts.at(-1);
  if (!ending || ending.quoted) return { name, column: 'last' };
  const column = metricColumns.find((candidate) => ending.text.endsWith(`.${candidate}`));
  const base = column && name.slice(0, -(column.length + 1));
  return column && base ? { name: base, column } : { name, column: 'last' };
}

export function nameOf(parts: FieldPart[]): string {
  return parts.map((part) => part.text).join('');
}

/** Fields of the table `runs` with their columns, by what they compare as. */
export const textFields = new Map([
  ...['name', 'experiment', 'status', 'id', 'note', 'title', 'signal'].map((name): [string, string] => [name, name]),
  ['script', 'title'],
  ['group', 'run_group'],
  ['parent', 'parent'],
]);
export const timeFields = new Map(['created', 'started', 'ended'].map((name) => [name, name]));
export const numberFields = new Map([
  ['exitcode', 'exit_code'],
  ['exit_code', 'exit_code'],
]);
/** Not the table's own column `duration`, which is no part of the index that lists are read from. */
export const runDuration = '(ended - started)';
export const durationFields = new Map([['duration', runDuration]]);
export const flagFields = new Map(['starred', 'archived'].map((name) => [name, name]));

/** Whether this alone is a field of every run, as `starred` is. */
export function isRunField(parts: FieldPart[]): boolean {
  const name = nameOf(parts).toLowerCase();
  return [textFields, timeFields, numberFields, durationFields, flagFields].some((fields) => fields.has(name));
}
