import { nowMicros } from '../../base/time.ts';
import { paramEquals } from '../../store/index.ts';
import {
  durationFields,
  flagFields,
  isRunField,
  type MetricColumn,
  metricField,
  nameOf,
  numberFields,
  paramText,
  textFields,
  timeFields,
} from './fields.ts';
import { type Field, type Filter, type FilterValue, type Operator, parseFilter } from './parse.ts';
import { filterFault, tokenize } from './tokens.ts';
import { plainWords, wordsToSql } from './words.ts';

/** A condition on the table `runs`. What a person typed is only ever among `values`. */
export interface Condition {
  sql: string;
  values: (string | number)[];
}

/**
 * The condition of a filter, and whether it says itself which archived runs are meant.
 *
 * @param words whether words without any comparison are looked for in names, tags, values and notes
 * @throws `filter-syntax`
 */
export function filterToSql(text: string, { words = false } = {}): Condition & { asksForArchived: boolean } {
  const tokens = tokenize(text);
  const plain = words ? plainWords(tokens, text) : null;
  const [first] = tokens;
  const isField = tokens.length === 2 && first?.kind === 'field' && isRunField(first.parts);
  if (plain && !isField) return { ...wordsToSql(plain), asksForArchived: false };
  const filter = parseFilter(text, tokens);
  return { ...compile(text, filter), asksForArchived: mentions(filter, 'archived') };
}

function mentions(filter: Filter, field: string): boolean {
  if ('items' in filter) return filter.items.some((item) => mentions(item, field));
  if ('item' in filter) return mentions(filter.item, field);
  return filter.field.name === field;
}

function compile(text: string, filter: Filter): Condition {
  switch (filter.kind) {
    case 'and':
    case 'or': {
      const items = filter.items.map((item) => compile(text, item));
      const sql = items.map((item) => item.sql).join(` ${filter.kind.toUpperCase()} `);
      return { sql: `(${sql})`, values: items.flatMap((item) => item.values) };
    }
    case 'not': {
      const { sql, values } = compile(text, filter.item);
      return { sql: `(${sql}) IS NOT TRUE`, values };
    }
    case 'has':
      return has(text, filter.field);
    case 'compare':
      return compare(text, filter.field, filter.operator, filter.values);
  }
}

function has(text: string, field: Field): Condition {
  const flag = flagFields.get(field.name);
  if (flag) return { sql: `${flag} = 1`, values: [] };
  const column =
    textFields.get(field.name) ??
    timeFields.get(field.name) ??
    durationFields.get(field.name) ??
    numberFields.get(field.name);
  if (column) return { sql: `coalesce(${column}, '') <> ''`, values: [] };
  return inTable(text, field, () => ({ sql: 'TRUE', values: [] }));
}

function compare(text: string, field: Field, operator: Operator, values: FilterValue[]): Condition {
  const one = (value: FilterValue, as: Operator): Condition => compareOne(text, field, as, value);
  if (operator !== 'in') return one(values[0] as FilterValue, operator);
  const items = values.map((value) => one(value, '='));
  return { sql: `(${items.map((item) => item.sql).join(' OR ')})`, values: items.flatMap((item) => item.values) };
}

function compareOne(text: string, field: Field, operator: Operator, value: FilterValue): Condition {
  const { name } = field;
  const fail = (problem: string) => filterFault(text, value.at, problem);
  const textField = textFields.get(name);
  if (textField) {
    if (name === 'status') checkStatus(operator, value, fail);
    return compareText(textField, operator, value);
  }
  const flag = flagFields.get(name);
  if (flag) return { sql: `${flag} ${sqlOf(operator, fail)} ?`, values: [truth(value, fail)] };
  const time = timeFields.get(name);
  if (time) return compareTime(time, operator, value, fail);
  const duration = durationFields.get(name);
  if (duration) return compareNumber(duration, operator, micros(value, fail), fail);
  const number = numberFields.get(name);
  if (number) return compareNumber(number, operator, plainNumber(value, fail), fail);
  return inTable(text, field, (column) =>
    column
      ? compareNumber(column, operator, plainNumber(value, fail), fail)
      : compareParam(name, operator, value, text),
  );
}

/** A condition on the row of a parameter, a tag or a metric, which must exist. */
function inTable(text: string, field: Field, condition: (metric: MetricColumn | null) => Condition): Condition {
  const fail = (problem: string) => filterFault(text, field.at, problem);
  const wanted = {
    params: 'params',
    param: 'params',
    metrics: 'metrics',
    metric: 'metrics',
    tags: 'tags',
    tag: 'tags',
  };
  const table = Object.hasOwn(wanted, field.name) ? wanted[field.name as keyof typeof wanted] : undefined;
  if (!table)
    throw fail(
      `there is no field ${field.name}; params.${field.name} would be a parameter, metrics.${field.name} a metric`,
    );
  if (nameOf(field.parts) === '') throw fail(`a name is expected after ${field.name}.`);
  if (table === 'metrics') {
    const { name, column } = metricField(field.parts);
    const { sql, values } = condition(column);
    return {
      sql: `key IN (SELECT run FROM metrics WHERE kind = 'logged' AND name = ? AND ${sql})`,
      values: [name, ...values],
    };
  }
  const { sql, values } = condition(null);
  const counts = table === 'tags' ? `value IS NOT NULL AND ${tagCounts}` : 'TRUE';
  return {
    sql: `key IN (SELECT run FROM ${table} WHERE name = ? AND ${counts} AND ${sql})`,
    values: [nameOf(field.parts), ...values],
  };
}

