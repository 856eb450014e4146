import type { ProcessIdentity } from '../base/identity.ts';
import type { LocalFrame, ParameterValue } from '../contract/journal.ts';
import type { Dataset } from '../contract/run.ts';
import type { Installation, Machine } from '../contract/supervisor-record.ts';
import type { DamageFacts } from './fold-file.ts';

/** What a journal says of the process that wrote it; kept as JSON with the file's row. */
export interface JournalFacts extends DamageFacts {
  process?: ProcessIdentity;
  role?: 'main' | 'child' | 'supervisor';
  /** The process's number in a distributed training. */
  rank?: number;
  resumed?: true;
  /** Wall clock, microseconds UTC. */
  start?: number;
  python?: string | null;
  exception?: {
    time: number;
    type: string;
    message: string;
    file: string | null;
    line: number | null;
    traceback: string;
    locals?: LocalFrame[] | undefined;
  };
  /** The first that was set, by what it seeds. */
  seeds?: Record<string, ParameterValue>;
  datasets?: Dataset[];
  end?: { time: number; exitCode: number | null; peakMemoryBytes: number | null; cpuSeconds: number | null };
}

/** What a run's processes have used so far, as far as that is known. */
export interface RunUsage {
  cpuSeconds: number | null;
  peakMemoryBytes: number | null;
  diskReadBytes: number | null;
  diskWrittenBytes: number | null;
}

/** What supervisor.jsonl says. */
export interface SupervisorFacts extends DamageFacts {
  supervisor?: ProcessIdentity;
  process?: ProcessIdentity;
  started?: number;
  /** What the names of metrics begin with, by event file. */
  events?: Record<string, string>;
  os?: string;
  cpu?: string;
  cores?: number;
  memoryBytes?: number;
  usage?: RunUsage;
  /** The names of the machine's GPUs. */
  gpus?: string[];
  machine?: Machine;
  installation?: Installation;
  keeper?: ProcessIdentity;
  /** Somebody asked to stop the run. */
  stopping?: true;
  exit?: {
    time: number;
    code: number | null;
    signal: string | null;
    stopped: boolean;
    error: string | null;
    /** Nobody saw how it ended. */
    unseen?: true;
    /** Its supervisor had something left to do. */
    unfinished?: true;
  };
}
