import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { Fault, systemCode } from '../../../src/base/fault.ts';
import type { ProcessIdentity } from '../../../src/base/identity.ts';
import { isAlive } from '../../../src/base/process-identity.ts';
import { splitRecords } from '../../../src/base/records.ts';
import { stopRun } from '../../../src/tracking/index.ts';
import { runProcesses } from '../../../src/tracking/run-processes.ts';
import type { Playground } from '../cli.ts';
import type { Random } from '../random.ts';
import { type House, runOf } from './house.ts';
import { type Plan, plans } from './script.ts';

/** The window is whoever has launched the run and looks at it: here a command in a terminal. */
export const victims = ['script', 'supervisor', 'backend', 'window'] as const;
export type Victim = (typeof victims)[number];

export interface Trial {
  index: number;
  name: string;
  company: readonly Victim[];
  plan: Plan;
  /** Of the script, in seconds. */
  length: number;
  hasChild: boolean;
  launcher: 'command' | 'backend';
  /** When each is killed, in seconds after the beginning; one of the window before that counts from the launch. */
  moments: Record<Victim, number>;
  /** What counts as the beginning: that the script's process is there, or that it has logged something. */
  beginning: 'process' | 'record';
  stops: boolean;
  ledger: string;
  killed: Set<Victim>;
  /** It was stopped after its supervisor was killed. */
  stopped(): boolean;
  /** What the command ended with, where it was let live; undefined where there was none. */
  exitCode(): number | undefined;
}

export function planTrial(index: number, company: readonly Victim[], numbers: Random): Trial {
  const length = numbers.between(0.15, 0.9);
  const together = numbers.between(-0.05, length + 0.2);
  const moment = () => (numbers.chance(0.75) ? together : numbers.between(-0.05, length + 0.2));
  const withWindow = company.includes('window');
  return {
    index,
    name: `trial ${index} of it`,
    company,
    plan: numbers.pick(plans),
    length,
    hasChild: numbers.chance(0.3),
    launcher: withWindow || numbers.chance(0.5) ? 'command' : 'backend',
    moments: {
      script: moment(),
      supervisor: moment(),
      backend: moment(),
      // Some before the run is there at all.
      window: numbers.chance(0.3) ? numbers.between(-0.4, 0) : moment(),
    },
    beginning: numbers.chance(0.25) ? 'process' : 'record',
    stops: company.includes('supervisor') && !company.includes('script') && numbers.chance(0.25),
    ledger: `ledger-${index}`,
    killed: new Set(),
    stopped: () => false,
    exitCode: () => undefined,
  };
}

/** Starts a trial, kills whom it is about, and resolves when all of its processes have gone. */
export async function startTrial(trial: Trial, here: Playground, house: House): Promise<void> {
  const launched = launch(trial, here, house);
  const directory = await appears(trial, here, launched);
  if (trial.beginning === 'record' && directory !== undefined) await hasLogged(trial, here, directory);
  const began = performance.now();
  let stopping: Promise<void> | undefined;
  const due = [...trial.company].sort((a, b) => trial.moments[a] - trial.moments[b]);
  for (const victim of due) {
    const left = trial.moments[victim] * 1_000 - (performance.now() - began);
    // Those who are killed together are killed in one go.
    if (left > 0) await rest(left);
    if (victim === 'backend') house.killBackend();
    else if (victim === 'window') launched.command?.kill('SIGKILL');
    else if (directory !== undefined) killIn(directory, victim, trial);
    if (victim === 'backend' || victim === 'window') trial.killed.add(victim);
    if (victim === 'supervisor' && trial.stops && directory !== undefined) stopping = stop(directory, trial);
  }
  await launched.ended;
  await stopping;
  if (directory !== undefined) await allGone(directory);
}

/** Milliseconds that a launch may take on a machine that does much else. */
const deadline = 120_000;

interface Launched {
  command: ChildProcess | undefined;
  /** Never rejected. */
  ended: Promise<unknown>;
  over(): boolean;
}

