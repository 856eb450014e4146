import type { Failure, RunSummary } from '../contract/run.ts';
import type { RunTarget } from '../contract/run-file.ts';
import {
  type Database,
  readMetrics,
  readParams,
  readSummaryRows,
  readTags,
  type Store,
  type SummaryRow,
} from '../store/index.ts';
import { sortToSql } from './filter/sort.ts';
import { type Condition, filterToSql } from './filter/sql.ts';
import { tellPositions } from './queue/queue-state.ts';
import { rowFacts } from './row-facts.ts';

export interface WhichRuns {
  /** `metrics.loss < 0.3 and params.model = "ridge"`; docs/filters.md has all of it. */
  filter?: string | undefined;
  /** Archived runs as well; a filter that speaks of `archived` decides by itself. */
  archived?: boolean | undefined;
}

export interface ListOptions extends WhichRuns {
  /** `KEY[:asc|desc]`; newest first unless said. */
  sort?: string | undefined;
  limit?: number | undefined;
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
  const which = whichRuns(options);
  const order = sortToSql(options.sort);
  // Few and small columns, so that SQLite looks into indexes only; the rest is read of those that are shown.
  const found = store.db
    .prepare<{ key: number; total: number }>(
      `SELECT key, count(*) OVER () AS total FROM runs WHERE ${which.sql} ORDER BY ${order.sql} LIMIT ?`,
    )
    .all(...which.values, ...order.values, options.limit ?? -1);
  const rows = readSummaryRows(
    store.db,
    found.map(({ key }) => key),
  );
  const runs = summarize(store.db, rows);
  tellPositions(store.folder, runs);
  return { runs, total: found[0]?.total ?? 0 };
}

/**
 * The condition on `runs` of a list.
 *
 * @param words whether plain words are looked for; see `filterToSql`
 * @throws `filter-syntax`
 */
export function whichRuns({ filter: text, archived }: WhichRuns, words = false): Condition {
  const filter = text?.trim() ? filterToSql(text, { words }) : undefined;
  const kept = archived || filter?.asksForArchived ? 'archived IN (0, 1)' : 'archived = 0';
  const conditions = ['deleted = 0', kept, ...(filter ? [filter.sql] : [])];
  return { sql: conditions.join(' AND '), values: filter?.values ?? [] };
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
