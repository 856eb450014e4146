import { cpuUsage, pid as ownPid, platform } from 'node:process';
import { readProcess } from '../base/process-list.ts';
import { measureMemory } from '../base/process-memory.ts';
import type { ProcessTree } from '../base/process-tree.ts';

export interface Usage {
  cpuSeconds: number;
  peakMemoryBytes: number;
}

export interface UsageWatch {
  /** Ends the watch once the script has been waited for. Null where nothing was ever seen. */
  finish(): { cpuSeconds: number | null; peakMemoryBytes: number | null };
}

/** Fast at first, because many scripts end soon; where a look costs a child process, seldom. */
const pauses = { linux: [30, 50, 100, 200, 400, 1_000], darwin: [200, 1_000, 5_000], other: [1_000, 10_000, 30_000] };
/** In the long run, looking may take this share of one core. */
const mostEffort = 0.01;
const tellEvery = { first: 2_000, most: 60_000 };

/** Samples CPU time and memory of a process tree, and tells of them ever more seldom. */
export function watchUsage(
  tree: ProcessTree,
  tell: (usage: Usage) => void,
  complain: (error: unknown) => void,
): UsageWatch {
  let cpuSeconds = 0;
  let peakMemoryBytes = 0;
  let ended = false;
  let timer: NodeJS.Timeout | undefined;
  let tellPause = tellEvery.first;
  let told = performance.now();

  const look = async () => {
    const members = await tree.look();
    if (ended || members.length === 0) return;
    const total = members.reduce((sum, info) => sum + info.cpuSeconds + info.childCpuSeconds, 0);
    cpuSeconds = Math.max(cpuSeconds, total);
    const memory = measureMemory(members);
    peakMemoryBytes = Math.max(peakMemoryBytes, memory.bytes, memory.highWater);
    if (performance.now() - told < tellPause) return;
    told = performance.now();
    tellPause = Math.min(tellPause * 1.3, tellEvery.most);
    tell({ cpuSeconds, peakMemoryBytes });
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
      // What was waited for is counted exactly; what left the tree was at least sampled.
      const waitedFor = platform === 'linux' ? readProcess(ownPid)?.childCpuSeconds : undefined;
      const known = waitedFor !== undefined || cpuSeconds > 0;
      return {
        cpuSeconds: known ? Math.max(cpuSeconds, waitedFor ?? 0) : null,
        peakMemoryBytes: peakMemoryBytes > 0 ? peakMemoryBytes : null,
      };
    },
  };
}
