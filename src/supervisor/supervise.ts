import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { causeText, systemCode } from '../base/fault.ts';
import { identify } from '../base/process-identity.ts';
import { followTree } from '../base/process-tree.ts';
import { stopPatience, stopTree } from '../base/stop-tree.ts';
import { nowMicros } from '../base/time.ts';
import { maskArguments, maskVariables, secretsIn } from '../contract/secrets.ts';
import type { SupervisorRecord } from '../contract/supervisor-record.ts';
import { childEnvironment } from './child-environment.ts';
import { openControl } from './control.ts';
import { diskSync } from './disk-sync.ts';
import { recordEnvironment } from './environment/record-environment.ts';
import { followEventFiles } from './follow-event-files.ts';
import { followFiles } from './follow-files.ts';
import { type LaunchWarning, tellLauncher } from './handshake.ts';
import { maskOutput } from './mask-output.ts';
import { watchOutput } from './output-watch.ts';
import { openRecorder, type Recorder } from './recorder.ts';
import type { RunSettings } from './settings.ts';
import { watchSystem } from './system-watch.ts';
import { watchUnhookedPythons } from './unhooked-pythons.ts';
import { unknownUsage } from './usage-watch.ts';

type Complain = (text: string) => void;

const syncEvery = 1_000;
/** Milliseconds for which the end of a run waits for the hashes of its files. */
const filesPatience = 250;
/** How long an ending that the disk does not take is tried again. */
const mostPatience = 24 * 3_600_000;

/** Runs one run from its start to its end, and resolves when its last record is on the disk. */
export async function supervise(settings: RunSettings, warnings: LaunchWarning[], complain: Complain): Promise<void> {
  const recorder = openRecorder(join(settings.folder, 'supervisor.jsonl'), complain);
  recorder.write(openRecord(settings.id));
  for (const warning of warnings) recorder.write({ kind: 'warning', t: nowMicros(), ...warning });
  const syncFiles = diskSync(settings.folder);
  const syncAll = async () => {
    recorder.retry();
    await Promise.all([recorder.sync(), syncFiles()]).catch((error) => complain(causeText(error)));
  };
  const timer = setInterval(() => void syncAll(), syncEvery);
  try {
    const { exit, later } = await watchScript(settings, warnings, recorder, complain);
    recorder.write(exit);
    await untilWritten(recorder, settings.folder);
    await syncAll();
    await Promise.all(later);
    await untilWritten(recorder, settings.folder);
    await syncAll();
  } finally {
    clearInterval(timer);
  }
}

type ExitRecord = SupervisorRecord & { kind: 'exit' };

interface Ending {
  exit: ExitRecord;
  /** What takes longer than anybody waits for, and goes on after the end of the run. Never rejected. */
  later: Promise<void>[];
}

async function watchScript(
  settings: RunSettings,
  warnings: LaunchWarning[],
  recorder: Recorder,
  complain: Complain,
): Promise<Ending> {
  const descriptors = {
    stdout: openSync(join(settings.folder, 'stdout.log'), 'a'),
    stderr: openSync(join(settings.folder, 'stderr.log'), 'a'),
  };
  try {
    const start = { wall: nowMicros(), clock: performance.now() };
    const { child, outcome } = startScript(settings, descriptors);
    if (child?.pid === undefined) return { exit: await neverStarted(outcome), later: [] };
    const identity = identify(child.pid);
    recorder.write({ kind: 'started', t: nowMicros(), process: identity });
    void tellLauncher({ kind: 'started', pid: child.pid });

    const tree = followTree(child.pid, identity.procStart, { mark: `TRAINYARD_RUN=${settings.id}` });
    const output = watchOutput(descriptors, (sizes) => recorder.write({ kind: 'output', t: nowMicros(), ...sizes }));
    const environment = recordEnvironment(settings, import.meta.dirname, (record) => recorder.write(record)).catch(
      (error: unknown) => complain(causeText(error)),
    );
    const mask = maskOutput(
      ['stdout.log', 'stderr.log'].map((name) => join(settings.folder, name)),
      secretsOf(settings),
      complain,
    );
    const pythons = watchUnhookedPythons(settings.folder, join(import.meta.dirname, 'python', 'hook'));
    const system = watchSystem({ settings, root: identity, start, tree, recorder, see: pythons.see, complain });
    const events = followEventFiles(
      { settings, root: child.pid, since: start.wall, tree },
      (record) => recorder.write(record),
      (error) => complain(causeText(error)),
    );
    const files = followFiles(
      { settings, since: start.wall },
      (record) => recorder.write(record),
      (error) => complain(causeText(error)),
    );
    let stopping: Promise<boolean> | undefined;
    const stop = () => {
      stopping ??= stopTree(tree, {
        patience: stopPatience(process.env),
        onSignal: (signal) => recorder.write({ kind: 'stopping', t: nowMicros(), signal }),
      });
      stopping.catch((error: unknown) => complain(causeText(error)));
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
    const control = openControl({
      run: settings.id,
      stop,
      stopping: () => stopping !== undefined,
      complain: (error) => complain(causeText(error)),
    });

    const { code, signal } = await outcome;
    const asked = stopping;
    if (asked && !(await asked)) complain('Processes of the run are still there after SIGKILL.');
    control.close();
    output.finish();
    const masking = mask.finish();
    const end = { kind: 'exit', t: nowMicros(), code, signal, stopped: asked !== undefined, error: null } as const;
    const usage = system.finish();
    const flag = pythons.reason();
    if (flag !== undefined && !warnings.some((warning) => warning.code === 'no-hook')) {
      recorder.write({ kind: 'warning', t: nowMicros(), code: 'no-hook', params: { flag } });
    }
    await Promise.all([events.finish(), files.finish(filesPatience), soon(environment)]);
    process.on('SIGTERM', files.giveUp);
    process.on('SIGINT', files.giveUp);
    return { exit: { ...end, ...usage }, later: [(await masking).whole, files.done(), environment] };
  } finally {
    closeSync(descriptors.stdout);
    closeSync(descriptors.stderr);
  }
}

/** How long the end of a run waits for what is nearly done, in milliseconds. */
const courtesy = 250;

async function soon(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const enough = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, courtesy);
  });
  await Promise.race([work, enough]);
  clearTimeout(timer);
}

/** What must not be shown of what the script prints: what it was given, and what its environment holds. */
function secretsOf({ command, env }: RunSettings): string[] {
  const given = [...maskArguments(command).found, ...maskVariables(env).found].flatMap(({ values }) => values);
  return [...new Set([...given, ...secretsIn({ ...process.env, ...env })])];
}

interface Outcome {
  code: number | null;
  signal: string | null;
  error: unknown;
}

/** Some programs cannot be started at all; Node tells of that by an event or by throwing, as the reason may be. */
function startScript(
  settings: RunSettings,
  descriptors: { stdout: number; stderr: number },
): { child?: ChildProcess; outcome: Promise<Outcome> } {
  const [program, ...args] = settings.command;
  try {
    const child = spawn(program, args, {
      cwd: settings.cwd,
      env: childEnvironment(settings, process.env, import.meta.dirname),
      stdio: ['ignore', descriptors.stdout, descriptors.stderr],
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    const outcome = new Promise<Outcome>((resolve) => {
      child.once('exit', (code, signal) => resolve({ code, signal, error: undefined }));
      child.on('error', (error) => {
        if (child.pid === undefined) resolve({ code: null, signal: null, error });
      });
    });
    return { child, outcome };
  } catch (error) {
    return { outcome: Promise.resolve({ code: null, signal: null, error }) };
  }
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
