import type { Micros } from '../base/time.ts';
import type { Failure, RunFacts } from './run.ts';

/** A run as the window's tree shows it: without what may be large. */
export interface TreeRun extends RunFacts {
  failure: Pick<Failure, 'type' | 'message' | 'file' | 'line'> | null;
  /** The one metric that stands for the run, with its last value; see contract/headline-metric.ts. */
  metric: { name: string; value: number } | null;
  tags: Record<string, string>;
}

export interface TreeExperiment {
  name: string;
  total: number;
  running: number;
  /** When its newest run was created. */
  latest: Micros;
  /** The newest runs first, as many as were asked for; empty for an experiment that was not asked for. */
  runs: TreeRun[];
}

export interface Tree {
  /** The experiment of the newest run first. */
  experiments: TreeExperiment[];
  /** Every run of the folder that is running, whichever experiments are open. */
  running: TreeRun[];
}
