import { execFile } from 'node:child_process';
import { kill, platform } from 'node:process';
import { systemCode } from './fault.ts';
import { type ProcessInfo, readProcText } from './process-list.ts';
import type { ProcessTree } from './process-tree.ts';

/** How long each signal may take before the next one, in milliseconds. */
export interface StopPatience {
  interrupt: number;
  terminate: number;
  kill: number;
}

/** 10 seconds after the interrupt, 5 after the request to terminate; tests shorten them through the environment. */
export function stopPatience(environment: NodeJS.ProcessEnv): StopPatience {
  return {
    interrupt: Number(environment.TRAINYARD_STOP_GRACE_MS ?? 10_000),
    terminate: Number(environment.TRAINYARD_STOP_TERM_MS ?? 5_000),
    kill: 10_000,
  };
}

export interface StopOptions {
  patience: StopPatience;
  onSignal?(signal: NodeJS.Signals): void;
  signal?: AbortSignal;
}

const look = { first: 20, most: 200 };

/**
 * Ends a whole process tree: interrupts it, then asks it to terminate, then kills it. Those who look after a run inside it are
 * killed last: they end by themselves once that run has ended, and write down how.
 *
 * @returns whether nothing of it is left
 */
export async function stopTree(tree: ProcessTree, options: StopOptions): Promise<boolean> {
  const { patience } = options;
  const stages: Stage[] = [
    { signal: 'SIGINT', milliseconds: patience.interrupt, takes: everybody },
    { signal: 'SIGTERM', milliseconds: patience.terminate, takes: everybody },
    { signal: 'SIGKILL', milliseconds: patience.kill / 2, takes: (info) => !isCaretaker(info.pid) },
    { signal: 'SIGKILL', milliseconds: patience.kill / 2, takes: everybody },
  ];
  let last: NodeJS.Signals | undefined;
  for (const stage of stages) {
    const members = await tree.search();
    if (members.length === 0) return true;
    if (stage.signal !== last) options.onSignal?.(stage.signal);
    last = stage.signal;
    await send(members.filter(stage.takes), stage.signal);
    if (await gone(tree, stage, options.signal)) return true;
    if (options.signal?.aborted) return false;
  }
  return false;
}

interface Stage {
  signal: NodeJS.Signals;
  /** How long it is waited for what the signal does. */
  milliseconds: number;
  takes(info: ProcessInfo): boolean;
}

const everybody = () => true;
const caretaker = /[\\/]tools[\\/][0-9a-f]{16}[\\/](supervisor\.mjs|keeper\.sh)$/;

/** Linux: whether a process is the supervisor or the keeper of a run. */
function isCaretaker(pid: number): boolean {
  const [, program] = readProcText(`/proc/${pid}/cmdline`)?.split('\0') ?? [];
  return program !== undefined && caretaker.test(program);
}

async function gone(
  tree: ProcessTree,
  { signal, milliseconds, takes }: Stage,
  abort: AbortSignal | undefined,
): Promise<boolean> {
  const deadline = performance.now() + milliseconds;
  for (let pause = look.first; ; pause = Math.min(pause * 1.5, look.most)) {
    if ((await tree.look()).length === 0) {
      const rest = await tree.search();
      if (rest.length === 0) return true;
      if (signal === 'SIGKILL') await send(rest.filter(takes), signal);
    }
    const left = deadline - performance.now();
    if (left <= 0 || abort?.aborted) return false;
    await new Promise((resolve) => setTimeout(resolve, Math.min(pause, left)));
  }
}

async function send(members: ProcessInfo[], signal: NodeJS.Signals): Promise<void> {
  if (platform === 'win32') {
    await Promise.all(members.map((info) => taskkill(info.pid, signal === 'SIGKILL')));
    return;
  }
  for (const { pid } of members) {
    try {
      kill(pid, signal);
    } catch (error) {
      if (systemCode(error) !== 'ESRCH' && systemCode(error) !== 'EPERM') throw error;
    }
  }
}

/** Windows has no signals: first the process is asked to close, then it is ended with its children. */
function taskkill(pid: number, force: boolean): Promise<void> {
  const args = ['/PID', String(pid), '/T', ...(force ? ['/F'] : [])];
  return new Promise((resolve) => execFile('taskkill', args, { windowsHide: true }, () => resolve()));
}
