import type { Database } from './driver.ts';

/** The newest run of each target, as JSON texts. */
export function newestByTarget(db: Database): { target: string; asked: string | null; created: number }[] {
  return db
    .prepare<{ target: string; asked: string | null; created: number }>(
      'SELECT target, asked, max(created) AS created FROM runs WHERE deleted = 0 GROUP BY target',
    )
    .all();
}
