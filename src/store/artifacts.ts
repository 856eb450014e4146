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
