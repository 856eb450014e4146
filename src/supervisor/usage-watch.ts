import { cpuUsage, pid as ownPid, platform } from 'node:process';
import { readProcessIo } from '../base/process-io.ts';
import type { ProcessInfo } from '../base/process-list.ts';
import { measureMemory } from '../base/process-memory.ts';
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
  /** What they hold, pages that they share counted once; null at the end. */
  memoryBytes: number | null;
}

export interface UsageWatch {
  /** Ends the watch once the script has been waited for, with a last look at what it used. */
  finish(): UsageLook;
}

/** Fast at first, because many scripts end soon; where a look costs a child process, seldom. */
const pauses = { linux: [30, 50, 100, 200, 400, 1_000], darwin: [200, 1_000, 5_000], other: [1_000, 10_000, 30_000] };
/** In the long run, looking may take this share of one core. */
const mostEffort = 0.01;
/** How often those are looked for who have left their parents, in milliseconds. */
const searchEvery = 30_000;

/** Looks at a process tree again and again, and tells what it sees. */
export function watchUsage(
  eye: TreeEye,
  tell: (look: UsageLook) => void,
  complain: (error: unknown) => void,
): UsageWatch {
  const account = accountTree();
  const knowsDisk = readProcessIo(ownPid) !== undefined;
  let totals = unknownUsage;
  let ended = false;
  let timer: NodeJS.Timeout | undefined;
  let searched = performance.now();

  const take = ({ entries, members }: TreeLook, memory: { bytes: number; highWater: number }): UsageLook => {
    const { cpuSeconds, readBytes, writtenBytes } = account.update(entries);
    const peak = Math.max(totals.peakMemoryBytes ?? 0, memory.bytes, memory.highWater);
    totals = {
      cpuSeconds: platform === 'linux' || members.length > 0 ? cpuSeconds : totals.cpuSeconds,
      peakMemoryBytes: peak || null,
      diskReadBytes: knowsDisk ? readBytes : null,
      diskWrittenBytes: knowsDisk ? writtenBytes : null,
    };
    return { ...totals, members, memoryBytes: members.length > 0 ? memory.bytes : null };
  };

  const look = async () => {
    const everywhere = performance.now() - searched > searchEvery;
    if (everywhere) searched = performance.now();
    const seen = await eye.look(everywhere);
    if (!ended) tell(take(seen, measureMemory(seen.members)));
  };

  const waits = platform === 'linux' || platform === 'darwin' ? pauses[platform] : pauses.other;
  const go = async (turn: number) => {
    const before = cpuUsage();
    await look().catch(complain);
    const { user, system } = cpuUsage(before);
    const effort = (user + system) / 1_000;
    const wait = waits[turn] ?? Math.max(waits.at(-1) as number, effort / mostEffort);
    if (!ended) timer = setTimeout(() => void go(turn + 1), wait);
  };
  void go(0);

  return {
    finish() {
      ended = true;
      clearTimeout(timer);
      if (platform !== 'linux') return { ...totals, members: [], memoryBytes: null };
      return { ...take(eye.glance(), { bytes: 0, highWater: 0 }), members: [], memoryBytes: null };
    },
  };
}