function launch(trial: Trial, here: Playground, house: House): Launched {
  const { plan, length, hasChild, name, ledger } = trial;
  const args = [ledger, String(length), plan.name, hasChild ? 'child' : 'alone'];
  let isOver = false;
  if (trial.launcher === 'backend') {
    const target = { kind: 'script' as const, path: 'train.py' };
    const request = { folder: here.folder, target, args, name, origin: 'window' as const };
    const backend = house.backend();
    // It may be killed while it launches, by another trial too.
    const answer = backend.call('launch', request, { deadline }).catch((error: unknown) => {
      if (!(error instanceof Fault)) throw error;
      if (!backend.child.killed) throw error;
      trial.killed.add('backend');
    });
    const ended = answer.finally(() => {
      isOver = true;
    });
    return { command: undefined, ended, over: () => isOver };
  }
  const command = here.start('run', '--name', name, 'train.py', '--', ...args);
  command.stdout?.resume();
  command.stderr?.resume();
  const ended = once(command, 'exit').then(() => {
    isOver = true;
  });
  trial.exitCode = () => command.exitCode ?? undefined;
  return { command, ended, over: () => isOver };
}

/** The run's folder, once its script has begun, or its launcher has ended without that. Kills the window before, where it is due. */
async function appears(trial: Trial, here: Playground, launched: Launched): Promise<string | undefined> {
  const began = performance.now();
  const early = trial.company.includes('window') && trial.moments.window < -0.05;
  // The launch takes this long on a machine that has time.
  const due = (0.4 + trial.moments.window) * 1_000;
  for (;;) {
    if (early && !trial.killed.has('window') && performance.now() - began > due) {
      launched.command?.kill('SIGKILL');
      trial.killed.add('window');
    }
    const isOver = launched.over();
    const run = runOf(here, trial.name);
    const directory = run && join(here.folder, '.trainyard', 'runs', run);
    if (directory && runProcesses(directory).script) return directory;
    if (directory && isOver && !(await isComing(directory))) return directory;
    if (!directory && isOver) return undefined;
    await rest(4);
  }
}

async function hasLogged(trial: Trial, here: Playground, directory: string): Promise<void> {
  const { script } = runProcesses(directory);
  while (script && isAlive(script) && !existsSync(join(here.folder, trial.ledger))) await rest(4);
}

/** Whether a supervisor is about to start the script. */
async function isComing(directory: string): Promise<boolean> {
  for (let look = 0; look < 50; look++) {
    const { supervisor, script } = runProcesses(directory);
    if (script || (supervisor && isAlive(supervisor))) return true;
    await rest(20);
  }
  return false;
}

function killIn(directory: string, victim: 'script' | 'supervisor', trial: Trial): void {
  const who = runProcesses(directory)[victim];
  if (!who || !isAlive(who) || !kill(who)) return;
  trial.killed.add(victim);
}

function kill({ pid }: ProcessIdentity): boolean {
  try {
    process.kill(pid, 'SIGKILL');
    return true;
  } catch (error) {
    if (systemCode(error) !== 'ESRCH') throw error;
    return false;
  }
}

async function stop(directory: string, trial: Trial): Promise<void> {
  try {
    await stopRun(directory);
    trial.stopped = () => true;
  } catch (error) {
    if (!(error instanceof Fault && error.code === 'run-not-running')) throw error;
  }
}

/** Waits for all that is known of a run, and for its children, who write into the ledger. */
async function allGone(directory: string): Promise<void> {
  const names = ['supervisor', 'keeper', 'script'] as const;
  for (;;) {
    const processes = runProcesses(directory);
    if (names.every((name) => !processes[name] || !isAlive(processes[name])) && !hasWriter(directory)) return;
    await rest(20);
  }
}

/** Whether a process that has a journal in the run is alive. */
function hasWriter(directory: string): boolean {
  return journals(directory).some((file) => {
    const [open] = splitRecords(readFileSync(file)).records;
    return open !== undefined && isAlive(JSON.parse(open.text) as ProcessIdentity);
  });
}

function journals(directory: string): string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .filter((name) => name.startsWith('journal-') && name.endsWith('.jsonl'))
    .map((name) => join(directory, name));
}

function rest(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, milliseconds)));
}
