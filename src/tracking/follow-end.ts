import { closeSync, fstatSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { systemCode } from '../base/fault.ts';
import { readAt } from '../base/files.ts';
import { parseJson } from '../base/json.ts';
import { readKeeperLog } from '../base/keeper-log.ts';
import { liveness } from '../base/process-identity.ts';
import { splitRecords } from '../base/records.ts';
import { openIfRegular } from '../base/regular-file.ts';
import { fault } from '../contract/errors.ts';
import type { SupervisorRecord } from '../contract/supervisor-record.ts';
import { supervisorFile } from './file-names.ts';
import type { RunProcesses } from './run-processes.ts';

export interface ObservedEnd {
  code: number | null;
  signal: string | null;
  /** A person or the product stopped it. */
  stopped: boolean;
  /** Nobody is left who could say how it ended. */
  lost: boolean;
}

/** Asking the system who is alive may cost a process of its own. */
const lifeEvery = 1000;
const lost: ObservedEnd = { code: null, signal: null, stopped: false, lost: true };

/**
 * How a run ended, from its files alone: the answer is a function to ask again and again, it is cheap. Undefined while the
 * run goes on or waits in the queue, or may go on where it cannot be seen from here. A run without a supervisor ends as lost. It throws
 * `run-folder-gone` where nothing is left to be read.
 *
 * @param begun a run that was started just now is looked for among the living a little later
 */
export function followEnd(
  directory: string,
  begun: 'now' | 'earlier' = 'earlier',
): () => Promise<ObservedEnd | undefined> {
  const exit = exitSeeker(join(directory, supervisorFile));
  let processes: RunProcesses | undefined;
  let lookedForLife = begun === 'now' ? performance.now() : Number.NEGATIVE_INFINITY;
  return async () => {
    const end = exit();
    if (end || performance.now() - lookedForLife < lifeEvery) return end;
    lookedForLife = performance.now();
    unlessGone(directory, () => statSync(directory));
    if (processes?.supervisor && liveness(processes.supervisor) !== 'dead') return undefined;
    // Whoever waits for a short run does without the schemas. Another supervisor may have come in the place of the first.
    const { runProcesses } = await import('./run-processes.ts');
    processes = unlessGone(directory, () => runProcesses(directory));
    const { supervisor, script, keeper, stopping } = processes;
    if (supervisor && liveness(supervisor) !== 'dead') return undefined;
    if (script && liveness(script) !== 'dead') {
      if (supervisor) await callSupervisor(directory);
      return undefined;
    }
    const isKept = keeper !== null && liveness(keeper) !== 'dead';
    const kept = readKeeperLog(directory)?.end;
    if (isKept && !kept) return undefined;
    if (kept) return exit() ?? { code: kept.code, signal: kept.signal, stopped: stopping, lost: false };
    return exit() ?? ((await waits(directory)) ? undefined : lost);
  };
}

/** Whether it is in the queue and was never started. */
async function waits(directory: string): Promise<boolean> {
  const { waitingRuns } = await import('./queue/waiting-runs.ts');
  return waitingRuns(dirname(dirname(directory)))(basename(directory));
}

/** @throws `run-folder-gone` */
function unlessGone<T>(folder: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') throw fault('run-folder-gone', { folder }, error);
    throw error;
  }
}

/** The run goes on, and its supervisor was killed. */
async function callSupervisor(directory: string): Promise<void> {
  const [{ giveSupervisor }, { readRunFile }] = await Promise.all([import('./adopt-runs.ts'), import('./rerun.ts')]);
  giveSupervisor(directory, readRunFile(directory));
}

const stretch = 65_536;

/**
 * Looks for the exit record in what has come since the last time. It may be followed by many: what the run's files were is told
 * also after its end.
 */
function exitSeeker(file: string): () => ObservedEnd | undefined {
  let position = 0;
  let rest: Buffer = Buffer.alloc(0);
  let end: ObservedEnd | undefined;
  return () => {
    while (!end) {
      const growth = readFrom(file, position);
      if (growth.length === 0) break;
      position += growth.length;
      const bytes = Buffer.concat([rest, growth]);
      const { records, consumed } = splitRecords(bytes);
      rest = bytes.subarray(consumed);
      end = records.map(({ text }) => endIn(text)).find((one) => one !== undefined);
    }
    return end;
  };
}

function endIn(text: string): ObservedEnd | undefined {
  if (!text.includes('"exit"')) return undefined;
  const exit = parseJson(text);
  if (!isExit(exit)) return undefined;
  const { code, signal, stopped, unseen = false } = exit;
  return { code, signal, stopped, lost: unseen && !stopped };
}

type Exit = Pick<SupervisorRecord & { kind: 'exit' }, 'kind' | 'code' | 'signal' | 'stopped' | 'unseen'>;

function isExit(record: unknown): record is Exit {
  if (typeof record !== 'object' || record === null || !('kind' in record) || record.kind !== 'exit') return false;
  const { code, signal, stopped, unseen } = record as Record<string, unknown>;
  const known = (code === null || Number.isInteger(code)) && (signal === null || typeof signal === 'string');
  return known && typeof stopped === 'boolean' && (unseen === undefined || typeof unseen === 'boolean');
}

function readFrom(file: string, position: number): Buffer {
  const descriptor = openIfRegular(file);
  if (descriptor === undefined) return Buffer.alloc(0);
  try {
    return readAt(descriptor, position, Math.max(0, Math.min(fstatSync(descriptor).size - position, stretch)));
  } finally {
    closeSync(descriptor);
  }
}
