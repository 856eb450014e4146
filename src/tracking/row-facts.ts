import type { RunFacts } from '../contract/run.ts';
import type { SummaryRow } from '../store/index.ts';

/** What a row of `runs` says of a run by itself, as every list shows it. */
export function rowFacts(row: SummaryRow): RunFacts {
  return {
    id: row.id,
    name: row.name,
    experiment: row.experiment,
    group: row.run_group,
    parent: row.parent,
    status: row.status,
    created: row.created,
    started: row.started,
    ended: row.ended,
    exitCode: row.exit_code,
    signal: row.signal,
    starred: row.starred === 1,
    archived: row.archived === 1,
    title: row.title,
    anomalies: row.anomalies,
    position: null,
  };
}
