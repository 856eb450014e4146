import { Fault } from '../../base/fault.ts';
import { fault } from '../../contract/errors.ts';
import { metricField, nameOf, paramText, runDuration } from './fields.ts';
import { type Filter, parseFilter } from './parse.ts';
import type { Condition } from './sql.ts';

const columns: Record<string, string> = {
  id: 'id',
  name: 'name COLLATE NOCASE',
  experiment: 'experiment COLLATE NOCASE',
  group: 'run_group COLLATE NOCASE',
  status: 'status',
  title: 'title COLLATE NOCASE',
  created: 'created',
  started: 'started',
  ended: 'ended',
  duration: runDuration,
  exitcode: 'exit_code',
  starred: 'starred',
};

/**
 * The ORDER BY of `KEY[:asc|desc]`, ascending unless said. Runs that lack the key come last either way; of equals the newest
 * comes first.
 *
 * @throws `sort-key`
 */
export function sortToSql(sort: string | undefined): Condition {
  if (sort === undefined) return { sql: 'created DESC, id DESC', values: [] };
  const [, key = '', order = 'asc'] = /^(.*?)(?::(asc|desc))?$/is.exec(sort.trim()) ?? [];
  const { terms, values } = sortTerms(key);
  const direction = order.toLowerCase() === 'desc' ? 'DESC' : 'ASC';
  return { sql: `${terms.map((term) => `${term} ${direction} NULLS LAST`).join(', ')}, created DESC, id DESC`, values };
}

function sortTerms(key: string): { terms: string[]; values: string[] } {
  const column = Object.hasOwn(columns, key.toLowerCase()) ? columns[key.toLowerCase()] : undefined;
  if (column) return { terms: [column], values: [] };
  const { name: table, parts } = fieldOf(key);
  const name = nameOf(parts);
  if (name !== '' && table === 'metrics') {
    const metric = metricField(parts);
    return {
      terms: [`(SELECT ${metric.column} FROM metrics WHERE run = runs.key AND kind = 'logged' AND name = ?)`],
      values: [metric.name],
    };
  }
  if (name !== '' && table === 'tags') {
    return {
      terms: ['(SELECT value FROM tags WHERE run = runs.key AND name = ? ORDER BY rank DESC LIMIT 1)'],
      values: [name],
    };
  }
  if (name !== '' && table === 'params') {
    const of = (what: string) => `(SELECT ${what} FROM params WHERE run = runs.key AND name = ?)`;
    return { terms: [of('number'), of(paramText)], values: [name, name] };
  }
  throw fault('sort-key', { key });
}

function fieldOf(key: string) {
  const plain = /^(params|metrics|tags)\.(.+)$/is.exec(key);
  if (plain && !key.includes('"')) {
    return { name: (plain[1] as string).toLowerCase(), parts: [{ text: plain[2] as string, quoted: false }] };
  }
  const filter = parseKey(key);
  if (filter.kind !== 'has') throw fault('sort-key', { key });
  return filter.field;
}

function parseKey(key: string): Filter {
  try {
    return parseFilter(key);
  } catch (error) {
    if (error instanceof Fault) throw fault('sort-key', { key }, error);
    throw error;
  }
}
