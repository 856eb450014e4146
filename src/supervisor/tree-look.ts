import { pid as ownPid, platform } from 'node:process';
import type { ProcessIdentity } from '../base/identity.ts';
import { type DiskBytes, readProcessIo, readWaitedForIo } from '../base/process-io.ts';
import { type ProcessInfo, readProcess } from '../base/process-list.ts';
import type { ProcessTree } from '../base/process-tree.ts';
import type { Entry } from './tree-account.ts';

/** What is seen of a run's processes at one moment. */
export interface TreeLook {
  /** Who is alive. */
  members: ProcessInfo[];
  /** What they used, as a tree account takes it: the ended ones that nobody has waited for yet too, and this process on top. */
  entries: Entry[];
}

export interface TreeEye {
  /** `everywhere` looks at every process of the machine, and so finds those who have left their parents. */
  look(everywhere: boolean): Promise<TreeLook>;
  /** What can be seen at once, without waiting. The members are those of the last look. Linux only. */
  glance(): TreeLook;
}

export interface TreeRoot {
  pid: number;
  procStart: string | null;
  /** The process between this one and the root, which waits for the root. */
  keeper: ProcessIdentity | null;
  /** Another process has started it. */
  adopted: boolean;
}

/** Looks at the tree of a process that this one has started, or that it follows in the place of who did. */
export function treeEye(tree: ProcessTree, { pid: root, procStart, keeper, adopted }: TreeRoot): TreeEye {
  let members: ProcessInfo[] = [];
  const disk = new Map<string, DiskBytes>();
  const nobody = () => undefined;
  // The keeper itself has become this process: what it waited for is the whole of the script.
  const heir = adopted && keeper?.pid === ownPid ? ownChildren() : undefined;
  const waitedFor = platform === 'linux' ? (adopted ? nobody : watchWaitedFor(root, procStart)) : undefined;

  const read = (): TreeLook => {
    if (!waitedFor) return { members, entries: members.map((info) => entryOf(info, nothing)) };
    const own = waitedFor();
    const candidates = new Map([...disk.keys()].map((key) => [key, Number.parseInt(key, 10)]));
    for (const info of members) candidates.set(keyOf(info), info.pid);
    if (keeper?.procStart && keeper.pid !== ownPid)
      candidates.set(keyOf({ pid: keeper.pid, start: keeper.procStart }), keeper.pid);
    const present = [...candidates]
      .map(([key, pid]) => ({ key, info: readProcess(pid) }))
      .filter(({ key, info }) => info && keyOf(info) === key)
      .map(({ info }) => info as ProcessInfo);
    const entries = [own, heir].filter((entry) => entry !== undefined);
    const kept = new Set<string>();
    for (const seen of parentsFirst(present)) {
      // Read again, because a parent must be read before its children.
      const info = readProcess(seen.pid);
      const current = info?.start === seen.start ? info : seen;
      const key = keyOf(current);
      const bytes = readProcessIo(current.pid) ?? disk.get(key) ?? nothing;
      disk.set(key, bytes);
      kept.add(key);
      entries.push(entryOf(current, bytes));
    }
    for (const key of disk.keys()) if (!kept.has(key)) disk.delete(key);
    return { members, entries };
  };

  return {
    async look(everywhere) {
      members = await (everywhere ? tree.search() : tree.look());
      return read();
    },
    glance: read,
  };
}

const nothing: DiskBytes = { readBytes: 0, writtenBytes: 0 };
const keyOf = (info: Pick<ProcessInfo, 'pid' | 'start'>) => `${info.pid} ${info.start}`;

function entryOf(info: ProcessInfo, disk: DiskBytes): Entry {
  const { pid, parent, start, cpuSeconds, childCpuSeconds, faults = 0, childFaults = 0 } = info;
  return {
    pid,
    parent,
    start,
    cpuSeconds: cpuSeconds + childCpuSeconds,
    ...disk,
    faults: faults + childFaults,
    childFaults,
  };
}

function parentsFirst(processes: ProcessInfo[]): ProcessInfo[] {
  const byPid = new Map(processes.map((info) => [info.pid, info]));
  const depth = (info: ProcessInfo) => {
    let levels = 0;
    for (let above = byPid.get(info.parent); above && levels < byPid.size; above = byPid.get(above.parent)) levels++;
    return levels;
  };
  return processes
    .map((info) => ({ info, level: depth(info) }))
    .sort((a, b) => a.level - b.level)
    .map(({ info }) => info);
}

/** What those children of this process have used that it has waited for. */
function ownChildren(): Entry {
  const { parent = 0, start = '', childCpuSeconds = 0, childFaults = 0 } = readProcess(ownPid) ?? {};
  const disk = readWaitedForIo() ?? nothing;
  return { pid: ownPid, parent, start, cpuSeconds: childCpuSeconds, ...disk, faults: childFaults, childFaults };
}

/**
 * What this process's children have used that it waited for, as if it were the top of the run's tree. As long as the root is
 * there, only helpers can have been waited for, and they do not count.
 */
function watchWaitedFor(root: number, rootStart: string | null): () => Entry {
  let helpers: Entry | undefined;
  return () => {
    const now = ownChildren();
    if (!helpers || readProcess(root)?.start === rootStart) helpers = now;
    return {
      ...now,
      cpuSeconds: now.cpuSeconds - helpers.cpuSeconds,
      readBytes: Math.max(0, now.readBytes - helpers.readBytes),
      writtenBytes: Math.max(0, now.writtenBytes - helpers.writtenBytes),
      faults: now.faults - helpers.faults,
      childFaults: now.childFaults - helpers.childFaults,
    };
  };
}
