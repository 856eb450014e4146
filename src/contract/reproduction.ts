import type { ParameterValue } from './journal.ts';

/** What can make a second run differ, in the order in which the first cause is looked for. */
export const causeKinds = ['code', 'data', 'package', 'setting', 'seed', 'hardware'] as const;
export type CauseKind = (typeof causeKinds)[number];

/** Something that was not the same for both runs. `name` is a path, a package, a parameter, a variable. */
export interface Cause {
  kind: CauseKind;
  name: string;
  was: ParameterValue;
  is: ParameterValue;
}

/**
 * `identical`: to the bit. `tolerance`: each point within a relative difference of one in a million. `noise`: the last values are as
 * close as those of runs with other seeds are. `time`: it measures time, which is never the same twice.
 */
export type MetricVerdict = 'identical' | 'tolerance' | 'noise' | 'time' | 'differs';

export interface MetricComparison {
  name: string;
  /** To the bit. */
  same: boolean;
  /** It measures time, which is never the same twice; it does not count. */
  timed: boolean;
  verdict: MetricVerdict;
  points: { was: number; is: number };
  /** Where the histories part; null where one only goes on longer. */
  first: { step: number; was: number; is: number } | null;
  /** The standard deviation of the last values of runs that differ in their seeds alone, where there are three or more. */
  noise: { runs: number; deviation: number } | null;
}

/**
 * `bytes`: other bytes of a kind of file that may hold times or paths; that does not count. `unknown`: one of the two has no hash.
 */
export type FileVerdict = 'identical' | 'bytes' | 'differs' | 'missing' | 'new' | 'unknown';

export interface FileComparison {
  /** As the first run named it. */
  path: string;
  verdict: FileVerdict;
  /** SHA-256. */
  was: string | null;
  is: string | null;
}

export interface Difference<T> {
  name: string;
  was: T | null;
  is: T | null;
}

/** `same`: the interpreter has what it had. `rebuilt`: an environment was made from the lock. `present`: it is taken as it is. */
export interface ReproducedPython {
  how: 'same' | 'rebuilt' | 'present';
  path: string | null;
  /** Why no environment could be made. */
  problem: string | null;
}

export interface Reproduction {
  /** The first run, and the second. */
  run: string;
  reproduced: string;
  same: boolean;
  /** Null where it is the same, and where nothing that is recorded differs. */
  cause: Cause | null;
  /** All that was not the same for both, whether or not it made a difference. */
  causes: Cause[];
  status: { was: string; is: string };
  exitCode: { was: number | null; is: number | null };
  metrics: MetricComparison[];
  params: Difference<ParameterValue>[];
  outputs: FileComparison[];
  /** Input files that were put back from a kept copy, because they have changed since. */
  restored: string[];
  /** How many files the record does not hold, and were taken as they are now. */
  filesAsTheyAre: number;
  python: ReproducedPython;
  /** The Python and the imported packages, where they are others. */
  environment: Difference<string | null>[];
}

/** What is being done, for whoever waits. `detail` is a line of what a tool prints. */
export interface ReproduceProgress {
  stage: 'code' | 'data' | 'environment' | 'run' | 'comparison';
  detail?: string;
}
