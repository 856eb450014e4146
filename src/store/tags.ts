import type { Database } from './driver.ts';
import { groupByRun } from './group.ts';
import { laterWins, type Place } from './place.ts';

/** Where a tag comes from; a higher one counts instead of a lower one, whatever the time. */
export const tagRank = { runFile: 0, journal: 1, person: 2 } as const;
export type TagRank = (typeof tagRank)[keyof typeof tagRank];

/** Sets a tag; null, from a person, takes it away. */
export function putTag(
  db: Database,
  run: number,
  name: string,
  value: string | null,
  rank: TagRank,
  place: Place,
): void {
  db.prepare(
    `INSERT INTO tags (run, name, value, rank, time, file, offset) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (run, name, rank) DO UPDATE SET value = excluded.value,
       time = excluded.time, file = excluded.file, offset = excluded.offset ${laterWins('tags')}`,
  ).run(run, name, value, rank, place.time, place.file, place.offset);
}

/** Forgets what people tagged, before it is read again. */
export function forgetPersonTags(db: Database): void {
  db.prepare('DELETE FROM tags WHERE rank = ?').run(tagRank.person);
}

/** The tags of several runs, by run. */
export function readTags(db: Database, runs: string): Map<number, Record<string, string>> {
  const rows = db
    .prepare<{ run: number; name: string; value: string }>(
      `SELECT run, name, value FROM tags AS tag
       WHERE run IN (SELECT value FROM json_each(?)) AND value IS NOT NULL AND NOT EXISTS
         (SELECT 1 FROM tags AS over WHERE over.run = tag.run AND over.name = tag.name AND over.rank > tag.rank)
       ORDER BY run, name`,
    )
    .all(runs);
  return groupByRun(rows, (row) => row.value);
}
