import type { FaultValue } from '../base/fault.ts';
import type { Micros } from '../base/time.ts';
import type { Anomaly } from './anomaly.ts';
import type { FileRole } from './file-record.ts';
import type { LocalFrame, ParameterValue } from './journal.ts';
import type { MediaTag } from './media.ts';
import type { RunFile, RunTarget } from './run-file.ts';
import type { FileProblem, Installation, Machine } from './supervisor-record.ts';

/** Characters of a run's name. */
export const longestName = 500;

export type RunStatus = 'queued' | 'running' | 'finished' | 'failed' | 'stopped' | 'lost';

export interface MetricSummary {
  last: number;
  lastStep: number;
  /** Over the values that are not NaN; NaN where there is none. */
  min: number;
  max: number;
  best: number;
  count: number;
}

/** What every list says of a run. */
export interface RunFacts {
  id: string;
  name: string;
  experiment: string;
  /** The runs of one purpose that it belongs to inside its experiment. */
  group: string | null;
  /** The full id of the run inside which it was started; that may be of no run of this store. */
  parent: string | null;
  status: RunStatus;
  created: Micros;
  started: Micros | null;
  ended: Micros | null;
  exitCode: number | null;
  signal: string | null;
  starred: boolean;
  archived: boolean;
  /** What it runs, as a person would name it: `train.py`, `-m pkg.train`, `nb.ipynb`, `bash`. */
  title: string;
  /** How many metrics had how many kinds of anomalies, without hints and without what is switched off. */
  anomalies: number;
  /** Where it stands in the queue, from 1; null for what does not wait there, or is never started from there. */
  position: number | null;
}

/** One row of `trainyard runs`. */
export interface RunSummary extends RunFacts {
  target: RunTarget;
  failure: Failure | null;
  params: Record<string, ParameterValue>;
  tags: Record<string, string>;
  metrics: Record<string, MetricSummary>;
}

export interface Failure {
  type: string;
  message: string;
  /** Absolute, or relative to the store's root where inside it. */
  file: string | null;
  line: number | null;
  traceback: string;
  /** What the user's own innermost functions held, the innermost first. */
  locals?: LocalFrame[];
}

export interface RunWarning {
  time: Micros;
  code: string;
  params: Record<string, FaultValue>;
}

export interface Artifact {
  name: string;
  kind: string;
  path: string;
  sha256: string;
  bytes: number;
}

/** A file or folder that went into a run, or came out of it: contract/supervisor-record.ts says what each field means. */
export interface UsedFile {
  path: string;
  /** When it was first opened. */
  time: Micros;
  bytes: number | null;
  modified: Micros | null;
  sha256: string | null;
  sampled: boolean;
  files: number | null;
  changed: boolean;
  problem: FileProblem | null;
  by: string | null;
  what: FileRole | null;
  format: string | null;
  kept: string | null;
}

/** What the program named as the data that it works on. */
export interface Dataset {
  name: string;
  /** Absolute; null where it was in memory only. */
  path: string | null;
  sha256: string | null;
  bytes: number | null;
  /** Rows and columns of a table, the sizes of an array. */
  shape: number[] | null;
  type: string | null;
  /** When the program named it. */
  time: Micros;
}

export interface CodeSummary {
  kind: 'git' | 'copy' | 'none';
  root: string;
  commit: string | null;
  branch: string | null;
  dirty: boolean;
  /** Absolute path of the patch, or null where the tree was clean. */
  patch: string | null;
  copy: string | null;
  omitted: { path: string; reason: string }[];
}

/** Everything about one run. */
export interface RunDetails extends RunSummary {
  directory: string;
  pid: number | null;
  supervisorPid: number | null;
  command: string[];
  args: string[];
  cwd: string;
  interpreter: string | null;
  env: Record<string, string>;
  origin: RunFile['origin'];
  rerunOf: string | null;
  /** Which try of the same it is, and the id of the first; null where it is the first. */
  attempt: { first: string; number: number } | null;
  host: string;
  user: string;
  note: string;
  cpuSeconds: number | null;
  peakMemoryBytes: number | null;
  /** What its processes fetched from a disk, and gave out to be written to one; null where the system does not tell. */
  diskReadBytes: number | null;
  diskWrittenBytes: number | null;
  /** The names of the machine's GPUs, as far as they were found. */
  gpus: string[];
  /** What the supervisor measured, by the names of contract/system-metrics.ts. */
  systemMetrics: Record<string, MetricSummary>;
  code: CodeSummary | null;
  packages: Record<string, string>;
  python: string | null;
  /** The first that was set, by what it seeds: `random`, `numpy`, `torch`. */
  seeds: Record<string, ParameterValue>;
  os: string | null;
  cpu: string | null;
  cores: number | null;
  memoryBytes: number | null;
  machine: Machine | null;
  installation: Installation | null;
  /** What went in and what came out, with absolute paths. */
  inputs: UsedFile[];
  outputs: UsedFile[];
  artifacts: Artifact[];
  datasets: Dataset[];
  media: MediaTag[];
  /** Values of its event files that are not read, by TensorBoard's word for their kind. */
  skippedMedia: Record<string, number>;
  warnings: RunWarning[];
  /** All of them by metric, the hints and those that are switched off too. */
  anomalyList: Anomaly[];
}

/** A bucket keeps every spike: the smallest and the largest value in it are among its points. */
export interface Bucket {
  /** The smallest and the largest place on the curve's x axis; the same as the steps where that is the step. */
  fromX: number;
  toX: number;
  fromStep: number;
  toStep: number;
  fromTime: Micros;
  toTime: Micros;
  count: number;
  min: number;
  max: number;
  first: number;
  last: number;
  /** How many values in it are NaN or infinite; `min` and `max` are over the others, NaN where there are none. */
  nonFinite: number;
}

export interface Curve {
  name: string;
  /** Points of the asked stretch, not buckets. */
  count: number;
  buckets: Bucket[];
}

export interface Points {
  name: string;
  steps: Float64Array;
  times: Float64Array;
  values: Float64Array;
}

/**
 * A stretch of output: bytes decoded as UTF-8 (what is not UTF-8 and control characters become U+FFFD; ANSI escapes stay),
 * carriage returns folded. A text that begins with `\r` writes over its own stream's last line, which had no newline yet;
 * nowhere else is there a `\r`.
 */
export interface OutputChunk {
  stream: 'stdout' | 'stderr';
  text: string;
}

export interface OutputPage {
  chunks: OutputChunk[];
  /** Hand it back to read on; opaque. */
  next: OutputCursor;
  /** Nothing more was there when this was read. */
  atEnd: boolean;
  totalBytes: { stdout: number; stderr: number };
}

export interface OutputCursor {
  stdout: number;
  stderr: number;
}
