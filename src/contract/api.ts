import { z } from 'zod';
import type { Interpreter, ScriptCandidate, ScriptForm } from './arguments.ts';
import { type CodeChanges, codeComparisons } from './code.ts';
import { type CurveColumns, type CurveX, type MetricKind, metricKinds } from './curve.ts';
import type { RunImport } from './export.ts';
import type { ImportReport } from './imports.ts';
import { type MediaItem, mediaKinds, mostMedia } from './media.ts';
import { type OpToDo, opToDo } from './ops.ts';
import { type QueueState, queueRequest } from './queue.ts';
import { mostJobs } from './queue-limits.ts';
import type { ReproduceProgress, Reproduction } from './reproduction.ts';
import { longestName, type OutputPage, type Points, type RunDetails, type RunFacts, type RunSummary } from './run.ts';
import { runAttempt, runTarget } from './run-file.ts';
import type { ExamineProgress, StoreReport } from './store-report.ts';
import { type Tree, treeView } from './tree.ts';

const folder = z.string().describe('absolute path of a workspace folder or of any folder that has a store');
const run = z.string().describe('a full run id');
const runs = z.array(run).min(1);
const work = z.string().describe('names the work in the events `progress`');
const metricKind: z.ZodType<MetricKind> = z.enum(metricKinds);
const curveX: z.ZodType<CurveX> = z.union([z.enum(['step', 'time']), z.object({ metric: z.string() })]);

export const launchRequest = z.object({
  folder,
  /** The store folder to use, whatever `folder` would lead to. */
  store: z.string().optional(),
  target: runTarget,
  args: z.array(z.string()).default([]),
  name: z.string().optional(),
  experiment: z.string().optional(),
  group: z.string().nullable().optional(),
  /** The full id of the run inside which this one is started. */
  parent: z.string().nullable().optional(),
  tags: z.record(z.string(), z.string()).default({}),
  python: z.string().optional(),
  cwd: z.string().optional(),
  env: z.record(z.string(), z.string()).default({}),
  origin: z.enum(['window', 'cli']),
  rerunOf: z.string().nullable().default(null),
  /** Which try of the same it is, where it is not the first. */
  attempt: runAttempt.optional(),
  /** It waits in the queue for its turn, rather than being started at once. Not together with a debugger. */
  queue: queueRequest.optional(),
  /**
   * A debugger that waits for the script: `host:port`, the folder that Python finds debugpy in, whether processes that the script starts
   * are debugged too. Not kept with the run.
   */
  debugger: z.object({ address: z.string(), library: z.string(), processes: z.boolean() }).optional(),
});
export type LaunchRequest = z.input<typeof launchRequest>;

