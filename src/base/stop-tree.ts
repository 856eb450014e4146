import { execFile } from 'node:child_process';
import { kill, platform } from 'node:process';
import { systemCode } from './fault.ts';
import type { ProcessInfo } from './process-list.ts';
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
 * Ends a whole process tree: interrupts it, then asks it to terminate, then kills it.
 *
 * @returns whether nothing of it is left
 */
export async function stopTree(tree: ProcessTree, options: StopOptions): Promise<boolean> {
  const { patience } = options;
  const stages: [NodeJS.Signals, number][] = [
    ['SIGINT', patience.interrupt],
    ['SIGTERM', patience.terminate],
    ['SIGKILL', patience.kill],
  ];
  for (const [signal, milliseconds] of stages) {
    const members = await tree.search();
    if (members.length === 0) return true;
    options.onSignal?.(signal);
    await send(members, signal);
    if (await gone(tree, signal, milliseconds, options.signal)) return true;
    if (options.signal?.aborted) return false;
  }
  return false;
}

async function gone(
  tree: ProcessTree,
  signal: NodeJS.Signals,
  milliseconds: number,
  abort: AbortSignal | undefined,
): Promise<boolean> {
  const deadline = performance.now() + milliseconds;
  for (let pause = look.first; ; pause = Math.min(pause * 1.5, look.most)) {
    if ((await tree.look()).length === 0) {
      const rest = await tree.search();
      if (rest.length === 0) return true;
      if (signal === 'SIGKILL') await send(rest, signal);
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
