import { fault } from '../../contract/errors.ts';
import { paramText } from './fields.ts';
import type { Condition } from './sql.ts';

/** What the tree groups runs by. */
export interface Place extends Condition {
  /** The group's name from what the SQL answers. */
  nameOf(value: string | number | null): string | null;
  /** Every run stands by itself. */
  flat: boolean;
  /** Whether groups of runs inside an experiment are shown as such. */
  inner: boolean;
}

const columns: Record<string, string> = {
  experiment: 'experiment',
  group: 'run_group',
  script: 'title',
  status: 'status',
  day: 'created',
  none: 'NULL',
};

/**
 * Reads `experiment`, `group`, `script`, `status`, `day`, `none`, `params.NAME` or `tags.NAME`.
 *
 * @throws `group-key`
 */
export function placeOf(group = 'experiment'): Place {
  const plain = { flat: group === 'none', inner: group === 'experiment', nameOf: group === 'day' ? dayOf : textOf };
  const column = Object.hasOwn(columns, group) ? columns[group] : undefined;
  if (column) return { ...plain, sql: column, values: [] };
  const [, table, name] = /^(params|tags)\.(.+)$/s.exec(group) ?? [];
  if (table === undefined || name === undefined) throw fault('group-key', { key: group });
  const sql =
    table === 'params'
      ? `(SELECT ${paramText} FROM params WHERE run = runs.key AND name = ?)`
      : '(SELECT value FROM tags WHERE run = runs.key AND name = ? ORDER BY rank DESC LIMIT 1)';
  return { ...plain, sql, values: [name] };
}

const textOf = (value: string | number | null) => (value === null ? null : String(value));

/** The day of a time in microseconds UTC, in this machine's time zone: `2026-11-21`. */
function dayOf(value: string | number | null): string {
  const date = new Date(Number(value) / 1000);
  const two = (part: number) => String(part).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
