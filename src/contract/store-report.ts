import type { FaultValue } from '../base/fault.ts';
import type { WarningCode } from './warnings.ts';

export interface StoreProblem {
  /** Null where it is about the store as a whole. */
  run: string | null;
  code: WarningCode;
  params: Record<string, FaultValue>;
  /** It was found, and is not wrong any more. */
  mended: boolean;
}

export interface StoreReport {
  store: string;
  rebuilt: boolean;
  runs: number;
  running: number;
  /** Runs that the index had as running, and that nobody looks after any more. */
  settled: string[];
  /** Runs whose supervisor was killed, and that have one again. */
  adopted: string[];
  /** Journals that were packed, with their bytes before and after. */
  sealed: { run: string; file: string; before: number; after: number }[];
  problems: StoreProblem[];
}

/** What an examination is at: bringing the index up to date, packing journals, reading the files that runs keep. */
export interface ExamineProgress {
  stage: 'index' | 'journals' | 'files';
  done: number;
  /** Null where nobody knows before it is done. */
  all: number | null;
}
