import type { Database } from './driver.ts';

/** The imported runs that were not deleted, by the fingerprint of what they come from. */
export function readImported(db: Database): Map<string, string> {
  const rows = db
    .prepare<{ id: string; fingerprint: string }>(
      `SELECT id, asked ->> '$.imported.fingerprint' AS fingerprint FROM runs
       WHERE deleted = 0 AND asked ->> '$.origin' = 'import' ORDER BY key DESC`,
    )
    .all();
  return new Map(rows.map(({ id, fingerprint }) => [fingerprint, id]));
}
