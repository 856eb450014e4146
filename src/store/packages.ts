import type { Database } from './driver.ts';
import { laterWins, type Place } from './place.ts';

export function putPackage(db: Database, run: number, name: string, version: string, place: Place): void {
  db.prepare(
    `INSERT INTO packages (run, name, version, time, file, offset) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (run, name) DO UPDATE SET version = excluded.version,
       time = excluded.time, file = excluded.file, offset = excluded.offset ${laterWins('packages')}`,
  ).run(run, name, version, place.time, place.file, place.offset);
}

export function readPackages(db: Database, run: number): Record<string, string> {
  const rows = db
    .prepare<{ name: string; version: string }>('SELECT name, version FROM packages WHERE run = ? ORDER BY name')
    .all(run);
  return Object.fromEntries(rows.map((row) => [row.name, row.version]));
}
