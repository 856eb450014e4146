import type { RunStatus } from '../contract/run.ts';
import { anomalyCount } from './anomalies.ts';
import type { Database, SqlValue } from './driver.ts';

export interface RunRow {
  key: number;
  id: string;
  name: string;
  experiment: string;
  run_group: string | null;
  /** A full run id, which may be of no run of this store. */
  parent: string | null;
  status: RunStatus;
  created: number;
  started: number | null;
  ended: number | null;
  exit_code: number | null;
  signal: string | null;
  starred: number;
  archived: number;
  deleted: number;
  note: string;
  title: string;
  /** JSON. */
  target: string;
  /** JSON or null. */
  failure: string | null;
  /** run.json, or null where it cannot be read. */
  asked: string | null;
  /** code/state.json, or null. */
  code: string | null;
  /** JSON. */
  system: string;
  settled: number;
}

/** The columns of a summary, without the large ones. */
export const summaryColumns = `key, id, name, experiment, run_group, parent, status, created, started, ended, exit_code, signal, starred,
  archived, title, target, failure, ${anomalyCount} AS anomalies`;
export type SummaryRow = Pick<
  RunRow,
  | 'key'
  | 'id'
  | 'name'
  | 'experiment'
  | 'run_group'
  | 'parent'
  | 'status'
  | 'created'
  | 'started'
  | 'ended'
  | 'exit_code'
  | 'signal'
  | 'starred'
  | 'archived'
  | 'title'
  | 'target'
  | 'failure'
> & { anomalies: number };

export function findRun(db: Database, id: string): RunRow | undefined {
  return db.prepare<RunRow>('SELECT * FROM runs WHERE id = ?').get(id);
}

/** Summaries of runs by their keys, in that order. */
export function readSummaryRows(db: Database, keys: readonly number[]): SummaryRow[] {
  if (keys.length === 0) return [];
  const rows = db
    .prepare<SummaryRow>(`SELECT ${summaryColumns} FROM runs WHERE key IN (SELECT value FROM json_each(?))`)
    .all(JSON.stringify(keys));
  const byKey = new Map(rows.map((row) => [row.key, row]));
  return keys.flatMap((key) => byKey.get(key) ?? []);
}

/** The ids of all runs of the index, and whether each is settled. */
export function knownRuns(db: Database): Map<string, boolean> {
  const rows = db.prepare<{ id: string; settled: number }>('SELECT id, settled FROM runs').all();
  return new Map(rows.map((row) => [row.id, row.settled === 1]));
}

/** Adds a run that is not there yet. */
export function addRun(db: Database, id: string, { asked, created }: Pick<RunRow, 'asked' | 'created'>): RunRow {
  db.prepare(
    `INSERT INTO runs (id, name, experiment, status, created, title, target, asked)
     VALUES (?, ?, '', 'lost', ?, '', '{"kind":"program","argv":["?"]}', ?)`,
  ).run(id, id, created, asked);
  return findRun(db, id) as RunRow;
}

const changing = [
  'name',
  'experiment',
  'run_group',
  'parent',
  'status',
  'created',
  'started',
  'ended',
  'exit_code',
  'signal',
  'starred',
  'archived',
  'deleted',
  'note',
  'title',
  'target',
  'failure',
  'asked',
  'code',
  'system',
  'settled',
] as const satisfies (keyof RunRow)[];

/** Writes the whole row; answers false where nothing of it is new. */
export function updateRun(db: Database, before: RunRow, after: RunRow): boolean {
  if (changing.every((column) => before[column] === after[column])) return false;
  const values: SqlValue[] = changing.map((column) => after[column]);
  db.prepare(`UPDATE runs SET ${changing.map((column) => `${column} = ?`).join(', ')} WHERE key = ?`).run(
    ...values,
    after.key,
  );
  return true;
}

/** Takes a run and all that hangs on it out of the index. */
export function removeRun(db: Database, id: string): void {
  db.prepare('DELETE FROM runs WHERE id = ?').run(id);
}

/** The ids of the runs that are running. */
/** What was asked of every run, as run.json said it when it was read. */
export function everyAsked(db: Database): { id: string; asked: string }[] {
  return db
    .prepare<{ id: string; asked: string }>('SELECT id, asked FROM runs WHERE asked IS NOT NULL AND deleted = 0')
    .all();
}

export function runningRuns(db: Database): string[] {
  const rows = db
    .prepare<{ id: string }>("SELECT id FROM runs WHERE status = 'running' AND deleted = 0 ORDER BY id")
    .all();
  return rows.map((row) => row.id);
}

export function countRuns(db: Database): { runs: number; running: number } {
  return (
    db
      .prepare<{ runs: number; running: number }>(
        `SELECT count(*) AS runs, count(*) FILTER (WHERE status = 'running') AS running FROM runs WHERE deleted = 0`,
      )
      .get() ?? { runs: 0, running: 0 }
  );
}

/** How many runs there are, archived ones left out. */
export function countKept(db: Database): number {
  return (
    db.prepare<{ runs: number }>('SELECT count(*) AS runs FROM runs WHERE deleted = 0 AND archived = 0').get()?.runs ??
    0
  );
}
