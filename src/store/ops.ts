import type { Op, WatchRecord } from '../contract/ops.ts';
import type { Database } from './driver.ts';
import { laterWins, type Place } from './place.ts';

export interface OpRow {
  /** Empty where it is about the whole store. */
  run: string;
  op: (Op | WatchRecord)['op'];
  /** The tag's key, the metric's name, else empty. */
  item: string;
  /** JSON. */
  value: string;
  time: number;
  by: string;
  file: string;
  offset: number;
}

export function putOp(db: Database, row: Omit<OpRow, keyof Place>, place: Place): void {
  db.prepare(
    `INSERT INTO ops (run, op, item, value, time, by, file, offset) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (run, op, item) DO UPDATE SET value = excluded.value, time = excluded.time, by = excluded.by,
       file = excluded.file, offset = excluded.offset ${laterWins('ops')}`,
  ).run(row.run, row.op, row.item, row.value, place.time, row.by, place.file, place.offset);
}

export function readOps(db: Database, run: string): OpRow[] {
  return db
    .prepare<OpRow>('SELECT run, op, item, value, time, by, file, offset FROM ops WHERE run = ? ORDER BY op, item')
    .all(run);
}

export function latestOpTime(db: Database): number {
  return db.prepare<{ time: number | null }>('SELECT max(time) AS time FROM ops').get()?.time ?? 0;
}

/** The ids that people deleted. */
export function deletedRuns(db: Database): Set<string> {
  const rows = db
    .prepare<{ run: string }>(
      `SELECT run FROM ops AS gone WHERE op = 'delete' AND NOT EXISTS
         (SELECT 1 FROM ops WHERE run = gone.run AND op = 'bring-back' AND time > gone.time)`,
    )
    .all();
  return new Set(rows.map((row) => row.run));
}

/** Whether a run with these ops is deleted: it was, and did not come back since. */
export function isDeleted(ops: readonly OpRow[]): boolean {
  const timeOf = (op: OpRow['op']) => ops.find((row) => row.op === op)?.time ?? Number.NEGATIVE_INFINITY;
  return timeOf('delete') > Number.NEGATIVE_INFINITY && timeOf('bring-back') <= timeOf('delete');
}

/** The ids that any op is about. */
export function runsWithOps(db: Database): string[] {
  return db
    .prepare<{ run: string }>("SELECT DISTINCT run FROM ops WHERE run <> ''")
    .all()
    .map((row) => row.run);
}

export function forgetOps(db: Database): void {
  db.exec('DELETE FROM ops; DELETE FROM ops_files');
}

export interface OpsFile {
  name: string;
  offset: number;
  size: number;
}

export function readOpsFiles(db: Database): OpsFile[] {
  return db.prepare<OpsFile>('SELECT name, offset, size FROM ops_files').all();
}

/** @param damaged how many bytes of it, counted from `before`, could not be read */
export function putOpsFile(db: Database, file: OpsFile, damaged: number): void {
  db.prepare(
    `INSERT INTO ops_files (name, offset, size, damaged) VALUES (?, ?, ?, ?)
     ON CONFLICT (name) DO UPDATE SET offset = excluded.offset, size = excluded.size, damaged = damaged + excluded.damaged`,
  ).run(file.name, file.offset, file.size, damaged);
}
