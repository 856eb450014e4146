import type { Failure, RunSummary } from '../contract/run.ts';
import type { RunTarget } from '../contract/run-file.ts';
import {
  type Database,
  readMetrics,
  readParams,
  readTags,
  type Store,
  type SummaryRow,
  summaryColumns,
} from '../store/index.ts';
import { sortToSql } from './filter/sort.ts';
import { filterToSql } from './filter/sql.ts';
import { rowFacts } from './row-facts.ts';

export interface ListOptions {
  /** `metrics.loss < 0.3 and params.model = "ridge"`; docs/filters.md has all of it. */
  filter?: string | undefined;
  /** `KEY[:asc|desc]`; newest first unless said. */
  sort?: string | undefined;
  limit?: number | undefined;
  /** Archived runs as well; a filter that speaks of `archived` decides by itself. */
  archived?: boolean | undefined;
}

/**
 * Looks at a filter and a sort key without any runs.
 *
 * @throws `filter-syntax`, `sort-key`
 */
export function checkList({ filter, sort }: Pick<ListOptions, 'filter' | 'sort'>): void {
  if (filter?.trim()) filterToSql(filter);
  sortToSql(sort);
}

/**
 * The runs that match, and how many there are before `limit`.
 *
 * @throws `filter-syntax`, `sort-key`
 */
export function listRuns(store: Store, options: ListOptions = {}): { runs: RunSummary[]; total: number } {
  const filter = options.filter?.trim() ? filterToSql(options.filter) : undefined;
  const conditions = ['deleted = 0'];
  if (!options.archived && !filter?.asksForArchived) conditions.push('archived = 0');
  if (filter) conditions.push(filter.sql);
  const values = filter?.values ?? [];
  const where = conditions.join(' AND ');
  const order = sortToSql(options.sort);
  const rows = store.db
    .prepare<SummaryRow>(`SELECT ${summaryColumns} FROM runs WHERE ${where} ORDER BY ${order.sql} LIMIT ?`)
    .all(...values, ...order.values, options.limit ?? -1);
  return { runs: summarize(store.db, rows), total: countWhere(store.db, where, values, options.limit, rows.length) };
}

function countWhere(
  db: Database,
  where: string,
  values: (string | number)[],
  limit: number | undefined,
  found: number,
): number {
  if (limit === undefined || found < limit) return found;
  return db.prepare<{ total: number }>(`SELECT count(*) AS total FROM runs WHERE ${where}`).get(...values)?.total ?? 0;
}

/** Rows of `runs` with all that a summary says of them, in the same order. */
export function summarize(db: Database, rows: SummaryRow[]): RunSummary[] {
  const keys = JSON.stringify(rows.map((row) => row.key));
  const params = readParams(db, keys);
  const tags = readTags(db, keys);
  const metrics = readMetrics(db, keys);
  return rows.map((row) => ({
    ...rowFacts(row),
    target: JSON.parse(row.target) as RunTarget,
    failure: row.failure === null ? null : (JSON.parse(row.failure) as Failure),
    params: params.get(row.key) ?? {},
    tags: tags.get(row.key) ?? {},
    metrics: metrics.get(row.key) ?? {},
  }));
}