/** Of a tag that several places set, the highest counts. */
const tagCounts =
  'NOT EXISTS (SELECT 1 FROM tags AS over WHERE over.run = tags.run AND over.name = tags.name AND over.rank > tags.rank)';

type Fail = (problem: string) => Error;

function compareParam(field: string, operator: Operator, value: FilterValue, filter: string): Condition {
  if (field.startsWith('tag')) return compareText('value', operator, value);
  if (value.kind === 'number' && operator !== 'like') {
    const fail = (problem: string) => filterFault(filter, value.at, problem);
    const { sql, values } = compareNumber('number', operator, plainNumber(value, fail), fail);
    return operator === '!=' ? { sql: `(number IS NULL OR ${sql})`, values } : { sql, values };
  }
  if (operator === '=') return paramEquals(textOf(value));
  return compareText(`(${paramText})`, operator, value);
}

function compareText(column: string, operator: Operator, value: FilterValue): Condition {
  const text = textOf(value);
  if (operator === 'like') return { sql: `${column} LIKE ?`, values: [text] };
  return { sql: `${column} ${operator} ?`, values: [text] };
}

/** What a text, or a number or a date among texts, compares as. */
function textOf(value: FilterValue): string {
  if (value.kind === 'text') return value.text;
  if (value.kind === 'number') return `${value.value}${value.unit ?? ''}`;
  return new Date(value.from / 1000).toISOString().slice(0, value.to > value.from ? 10 : undefined);
}

function compareTime(column: string, operator: Operator, value: FilterValue, fail: Fail): Condition {
  const { from, to } = value.kind === 'number' ? ago(value, fail) : value.kind === 'date' ? value : noDate(fail);
  if (from === to) return { sql: `${column} ${sqlOf(operator, fail)} ?`, values: [from] };
  if (operator === '=') return { sql: `(${column} >= ? AND ${column} < ?)`, values: [from, to] };
  if (operator === '!=') return { sql: `(${column} < ? OR ${column} >= ?)`, values: [from, to] };
  return { sql: `${column} ${sqlOf(operator, fail)} ?`, values: [from] };
}

const noDate = (fail: Fail) => {
  throw fail('a date such as 2026-11-01, 2026-11-01T10:30 or -7d is expected');
};

/** `-7d`: the moment seven days before now. */
function ago(value: FilterValue & { kind: 'number' }, fail: Fail): { from: number; to: number } {
  if (value.unit === null) noDate(fail);
  const moment = Math.round(nowMicros() + micros(value, fail));
  return { from: moment, to: moment };
}

/** NaN is kept as NULL in the columns that are compared. */
function compareNumber(column: string, operator: Operator, number: number, fail: Fail): Condition {
  if (!Number.isNaN(number)) return { sql: `${column} ${sqlOf(operator, fail)} ?`, values: [number] };
  if (operator === '=') return { sql: `${column} IS NULL`, values: [] };
  if (operator === '!=') return { sql: `${column} IS NOT NULL`, values: [] };
  return { sql: 'FALSE', values: [] };
}

function sqlOf(operator: Operator, fail: Fail): string {
  if (operator === 'like') throw fail('like compares texts');
  return operator;
}

const unitMicros: Record<string, number> = { ms: 1e3, s: 1e6, m: 60e6, h: 3_600e6, d: 86_400e6 };

/** A duration: `90`, `90s`, `1.5h`. Seconds unless said. */
function micros(value: FilterValue, fail: Fail): number {
  if (value.kind !== 'number') throw fail('a duration such as 90s, 10m or 1.5h is expected');
  return value.value * (unitMicros[value.unit ?? 's'] as number);
}

function plainNumber(value: FilterValue, fail: Fail): number {
  if (value.kind !== 'number' || value.unit !== null) throw fail('a number is expected');
  return value.value;
}

function truth(value: FilterValue, fail: Fail): number {
  const text = value.kind === 'text' ? value.text.toLowerCase() : value.kind === 'number' ? String(value.value) : '';
  if (text === 'true' || text === '1') return 1;
  if (text === 'false' || text === '0') return 0;
  throw fail('true or false is expected');
}

const statuses = ['queued', 'running', 'finished', 'failed', 'stopped', 'lost'];

function checkStatus(operator: Operator, value: FilterValue, fail: Fail): void {
  if (operator === 'like' || (value.kind === 'text' && statuses.includes(value.text))) return;
  throw fail(`a status is one of ${statuses.join(', ')}`);
}
