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
