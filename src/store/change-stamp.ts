import type { Database } from './driver.ts';

/** Changes with every row that is written to the index, by this connection or by another. */
export function changeStamp(db: Database): string {
  const others = db.prepare<{ data_version: number }>('PRAGMA data_version').get()?.data_version;
  const own = db.prepare<{ changes: number }>('SELECT total_changes() AS changes').get()?.changes;
  return `${others} ${own}`;
}
