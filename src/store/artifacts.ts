import type { Artifact } from '../contract/run.ts';
import type { Database } from './driver.ts';
import { laterWins, type Place } from './place.ts';

export function putArtifact(db: Database, run: number, artifact: Artifact, place: Place): void {
  const { name, kind, path, sha256, bytes } = artifact;
  db.prepare(
    `INSERT INTO artifacts (run, name, kind, path, sha256, bytes, time, file, offset) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (run, name) DO UPDATE SET kind = excluded.kind, path = excluded.path, sha256 = excluded.sha256,
       bytes = excluded.bytes, time = excluded.time, file = excluded.file, offset = excluded.offset ${laterWins('artifacts')}`,
  ).run(run, name, kind, path, sha256, bytes, place.time, place.file, place.offset);
}

export function readArtifacts(db: Database, run: number): Artifact[] {
  return db
    .prepare<Artifact>('SELECT name, kind, path, sha256, bytes FROM artifacts WHERE run = ? ORDER BY time, name')
    .all(run)
    .map((row) => ({ ...row }));
}

/** The artifacts of all runs with a content, the newest first; `path` is relative to the run's folder. */
export function artifactsWithHash(db: Database, sha256: string): { run: string; path: string }[] {
  return db
    .prepare<{ run: string; path: string }>(
      `SELECT runs.id AS run, artifacts.path AS path FROM artifacts JOIN runs ON runs.key = artifacts.run
       WHERE artifacts.sha256 = ? AND runs.deleted = 0 ORDER BY artifacts.time DESC`,
    )
    .all(sha256);
}
