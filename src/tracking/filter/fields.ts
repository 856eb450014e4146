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
]);
export const timeFields = new Map(['created', 'started', 'ended'].map((name) => [name, name]));
export const numberFields = new Map([
  ['exitcode', 'exit_code'],
  ['exit_code', 'exit_code'],
]);
export const durationFields = new Map([['duration', 'duration']]);
export const flagFields = new Map(['starred', 'archived'].map((name) => [name, name]));
