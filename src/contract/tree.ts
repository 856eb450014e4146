import { z } from 'zod';
import type { Failure, RunFacts } from './run.ts';

/** What the window's tree is to show of a folder's runs, and how. */
export const treeView = z.object({
  /** docs/filters.md; plain words are looked for in names, tags, values and notes. */
  filter: z.string().optional(),
  /** `KEY[:asc|desc]`; the newest first unless said. */
  sort: z.string().optional(),
  /** `experiment` (unless said), `group`, `script`, `status`, `day`, `none`, `params.NAME` or `tags.NAME`. */
  group: z.string().optional(),
  /** The metric to show for the runs that have it; see contract/headline-metric.ts. */
  metric: z.string().optional(),
  archived: z.boolean().optional(),
});
export type TreeView = z.infer<typeof treeView>;

/** A row with rows below it. */
interface TreeBranch {
  /** How many rows lie directly below it. */
  size: number;
  /** The first of them, as many as were asked for. */
  rows: TreeRow[];
}

/** Runs that have something in common. */
export interface TreeGroup extends TreeBranch {
  kind: 'group';
  /** Names it among all groups of this grouping. */
  key: string;
  /** An experiment, a script, a status, a day such as `2026-11-21` of the machine's time zone, a value; null: those that have none. */
  name: string | null;
  /** Whether it is a run group inside an experiment. */
  inner: boolean;
  /** All runs in it, nested ones too. */
  total: number;
  running: number;
}

/** A run as the window's tree shows it: without what may be large. The rows below it are the runs started inside it. */
export interface TreeRun extends RunFacts, TreeBranch {
  kind: 'run';
  failure: Pick<Failure, 'type' | 'message' | 'file' | 'line'> | null;
  /** The one metric that stands for the run, with its last value. */
  metric: { name: string; value: number } | null;
  tags: Record<string, string>;
}

export type TreeRow = TreeGroup | TreeRun;

export interface Tree extends TreeBranch {
  /** How many runs match the filter. */
  matching: number;
  /** How many there are without a filter. */
  total: number;
  /** Every run of the folder that is running, whatever is shown. */
  running: TreeRun[];
}
