import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemCode } from '../base/fault.ts';
import type { ProcessIdentity } from '../base/identity.ts';
import { parseJson } from '../base/json.ts';
import { splitRecords } from '../base/records.ts';
import type { Micros } from '../base/time.ts';
import type { SupervisorRecord } from '../contract/supervisor-record.ts';
import { type UsageTotals, unknownUsage } from './usage-watch.ts';

/** What earlier supervisors of a run have written down. */
export interface Earlier {
  /** The last of them. */
  supervisor: ProcessIdentity | null;
  started: { t: Micros; process: ProcessIdentity; keeper: ProcessIdentity | null } | null;
  usage: UsageTotals;
  /** The machine and the packages are recorded. */
  environment: boolean;
  events: { file: string; source: string }[];
  /** Codes. */
  warnings: ReadonlySet<string>;
  /** Somebody asked to stop the run. */
  stopping: boolean;
  exit: { t: Micros } | null;
  /** Something was left to be done after the exit, and it is not done. */
  unfinished: boolean;
}

export const nothingEarlier: Earlier = {
  supervisor: null,
  started: null,
  usage: unknownUsage,
  environment: false,
  events: [],
  warnings: new Set(),
  stopping: false,
  exit: null,
  unfinished: false,
};

const keptName = /^events\/\d+-[\w.-]*$/;

/** Reads a run's `supervisor.jsonl`; records that this version does not know, or that make no sense, are passed over. */
export function readEarlier(folder: string): Earlier {
  const all = recordsOf(join(folder, 'supervisor.jsonl'));
  const of = <Kind extends SupervisorRecord['kind']>(kind: Kind) =>
    all.filter((record): record is SupervisorRecord & { kind: Kind } => record.kind === kind);
  const started = of('started').findLast(({ process }) => isIdentity(process));
  const { cpuSeconds, peakMemoryBytes, diskReadBytes, diskWrittenBytes } = of('usage').at(-1) ?? unknownUsage;
  const exit = of('exit').at(-1);
  return {
    supervisor: of('open').findLast(({ supervisor }) => isIdentity(supervisor))?.supervisor ?? null,
    started: started ? { t: started.t, process: started.process, keeper: started.keeper ?? null } : null,
    usage: { cpuSeconds, peakMemoryBytes, diskReadBytes, diskWrittenBytes },
    environment: of('installation').length > 0 || of('warning').some(({ code }) => code === 'packages-not-recorded'),
    events: of('events').flatMap(({ file, source }) => (keptName.test(file) ? [{ file, source }] : [])),
    warnings: new Set(of('warning').map(({ code }) => code)),
    stopping: of('stopping').length > 0,
    exit: exit ? { t: exit.t } : null,
    unfinished: exit?.unfinished === true && of('done').length === 0,
  };
}

function recordsOf(path: string): SupervisorRecord[] {
  try {
    return splitRecords(readFileSync(path)).records.flatMap(({ text }) => {
      const record = parseJson(text);
      return isRecord(record) ? [record] : [];
    });
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}

/** All that it is read by comes from a supervisor, in whose place this one works. */
function isRecord(value: unknown): value is SupervisorRecord {
  return (
    typeof value === 'object' && value !== null && 'kind' in value && 't' in value && Number.isSafeInteger(value.t)
  );
}

function isIdentity(value: unknown): value is ProcessIdentity {
  if (typeof value !== 'object' || value === null || !('pid' in value) || !('host' in value)) return false;
  return Number.isInteger(value.pid) && typeof value.host === 'string';
}
