import type { Database } from './driver.ts';

/** Changes whenever another connection has written. */
export function othersVersion(db: Database): number | undefined {
  return db.prepare<{ data_version: number }>('PRAGMA data_version').get()?.data_version;
}

/** Of each run that is not settled a text that becomes another one with whatever is folded of it. */
export function openStates(db: Database): Map<string, string> {
  const rows = db
    .prepare<{ id: string; state: string }>(
      `SELECT runs.id, runs.status || ' ' || (runs.code IS NULL) || ' ' || count(files.key) || ' ' || total(files.offset) AS state
       FROM runs LEFT JOIN files ON files.run = runs.key WHERE runs.settled = 0 GROUP BY runs.key`,
    )
    .all();
  return new Map(rows.map(({ id, state }) => [id, state]));
}

/** What people have said since: `run` is empty where it is about a metric, `item`, of all runs. */
export function opsSince(db: Database, time: number): { run: string; item: string }[] {
  return db.prepare<{ run: string; item: string }>('SELECT run, item FROM ops WHERE time > ?').all(time);
}

/** How much of the ops files is folded. */
export function opsBytes(db: Database): number {
  return db.prepare<{ bytes: number }>('SELECT total(offset) AS bytes FROM ops_files').get()?.bytes ?? 0;
}
