import { appendFileSync, closeSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { causeText, systemCode } from '../base/fault.ts';
import type { ProcessIdentity } from '../base/identity.ts';
import { isAlive, liveness } from '../base/process-identity.ts';
import { followTree } from '../base/process-tree.ts';
import { encodeRecord } from '../base/records.ts';
import { openToAppend } from '../base/regular-file.ts';
import { stopPatience, stopTree } from '../base/stop-tree.ts';
import { nowMicros } from '../base/time.ts';
import { fault } from '../contract/errors.ts';
import type { SupervisorRecord } from '../contract/supervisor-record.ts';
import { giveSupervisor } from './adopt-runs.ts';
import { askSupervisor } from './ask-supervisor.ts';
import { hasOwnMark } from './mark.ts';
import { leaveQueue } from './queue/leave-queue.ts';
import { readRunFile } from './rerun.ts';
import { supervisorFile } from './run-folder.ts';
import { runProcesses } from './run-processes.ts';

const look = { first: 20, most: 200 };

/**
 * Stops a run and everything that it started: interrupt, then terminate, then kill. Resolves when it has ended. One that waits in
 * the queue is taken out of it.
 *
 * @param directory the run's folder
 * @throws `run-not-running`, `run-elsewhere`, `run-in-container`, `stop-failed`; `cancelled` where the signal ends the waiting, not the stopping
 */
export async function stopRun(directory: string, signal?: AbortSignal): Promise<void> {
  const { id: run, host, queued } = readRunFile(directory);
  if (queued && (await leaveQueue(dirname(dirname(directory)), run, signal))) return;
  const { supervisor, script, ended } = runProcesses(directory);
  if (ended) throw fault('run-not-running', { run });
  const unsure = [supervisor, script].find((identity) => identity?.procStart === null && isAlive(identity));
  // Its number alone may be that of any process, and anybody can write a number into a file.
  if (unsure) throw fault('stop-failed', { run, problem: `its files do not say when process ${unsure.pid} began` });
  const states = [supervisor, script].map((identity) => (identity ? liveness(identity) : 'dead'));
  if (!states.includes('alive')) {
    if (states.includes('elsewhere')) {
      throw fault(host === hostname() ? 'run-in-container' : 'run-elsewhere', { run, host });
    }
    throw fault('run-not-running', { run });
  }
  const orphan = async () => {
    if (supervisor && script && isAlive(script) && (await hasNewSupervisor(directory, supervisor, signal))) {
      return stopRun(directory, signal);
    }
    if (script && isAlive(script)) await stopOrphan(directory, run, script, signal);
  };
  if (!supervisor || !isAlive(supervisor)) return orphan();
  await askToStop(run, supervisor);
  const patience = stopPatience(process.env);
  const deadline = performance.now() + patience.interrupt + patience.terminate + 2 * patience.kill;
  for (let pause = look.first; isAlive(supervisor); pause = Math.min(pause * 1.5, look.most)) {
    if (runProcesses(directory).ended) return;
    if (signal?.aborted) throw fault('cancelled');
    if (performance.now() > deadline) throw fault('stop-failed', { run, problem: 'its supervisor does not end' });
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
  if (!runProcesses(directory).ended) await orphan();
}

/** How long a supervisor that adopts a run may take to show itself, in milliseconds. */
const adoptionPatience = 5_000;

/** Lets another supervisor take the place of one that was killed; answers whether one came. */
async function hasNewSupervisor(directory: string, old: ProcessIdentity, signal?: AbortSignal): Promise<boolean> {
  const asked = readRunFile(directory);
  if (!hasOwnMark(asked)) return false;
  giveSupervisor(directory, asked);
  const deadline = performance.now() + adoptionPatience;
  while (performance.now() < deadline && !signal?.aborted) {
    const { supervisor } = runProcesses(directory);
    if (supervisor && supervisor.pid !== old.pid && isAlive(supervisor)) return true;
    await new Promise((resolve) => setTimeout(resolve, look.first));
  }
  return false;
}

/** A supervisor that cannot be reached through its socket takes a signal for the same. */
async function askToStop(run: string, supervisor: ProcessIdentity): Promise<void> {
  const answer = await askSupervisor(run, { do: 'stop' });
  if (answer?.ok && answer.run === run) return;
  try {
    process.kill(supervisor.pid, 'SIGTERM');
  } catch (error) {
    if (systemCode(error) !== 'ESRCH') throw fault('stop-failed', { run, problem: causeText(error) }, error);
  }
}

/** Does what the supervisor would have done, and writes in its place how the run ended. */
async function stopOrphan(
  directory: string,
  run: string,
  script: ProcessIdentity,
  signal?: AbortSignal,
): Promise<void> {
  const write = (record: SupervisorRecord) => {
    const descriptor = openToAppend(join(directory, supervisorFile));
    try {
      appendFileSync(descriptor, encodeRecord(record));
    } finally {
      closeSync(descriptor);
    }
  };
  const tree = followTree(script.pid, script.procStart, { mark: `TRAINYARD_RUN=${run}` });
  let sent: NodeJS.Signals | null = null;
  const gone = await stopTree(tree, {
    patience: stopPatience(process.env),
    onSignal: (name) => {
      sent = name;
      write({ kind: 'stopping', t: nowMicros(), signal: name });
    },
    ...(signal ? { signal } : {}),
  });
  if (signal?.aborted) throw fault('cancelled');
  if (!gone) throw fault('stop-failed', { run, problem: 'some of its processes do not end' });
  const used = { cpuSeconds: null, peakMemoryBytes: null, diskReadBytes: null, diskWrittenBytes: null };
  write({ kind: 'exit', t: nowMicros(), code: null, signal: sent, stopped: true, error: null, ...used });
}
