import { headlineMetric } from '../contract/headline-metric.ts';
import type { Failure } from '../contract/run.ts';
import type { Tree, TreeRun } from '../contract/tree.ts';
import {
  countExperiments,
  type Database,
  lastValues,
  newestOfExperiment,
  nowRunning,
  readTags,
  type Store,
  type SummaryRow,
} from '../store/index.ts';
import { rowFacts } from './row-facts.ts';

export interface TreeOptions {
  /** How many runs to name, by experiment; the others are only counted. */
  open: Record<string, number>;
  /** The metric to show for the runs that have it. */
  metric?: string | undefined;
  archived?: boolean | undefined;
}

const longestMessage = 300;

/** The window's view of a store: every experiment with its counts, and the newest runs of those that are open. */
export function tree({ db }: Store, { open, metric, archived = false }: TreeOptions): Tree {
  return {
    experiments: countExperiments(db, archived).map((experiment) => {
      const limit = Object.hasOwn(open, experiment.name) ? (open[experiment.name] ?? 0) : 0;
      const rows = limit > 0 ? newestOfExperiment(db, experiment.name, limit, archived) : [];
      return { ...experiment, runs: treeRuns(db, rows, metric) };
    }),
    running: treeRuns(db, nowRunning(db), metric),
  };
}

function treeRuns(db: Database, rows: SummaryRow[], asked: string | undefined): TreeRun[] {
  if (rows.length === 0) return [];
  const keys = JSON.stringify(rows.map((row) => row.key));
  const tags = readTags(db, keys);
  const values = lastValues(db, keys);
  return rows.map((row) => {
    const known = values.get(row.key);
    const name = headlineMetric([...(known?.keys() ?? [])], asked);
    return {
      ...rowFacts(row),
      failure: row.failure === null ? null : briefFailure(JSON.parse(row.failure) as Failure),
      metric: name === undefined ? null : { name, value: known?.get(name) ?? Number.NaN },
      tags: tags.get(row.key) ?? {},
    };
  });
}

function briefFailure({ type, message, file, line }: Failure): TreeRun['failure'] {
  return { type, message: message.slice(0, longestMessage), file, line };
}
