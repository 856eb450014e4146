import { pid as ownPid, platform } from 'node:process';
import { listProcesses, type ProcessInfo, readChildren, readProcess, readProcText } from './process-list.ts';

/** A process and everything that it started, also what has left it for a session or a parent of its own. */
export interface ProcessTree {
  /** Who of the tree is alive, by following children from the members known so far. Cheap on Linux. */
  look(): Promise<ProcessInfo[]>;
  /** The same by looking at every process of the machine, so that those are found whose parent ended between two looks. */
  search(): Promise<ProcessInfo[]>;
}

export interface TreeOptions {
  /** An environment entry such as `NAME=value` that all of the tree inherited. Looked at on Linux only. */
  mark?: string;
}

/**
 * Starts to follow a process.
 *
 * @param root its pid
 * @param rootStart its start time, so that a stranger with the same pid is never taken for it
 */
export function followTree(root: number, rootStart: string | null, options: TreeOptions = {}): ProcessTree {
  let known = new Map<number, string>();
  if (rootStart !== null) known.set(root, rootStart);

  const remember = (alive: ProcessInfo[]) => {
    known = new Map(alive.map((info) => [info.pid, info.start]));
    return alive;
  };

  const search = async () => {
    const all = (await listProcesses()).filter((info) => !info.zombie && info.pid !== ownPid);
    const members = new Map(all.filter((info) => known.get(info.pid) === info.start).map((info) => [info.pid, info]));
    for (const info of all) if (options.mark && carries(info.pid, options.mark)) members.set(info.pid, info);
    const rootTaken = all.some((info) => info.pid === root && info.start !== rootStart);
    for (let grown = true; grown; ) {
      const leaders = new Set(members.keys());
      if (!rootTaken) leaders.add(root);
      const joined = all.filter((info) => !members.has(info.pid) && belongs(info, members, leaders));
      for (const info of joined) members.set(info.pid, info);
      grown = joined.length > 0;
    }
    return remember([...members.values()]);
  };

  const look = async () => {
    if (platform !== 'linux') return search();
    const members = new Map<number, ProcessInfo>();
    const waiting = [...known.keys()];
    for (let pid = waiting.pop(); pid !== undefined; pid = waiting.pop()) {
      if (members.has(pid)) continue;
      const info = readProcess(pid);
      const start = known.get(pid);
      if (!info || info.zombie || (start !== undefined && start !== info.start)) continue;
      const children = readChildren(pid);
      if (children === undefined) return search();
      members.set(pid, info);
      waiting.push(...children);
    }
    return remember([...members.values()]);
  };

  return { look, search };
}

/** A session and a group have the number of the process that made them; macOS tells of groups only. */
function belongs(info: ProcessInfo, members: Map<number, ProcessInfo>, leaders: Set<number>): boolean {
  return members.has(info.parent) || leaders.has(info.session) || leaders.has(info.group);
}

function carries(pid: number, mark: string): boolean {
  if (platform !== 'linux') return false;
  const environment = readProcText(`/proc/${pid}/environ`);
  return environment?.split('\0').includes(mark) ?? false;
}
