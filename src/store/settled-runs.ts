import type { Database } from './driver.ts';
import type { RunRow } from './runs.ts';

/** The settled runs with a file of at least so many bytes, oldest first. */
export function settledRuns(db: Database, bytes: number): Pick<RunRow, 'key' | 'id' | 'ended'>[] {
  return db
    .prepare<Pick<RunRow, 'key' | 'id' | 'ended'>>(
      `SELECT key, id, ended FROM runs WHERE settled = 1 AND deleted = 0
       AND EXISTS (SELECT 1 FROM files WHERE files.run = runs.key AND files.size >= ?) ORDER BY id`,
    )
    .all(bytes);
}
