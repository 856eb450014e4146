import type { FaultValue } from '../base/fault.ts';
import { exactJson } from '../base/json.ts';
import type { RunWarning } from '../contract/run.ts';
import type { Database } from './driver.ts';
import type { Place } from './place.ts';

/** @param item tells apart what is said of one place of one file */
export function putWarning(
  db: Database,
  run: number,
  code: string,
  params: Record<string, FaultValue>,
  place: Place,
  item = '',
): void {
  db.prepare(
    `INSERT INTO warnings (run, file, offset, item, time, code, params) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (run, file, offset, item) DO UPDATE SET time = excluded.time, code = excluded.code, params = excluded.params`,
  ).run(run, place.file, place.offset, item, place.time, code, exactJson(params));
}

export function removeWarnings(db: Database, run: number, file: string, item: string): void {
  db.prepare('DELETE FROM warnings WHERE run = ? AND file = ? AND item = ?').run(run, file, item);
}

/** Takes back that files lost something, of those that hold again what they held. */
export function removeFoundAgain(db: Database, run: number): void {
  db.prepare(
    `DELETE FROM warnings WHERE run = ? AND code IN ('journal-gone', 'journal-shrunk') AND EXISTS (
       SELECT 1 FROM files WHERE files.run = warnings.run AND files.name = warnings.file
         AND files.offset >= json_extract(warnings.params, '$.before'))`,
  ).run(run);
}

export function hasWarning(db: Database, run: number, file: string, item: string): boolean {
  const about = db.prepare<object>('SELECT 1 FROM warnings WHERE run = ? AND file = ? AND item = ?');
  return about.get(run, file, item) !== undefined;
}

export function readWarnings(db: Database, run: number): RunWarning[] {
  return db
    .prepare<{ time: number; code: string; params: string }>(
      'SELECT time, code, params FROM warnings WHERE run = ? ORDER BY time, file, offset, item',
    )
    .all(run)
    .map(({ time, code, params }) => ({ time, code, params: JSON.parse(params) as Record<string, FaultValue> }));
}
