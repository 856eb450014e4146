import type { RunSummary } from '../contract/run.ts';
import type { SummaryRow } from '../store/index.ts';

type RowFacts = Pick<
  RunSummary,
  | 'id'
  | 'name'
  | 'experiment'
  | 'status'
  | 'created'
  | 'started'
  | 'ended'
  | 'exitCode'
  | 'signal'
  | 'starred'
  | 'archived'
  | 'title'
>;

/** What a row of `runs` says of a run by itself, as every list shows it. */
export function rowFacts(row: SummaryRow): RowFacts {
  return {
    id: row.id,
    name: row.name,
    experiment: row.experiment,
    status: row.status,
    created: row.created,
    started: row.started,
    ended: row.ended,
    exitCode: row.exit_code,
    signal: row.signal,
    starred: row.starred === 1,
    archived: row.archived === 1,
    title: row.title,
  };
}