/** The input of every call, checked where it arrives. */
export const callInputs = {
  /** Says which folders the window shows; answers what each one's store is like. */
  open: z.object({ folders: z.array(z.object({ path: folder, name: z.string(), trusted: z.boolean() })) }),
  runs: z.object({
    folder,
    filter: z.string().optional(),
    sort: z.string().optional(),
    limit: z.number().int().positive().optional(),
    archived: z.boolean().optional(),
  }),
  /**
   * `open`: how many rows to name below a group (by its key), a run (by its id) and at the top (''); 0: none. `unfold`: groups that
   * are not among `open` are opened from the top, a page each, until so many rows are named.
   */
  tree: z.object({
    folder,
    view: treeView,
    open: z.record(z.string(), z.number().int().nonnegative()),
    unfold: z.number().int().nonnegative(),
  }),
  /** The runs that the tree has in a group, nested ones too; of all where no group is named. */
  members: z.object({ folder, view: treeView, group: z.string().optional() }),
  /** What there is to filter, sort and group by. */
  names: z.object({ folder }),
  run: z.object({ folder, run }),
  /** `from` and `to`, both included, are in units of `x`, which is the step unless said. */
  curves: z.object({
    folder,
    run,
    names: z.array(z.string()).optional(),
    kind: metricKind.optional(),
    x: curveX.optional(),
    buckets: z.number().int().min(1).max(10_000),
    from: z.number().optional(),
    to: z.number().optional(),
  }),
  points: z.object({ folder, run, name: z.string(), kind: metricKind.optional() }),
  /** `indexes`: which items of the tag, as MediaTag counts them. */
  media: z.object({
    folder,
    run,
    kind: z.enum(mediaKinds),
    tag: z.string(),
    indexes: z.array(z.number().int().nonnegative()).min(1).max(mostMedia),
  }),
  output: z.object({
    folder,
    run,
    stream: z.enum(['stdout', 'stderr', 'both']),
    from: z.object({ stdout: z.number().int(), stderr: z.number().int() }).optional(),
    /** Start so that about this many bytes remain, instead of at the beginning. */
    tail: z.number().int().optional(),
    limit: z.number().int().positive().optional(),
  }),
  patch: z.object({ folder, run }),
  codeChanges: z.object({ folder, run, between: z.enum(codeComparisons) }),
  /** `path` is relative to the root of the code. */
  codeFile: z.object({ folder, run, path: z.string(), version: z.enum(['commit', 'recorded']) }),
  /** Writes all points of a metric as CSV over the file at `path`, which is absolute. */
  exportPoints: z.object({ folder, run, name: z.string(), kind: metricKind.optional(), path: z.string() }),
  scripts: z.object({ folder }),
  /** What a script, or a module of the folder, takes; of neither, only which Python there is. */
  script: z.object({
    folder,
    path: z.string().optional(),
    module: z.string().optional(),
    python: z.string().optional(),
  }),
  interpreters: z.object({ folder }),
  launch: launchRequest,
  /** Starts a run again from its record; `args` replaces the script's arguments. */
  /** Runs a run again from its record, and compares. `install`: an environment may be made from the lock. */
  reproduce: z.object({
    folder,
    run,
    install: z.boolean().default(true),
    secrets: z.record(z.string(), z.string()).default({}),
  }),
  rerun: z.object({
    folder,
    run,
    args: z.array(z.string()).optional(),
    /** Values that are not recorded, by the variable that `secret-missing` names. */
    secrets: z.record(z.string(), z.string()).optional(),
    origin: z.enum(['window', 'cli']),
    queue: queueRequest.optional(),
  }),
  /** Tries a run again that failed, was stopped or was lost. Throws `run-running`, `run-queued`, `run-finished` for others. */
  retry: z.object({
    folder,
    run,
    /** Values that are not recorded, by the variable that `secret-missing` names. */
    secrets: z.record(z.string(), z.string()).optional(),
    origin: z.enum(['window', 'cli']),
    queue: queueRequest.optional(),
  }),
  /** What waits, in its order. Of a folder without a store: an empty queue. */
  queue: z.object({ folder }),
  /** A paused queue starts nothing; what runs goes on. */
  pauseQueue: z.object({ folder, paused: z.boolean() }),
  queueJobs: z.object({ folder, jobs: z.number().int().min(1).max(mostJobs) }),
  /** `position`: where it is afterwards, from 1; beyond the last is the last. Throws `run-not-queued`. */
  moveQueued: z.object({ folder, run, position: z.number().int().positive() }),
  /**
   * Takes runs out of the queue, all of this user's without `keys`; they are stopped then, not deleted. `keys` are those of
   * `QueuedRun`: of what is never started, the entry alone goes.
   */
  clearQueue: z.object({ folder, keys: z.array(z.string()).min(1).optional() }),
  /** Makes finished runs of a folder of TensorBoard's logs; `path` is absolute. */
  importLogs: z.object({ folder, path: z.string(), experiment: z.string().optional() }),
  stop: z.object({ folder, run }),
  name: z.object({ folder, run, name: z.string().trim().min(1).max(longestName) }),
  note: z.object({ folder, run, note: z.string() }),
  tag: z.object({ folder, runs, key: z.string().min(1), value: z.string().nullable() }),
  star: z.object({ folder, runs, starred: z.boolean() }),
  archive: z.object({ folder, runs, archived: z.boolean() }),
  delete: z.object({ folder, runs }),
  /** Does what is written down, such as what takes an earlier change back. */
  change: z.object({ folder, ops: z.array(opToDo).min(1) }),
  /** Whether people want to hear of anomalies of a metric, in all runs of the folder. */
  watchAnomalies: z.object({ folder, metric: z.string(), on: z.boolean() }),
  /** What the folders of runs hold on the disk. */
  size: z.object({ folder, runs }),
  /** Writes everything of some runs into a folder of its own, which must be empty or absent; `path` is absolute. docs/export.md */
  exportRuns: z.object({ folder, runs, path: z.string(), work }),
  /** Takes the runs of an exported folder into the store; `path` is absolute. */
  importRuns: z.object({ folder, path: z.string(), work }),
  /** What `trainyard doctor` does; with `rebuild` the index is thrown away first and made again from the files. */
  examine: z.object({ folder, rebuild: z.boolean(), work }),
} satisfies Record<string, z.ZodType>;

