import type { Database, SqlValue } from './driver.ts';
import { type SummaryRow, summaryColumns } from './runs.ts';

/** A run's place in the tree. */
export interface OutlineRow {
  key: number;
  /** What it is grouped by. */
  place: string | number | null;
  run_group: string | null;
  /** The key of the run inside which it was started, where the store has that. */
  inside: number | null;
}

/**
 * Where every run of a list stands, in its order. What the files say may be wrong: a run may be inside itself, or inside one
 * that is inside it.
 *
 * @param place what the runs are grouped by, as SQL with its values
 */
export function outlineRuns(
  db: Database,
  place: { sql: string; values: SqlValue[] },
  which: { sql: string; values: SqlValue[] },
  order: { sql: string; values: SqlValue[] },
): OutlineRow[] {
  return db
    .prepare<OutlineRow>(
      `SELECT key, ${place.sql} AS place, run_group,
         CASE WHEN parent IS NOT NULL THEN (SELECT key FROM runs AS other WHERE other.id = runs.parent) END AS inside
       FROM runs WHERE ${which.sql} ORDER BY ${order.sql}`,
    )
    .all(...place.values, ...which.values, ...order.values);
}

export function nowRunning(db: Database): SummaryRow[] {
  return db
    .prepare<SummaryRow>(
      `SELECT ${summaryColumns} FROM runs WHERE status = 'running' AND deleted = 0 ORDER BY created DESC, id DESC`,
    )
    .all();
}

/** A row has room for one: of a run with more metrics the first of them are looked at, and the one that is asked for. */
const mostMetrics = 2_000;

/** The last values of the metrics of a run. Rounded as a row shows it is enough here: -0 is 0. */
export function lastValues(db: Database, run: number, asked: string | undefined): Map<string, number> {
  type Row = { name: string; last: number | null };
  const some = db
    .prepare<Row>("SELECT name, last FROM metrics WHERE run = ? AND kind = 'logged' ORDER BY name LIMIT ?")
    .all(run, mostMetrics);
  const wanted =
    asked === undefined || some.length < mostMetrics
      ? []
      : db
          .prepare<Row>("SELECT name, last FROM metrics WHERE run = ? AND kind = 'logged' AND name = ?")
          .all(run, asked);
  return new Map([...some, ...wanted].map(({ name, last }) => [name, last ?? Number.NaN]));
}

/** More names than this nobody completes. */
const mostNames = 10_000;

/** The names of all metrics that runs log, of all parameters and of all tags. */
export function knownNames(db: Database): { metrics: string[]; params: string[]; tags: string[] } {
  const names = (table: string, condition = 'name > ?') =>
    // A step from name to name in the index: looking at every row would take as long as there are runs.
    db
      .prepare<{ name: string }>(
        `WITH RECURSIVE step (name) AS (
           SELECT min(name) FROM ${table} WHERE ${condition.replace('?', "''")}
           UNION ALL SELECT (SELECT min(name) FROM ${table} WHERE ${condition.replace('?', 'step.name')})
             FROM step WHERE step.name IS NOT NULL)
         SELECT name FROM step WHERE name IS NOT NULL LIMIT ?`,
      )
      .all(mostNames)
      .map(({ name }) => name);
  return { metrics: names('metrics', "kind = 'logged' AND name > ?"), params: names('params'), tags: names('tags') };
}
