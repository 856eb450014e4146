import type { Database } from './driver.ts';

/** How far one append-only file of a run has been folded in. */
export interface RunFileRow {
  key: number;
  run: number;
  name: string;
  /** Everything before it is in the index. */
  offset: number;
  /** How long the file was at the last look; longer than `offset` where a record is torn or still being written. */
  size: number;
  /** The latest time that it tells of, in microseconds UTC. */
  last_time: number | null;
  /** JSON. */
  facts: string;
  /** Tells what stands right before `offset`; null where nobody looked. */
  trail: string | null;
}

const columns = 'key, run, name, offset, size, last_time, facts, trail';

export function readFiles(db: Database, run: number): RunFileRow[] {
  return db.prepare<RunFileRow>(`SELECT ${columns} FROM files WHERE run = ? ORDER BY name`).all(run);
}

export function readOrAddFile(db: Database, run: number, name: string): RunFileRow {
  const read = () => db.prepare<RunFileRow>(`SELECT ${columns} FROM files WHERE run = ? AND name = ?`).get(run, name);
  const found = read();
  if (found) return found;
  db.prepare('INSERT INTO files (run, name) VALUES (?, ?)').run(run, name);
  return read() as RunFileRow;
}

/** @param unknown how many records of a kind that this version does not know came since the last time */
export function updateFile(db: Database, file: RunFileRow, unknown: number): void {
  db.prepare(
    'UPDATE files SET offset = ?, size = ?, last_time = ?, facts = ?, unknown = unknown + ? WHERE key = ?',
  ).run(file.offset, file.size, file.last_time, file.facts, unknown, file.key);
}

export function putTrail(db: Database, file: number, trail: string | null): void {
  db.prepare('UPDATE files SET trail = ? WHERE key = ?').run(trail, file);
}

/** Files that could not be read at the last look are as if they had not been looked at, and what was said of that is taken back. */
export function forgetUnreadable(db: Database): void {
  db.immediate(() => {
    db.prepare(
      `UPDATE files SET size = offset WHERE EXISTS (
         SELECT 1 FROM warnings AS w WHERE w.run = files.run AND w.file = files.name AND w.code = 'file-unreadable')`,
    ).run();
    db.prepare("DELETE FROM warnings WHERE code = 'file-unreadable'").run();
  });
}
