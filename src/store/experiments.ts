import type { Database } from './driver.ts';
import { type SummaryRow, summaryColumns } from './runs.ts';

export interface ExperimentRow {
  name: string;
  total: number;
  running: number;
  latest: number;
}

const shown = (archived: boolean) => (archived ? 'deleted = 0' : 'deleted = 0 AND archived = 0');

/** The experiment of the newest run first. */
export function countExperiments(db: Database, archived: boolean): ExperimentRow[] {
  return db
    .prepare<ExperimentRow>(
      `SELECT experiment AS name, count(*) AS total, count(*) FILTER (WHERE status = 'running') AS running,
         max(created) AS latest
       FROM runs WHERE ${shown(archived)} GROUP BY experiment ORDER BY latest DESC, name`,
    )
    .all();
}

export function newestOfExperiment(db: Database, experiment: string, limit: number, archived: boolean): SummaryRow[] {
  return db
    .prepare<SummaryRow>(
      `SELECT ${summaryColumns} FROM runs WHERE experiment = ? AND ${shown(archived)}
       ORDER BY created DESC, id DESC LIMIT ?`,
    )
    .all(experiment, limit);
}

export function nowRunning(db: Database): SummaryRow[] {
  return db
    .prepare<SummaryRow>(
      `SELECT ${summaryColumns} FROM runs WHERE status = 'running' AND deleted = 0 ORDER BY created DESC, id DESC`,
    )
    .all();
}

/** The last value of every metric of some runs, by run. Rounded as a row shows it is enough here: -0 is 0. */
export function lastValues(db: Database, runs: string): Map<number, Map<string, number>> {
  const values = new Map<number, Map<string, number>>();
  for (const { run, name, last } of db
    .prepare<{ run: number; name: string; last: number | null }>(
      `SELECT run, name, last FROM metrics WHERE run IN (SELECT value FROM json_each(?)) AND kind = 'logged'
       ORDER BY run, name`,
    )
    .all(runs)) {
    const known = values.get(run) ?? new Map<string, number>();
    values.set(run, known.set(name, last ?? Number.NaN));
  }
  return values;
}
