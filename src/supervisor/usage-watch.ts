import { cpuUsage, pid as ownPid, platform } from 'node:process';
import { readProcessIo } from '../base/process-io.ts';
import type { ProcessInfo } from '../base/process-list.ts';
import { measureMemory, type TreeMemory } from '../base/process-memory.ts';
import { accountTree } from './tree-account.ts';
import type { TreeEye, TreeLook } from './tree-look.ts';

/** What the run's processes have used so far. Null where nothing was seen, or the system does not tell. */
export interface UsageTotals {
  cpuSeconds: number | null;
  peakMemoryBytes: number | null;
  diskReadBytes: number | null;
  diskWrittenBytes: number | null;
}

export const unknownUsage: UsageTotals = {
  cpuSeconds: null,
  peakMemoryBytes: null,
  diskReadBytes: null,
  diskWrittenBytes: null,
};

/** What is known of the run's processes at one moment. */
export interface UsageLook extends UsageTotals {
  /** Who is alive; empty at the end. */
  members: ProcessInfo[];
  /** What they hold, pages that they share counted once; null where it was not measured this time. */
  memoryBytes: number | null;
}

export interface UsageWatch {
  /** Ends the watch once the script has been waited for, with a last look at what it used. */
  finish(): UsageLook;
}

/** Fast at first, because many scripts end soon; where a look costs a child process, seldom. */
const pauses = { linux: [30, 50, 100, 200, 400, 1_000], darwin: [200, 1_000, 5_000], other: [1_000, 10_000, 30_000] };
/**
 * In the long run, looking may take these shares of one core. Memory has one of its own: counting shared pages once takes the
 * kernel up to a second where processes are many and large, and must not hold up the rest.
 */
const mostEffort = { look: 0.004, memory: 0.006 };
/** How often those are looked for who have left their parents, in milliseconds. */
const searchEvery = 30_000;

/**
 * Looks at a process tree again and again, and tells what it sees.
 *
 * @param before what an earlier supervisor of the run saw: totals never become less
 */
export function watchUsage(
  eye: TreeEye,
  tell: (look: UsageLook) => void,
  complain: (error: unknown) => void,
  before: UsageTotals = unknownUsage,
): UsageWatch {
  const account = accountTree();
  const knowsDisk = readProcessIo(ownPid) !== undefined;
  let totals = before;
  let ended = false;
  let timer: NodeJS.Timeout | undefined;
  let searched = performance.now();
  let memoryDue = 0;
  let memoryEffort = 0;

  const take = ({ entries, members }: TreeLook, memory?: TreeMemory): UsageLook => {
    const { cpuSeconds, readBytes, writtenBytes } = account.update(entries);
    const peak = Math.max(totals.peakMemoryBytes ?? 0, memory?.bytes ?? 0, memory?.highWater ?? 0);
    totals = {
      cpuSeconds:
        platform === 'linux' || members.length > 0 ? atLeast(before.cpuSeconds, cpuSeconds) : totals.cpuSeconds,
      peakMemoryBytes: peak || null,
      diskReadBytes: knowsDisk ? atLeast(before.diskReadBytes, readBytes) : null,
      diskWrittenBytes: knowsDisk ? atLeast(before.diskWrittenBytes, writtenBytes) : null,
    };
    return { ...totals, members, memoryBytes: memory?.bytes || null };
  };

  const look = async (isEarly: boolean) => {
    const everywhere = performance.now() - searched > searchEvery;
    if (everywhere) searched = performance.now();
    const seen = await eye.look(everywhere);
    if (ended) return;
    const measures = isEarly || performance.now() >= memoryDue;
    const { result: memory, effort } = withEffort(() => (measures ? measureMemory(seen.members) : undefined));
    if (measures) memoryDue = performance.now() + effort / mostEffort.memory;
    memoryEffort = effort;
    tell(take(seen, memory));
  };

  const waits = platform === 'linux' || platform === 'darwin' ? pauses[platform] : pauses.other;
  const go = async (turn: number) => {
    const before = cpuUsage();
    memoryEffort = 0;
    await look(turn < waits.length).catch(complain);
    const effort = milliseconds(cpuUsage(before)) - memoryEffort;
    const wait = waits[turn] ?? Math.max(waits.at(-1) as number, effort / mostEffort.look);
    if (!ended) timer = setTimeout(() => void go(turn + 1), wait);
  };
  void go(0);

  return {
    finish() {
      ended = true;
      clearTimeout(timer);
      if (platform !== 'linux') return { ...totals, members: [], memoryBytes: null };
      return { ...take(eye.glance()), members: [], memoryBytes: null };
    },
  };
}

const atLeast = (before: number | null, now: number) => Math.max(before ?? 0, now);

/** What an action answers, and the milliseconds of CPU time that it took. */
function withEffort<T>(action: () => T): { result: T; effort: number } {
  const before = cpuUsage();
  const result = action();
  return { result, effort: milliseconds(cpuUsage(before)) };
}

const milliseconds = ({ user, system }: NodeJS.CpuUsage) => (user + system) / 1_000;
