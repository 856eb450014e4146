import { closeSync, existsSync } from 'node:fs';
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { causeText, systemCode } from '../base/fault.ts';
import { identify } from '../base/process-identity.ts';
import { nowMicros } from '../base/time.ts';
import type { SupervisorRecord } from '../contract/supervisor-record.ts';
import { diskSync } from './disk-sync.ts';
import { type LaunchWarning, tellLauncher } from './handshake.ts';
import { openOutput } from './output-files.ts';
import { requireClaim } from './queue.ts';
import { openRecorder, type Recorder } from './recorder.ts';
import type { Outcome } from './script-process.ts';
import type { RunSettings } from './settings.ts';
import { startScript } from './start-script.ts';
import { unknownUsage } from './usage-watch.ts';
import { type Ending, type ExitRecord, watchScript } from './watch-script.ts';

type Complain = (text: string) => void;

const syncEvery = 1_000;
/** How long an ending that the disk does not take is tried again. */
const mostPatience = 24 * 3_600_000;

/** Runs one run from its start to its end, and resolves when its last record is on the disk. */
export async function supervise(settings: RunSettings, warnings: LaunchWarning[], complain: Complain): Promise<void> {
  requireClaim(settings);
  await keepRecords(settings, complain, (recorder) => {
    for (const warning of warnings) recorder.write({ kind: 'warning', t: nowMicros(), ...warning });
    return runScript(settings, warnings, recorder, complain);
  });
}

/** Writes the records of a run while `work` goes on, with its end and what comes after that; brings all files to the disk. */
export async function keepRecords(
  settings: RunSettings,
  complain: Complain,
  work: (recorder: Recorder) => Promise<Ending>,
): Promise<void> {
  const recorder = openRecorder(join(settings.folder, 'supervisor.jsonl'), complain);
  recorder.write(openRecord(settings.id));
  const syncFiles = diskSync(settings.folder);
  const syncAll = async () => {
    recorder.retry();
    await Promise.all([recorder.sync(), syncFiles()]).catch((error) => complain(causeText(error)));
  };
  const timer = setInterval(() => void syncAll(), syncEvery);
  try {
    const { exit, later } = await work(recorder);
    const unfinished = exit !== null && !(await areDone(later));
    if (exit) recorder.write({ ...exit, ...(unfinished && { unfinished }) });
    await untilWritten(recorder, settings.folder);
    await syncAll();
    await Promise.all(later);
    if (unfinished || exit === null) recorder.write({ kind: 'done', t: nowMicros() });
    await untilWritten(recorder, settings.folder);
    await syncAll();
  } finally {
    clearInterval(timer);
  }
}

async function runScript(
  settings: RunSettings,
  warnings: LaunchWarning[],
  recorder: Recorder,
  complain: Complain,
): Promise<Ending> {
  const descriptors = openOutput(settings.folder);
  try {
    const start = { wall: nowMicros(), clock: performance.now() };
    const script = await startScript(settings, descriptors, ({ identity, keeper }) =>
      recorder.write({ kind: 'started', t: nowMicros(), process: identity, ...(keeper && { keeper }) }),
    );
    if (!('identity' in script)) return { exit: await neverStarted(script.outcome), later: [] };
    void tellLauncher({ kind: 'started', pid: script.identity.pid });
    const warned = new Set(warnings.map(({ code }) => code));
    return await watchScript(script, { settings, recorder, descriptors, start, warned, complain });
  } finally {
    closeSync(descriptors.stdout);
    closeSync(descriptors.stderr);
  }
}

/** Whether nothing is left of what may take longer. */
async function areDone(later: Promise<void>[]): Promise<boolean> {
  const turn = new Promise<boolean>((resolve) => setImmediate(() => resolve(false)));
  return Promise.race([Promise.all(later).then(() => true), turn]);
}

async function neverStarted(outcome: Promise<Outcome>): Promise<ExitRecord> {
  const cause = (await outcome).error;
  const error = { code: systemCode(cause) ?? 'UNKNOWN', message: causeText(cause) };
  await tellLauncher({ kind: 'failed', ...error });
  const nothing = { code: null, signal: null, stopped: false };
  return { kind: 'exit', t: nowMicros(), error, ...nothing, ...unknownUsage };
}

function openRecord(run: string): SupervisorRecord {
  return {
    kind: 'open',
    v: 1,
    run,
    t: nowMicros(),
    supervisor: identify(),
    os: `${type()} ${release()}`,
    cpu: cpus()[0]?.model.trim() ?? '',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
  };
}

/** The last records may wait for room on the disk, unless nobody wants the run any more. */
async function untilWritten(recorder: Recorder, folder: string): Promise<void> {
  const deadline = performance.now() + mostPatience;
  while (!recorder.retry() && existsSync(folder) && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, syncEvery));
  }
}