export interface FolderState {
  path: string;
  /** The `.trainyard` folder, or null where none exists yet. */
  store: string | null;
  readOnly: boolean;
  runs: number;
  running: number;
  /** Why the store cannot be used, as an error code of contract/errors.ts. */
  problem: { code: string; params: Record<string, string> } | null;
}

interface CallOutputs {
  open: FolderState[];
  /** `total`: how many the filter matches, before `limit`. */
  runs: { runs: RunSummary[]; total: number };
  tree: Tree;
  members: RunFacts[];
  names: { metrics: string[]; params: string[]; tags: string[] };
  run: RunDetails;
  curves: CurveColumns[];
  points: Points;
  media: MediaItem[];
  output: OutputPage;
  patch: string;
  codeChanges: CodeChanges;
  codeFile: string;
  exportPoints: null;
  scripts: ScriptCandidate[];
  script: ScriptForm;
  interpreters: Interpreter[];
  launch: { run: string; directory: string };
  reproduce: Reproduction;
  rerun: { run: string; directory: string };
  retry: { run: string; directory: string };
  queue: QueueState;
  pauseQueue: null;
  queueJobs: null;
  moveQueued: null;
  /** The ids of the runs that were taken out, and how many entries went that were never to be started. */
  clearQueue: { runs: string[]; entries: number };
  importLogs: ImportReport;
  stop: null;
  /** What takes the change back, here and below. */
  name: OpToDo[];
  note: OpToDo[];
  tag: OpToDo[];
  star: OpToDo[];
  archive: OpToDo[];
  change: OpToDo[];
  watchAnomalies: null;
  size: { bytes: number };
  /** What was freed. */
  delete: { bytes: number };
  exportRuns: null;
  importRuns: RunImport;
  examine: StoreReport;
}

export type Api = {
  [Name in keyof typeof callInputs]: { input: z.input<(typeof callInputs)[Name]>; output: CallOutputs[Name] };
};

/** What the backend says by itself. A receiver asks again for what it shows; nothing else is in the event. */
export interface ApiEvents {
  /** Runs of this folder changed: new points, output, status or names. At most five times a second. */
  changed: { folder: string; runs: string[] };
  folders: FolderState[];
  /** The queue of this folder changed: what waits or its order, what takes up a place, the limit, the pause. */
  queue: { folder: string };
  /** What the call `reproduce` of this run is doing. */
  reproducing: { run: string } & ReproduceProgress;
  /** How far a call is that was given this name for its work. `all`: null where nobody knows before it is done. */
  progress: { work: string; done: number; all: number | null; stage?: ExamineProgress['stage'] };
}
