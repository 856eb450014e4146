import type { FaultValue } from '../base/fault.ts';
import type { Database } from './driver.ts';

export interface RunDamage {
  run: string;
  /** The name of the run's file that said so, or of which it is said. */
  source: string;
  code: string;
  params: Record<string, FaultValue>;
}

/** The warnings with one of these codes, of all runs. */
export function warningsAbout(db: Database, codes: readonly string[]): RunDamage[] {
  return db
    .prepare<{ run: string; source: string; code: string; params: string }>(
      `SELECT runs.id AS run, warnings.file AS source, warnings.code, warnings.params FROM warnings JOIN runs ON runs.key = warnings.run
       WHERE runs.deleted = 0 AND warnings.code IN (SELECT value FROM json_each(?))
       ORDER BY runs.created, warnings.file, warnings.offset`,
    )
    .all(JSON.stringify(codes))
    .map(({ params, ...row }) => ({ ...row, params: JSON.parse(params) as Record<string, FaultValue> }));
}

export function damagedOps(db: Database): { name: string; damaged: number }[] {
  return db
    .prepare<{ name: string; damaged: number }>('SELECT name, damaged FROM ops_files WHERE damaged > 0 ORDER BY name')
    .all();
}

export function everyArtifact(db: Database): { run: string; path: string; bytes: number; sha256: string }[] {
  return db
    .prepare<{ run: string; path: string; bytes: number; sha256: string }>(
      `SELECT runs.id AS run, artifacts.path, artifacts.bytes, artifacts.sha256
       FROM artifacts JOIN runs ON runs.key = artifacts.run WHERE runs.deleted = 0 ORDER BY runs.created, artifacts.path`,
    )
    .all();
}

/** What SQLite itself finds wrong with the index; empty where it is sound. */
export function indexProblems(db: Database): string[] {
  const rows = db.prepare<{ quick_check: string }>('PRAGMA quick_check(10)').all();
  return rows.map((row) => row.quick_check).filter((text) => text !== 'ok');
}
