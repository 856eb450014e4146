import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { platform } from 'node:process';
import { promisify } from 'node:util';

/** One process as the operating system tells of it. */
export interface ProcessInfo {
  pid: number;
  parent: number;
  group: number;
  session: number;
  /** The same text as `processStart(pid)`. */
  start: string;
  /** Of the process itself. */
  cpuSeconds: number;
  /** Of those of its children that ended and were waited for. 0 where the platform does not say. */
  childCpuSeconds: number;
  memoryBytes: number;
  /** It has ended, and only its entry is left. */
  zombie: boolean;
  /** Linux: how many threads it has. */
  threads?: number;
  /** Linux: page faults of its own, and of those of its children that ended and were waited for. */
  faults?: number;
  childFaults?: number;
}

const run = promisify(execFile);
/** Linux counts CPU time for programs in hundredths of a second on every architecture that Node runs on. */
const ticksPerSecond = 100;
/** The page of most kernels. Where it matters memory is read from elsewhere, in bytes: process-memory.ts. */
const pageBytes = 4096;

/** All processes that this user may see. On Linux it costs a millisecond per hundred processes, elsewhere a child process. */
export async function listProcesses(): Promise<ProcessInfo[]> {
  if (platform === 'linux') return listProc();
  if (platform === 'win32') return listWindows();
  return listPs();
}

function listProc(): ProcessInfo[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readProcess(Number(name)))
    .filter((info) => info !== undefined);
}

/** Linux: one process, or undefined where it is gone. */
export function readProcess(pid: number): ProcessInfo | undefined {
  const text = readProcText(`/proc/${pid}/stat`);
  return text === undefined ? undefined : parseStat(pid, text);
}

function parseStat(pid: number, text: string): ProcessInfo {
  // The name in parentheses may itself hold spaces and parentheses.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const number = (index: number) => Number(fields[index - 3]);
  return {
    pid,
    parent: number(4),
    group: number(5),
    session: number(6),
    start: fields[22 - 3] ?? '',
    cpuSeconds: tickSeconds(number(14)) + tickSeconds(number(15)),
    childCpuSeconds: tickSeconds(number(16)) + tickSeconds(number(17)),
    memoryBytes: number(24) * pageBytes,
    zombie: fields[0] === 'Z' || fields[0] === 'X',
    threads: number(20),
    faults: number(10) + number(12),
    childFaults: number(11) + number(13),
  };
}

/** The kernel counts finely and cuts what it shows to whole ticks, which takes away half a tick in the mean. */
function tickSeconds(ticks: number): number {
  return ticks === 0 ? 0 : (ticks + 0.5) / ticksPerSecond;
}

/** Linux: the children of a process, without looking at all processes; undefined where the kernel does not offer it. */
export function readChildren(pid: number): number[] | undefined {
  offersChildren ??= readProcText(`/proc/self/task/${process.pid}/children`) !== undefined;
  if (!offersChildren) return undefined;
  return readProcFolder(`/proc/${pid}/task`)
    .map((task) => readProcText(`/proc/${pid}/task/${task}/children`) ?? '')
    .flatMap((text) => text.split(' ').filter(Boolean).map(Number));
}

let offersChildren: boolean | undefined;

/** A file below /proc, or undefined where the process is gone or not ours to see. */
export function readProcText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** What a folder below /proc lists; nothing where the process is gone or not ours to see. */
export function readProcFolder(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

async function listPs(): Promise<ProcessInfo[]> {
  const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=,pgid=,sess=,time=,rss=,stat=,lstart='], {
    env: { ...process.env, LC_ALL: 'C' },
    maxBuffer: 1 << 26,
  });
  return parsePs(stdout);
}

/** Reads what `ps -o pid=,ppid=,pgid=,sess=,time=,rss=,stat=,lstart=` prints. */
export function parsePs(text: string): ProcessInfo[] {
  return text
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields.length >= 12)
    .map(([pid, parent, group, session, time, rss, state, ...start]) => ({
      pid: Number(pid),
      parent: Number(parent),
      group: Number(group),
      session: Number(session) || 0,
      start: start.join(' '),
      cpuSeconds: psSeconds(time as string),
      childCpuSeconds: 0,
      memoryBytes: Number(rss) * 1024,
      zombie: (state as string).startsWith('Z'),
    }));
}

/** `[[days-]hours:]minutes:seconds[.hundredths]` */
function psSeconds(time: string): number {
  const [clock, days] = time.split('-').reverse() as [string, string?];
  const seconds = clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  return Number(days ?? 0) * 86_400 + seconds;
}

const windowsQuery =
  'Get-CimInstance Win32_Process | ForEach-Object { "$($_.ProcessId) $($_.ParentProcessId) $($_.KernelModeTime + ' +
  '$_.UserModeTime) $($_.WorkingSetSize) $(if ($_.CreationDate) { $_.CreationDate.ToFileTimeUtc() })" }';

async function listWindows(): Promise<ProcessInfo[]> {
  const { stdout } = await run('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', windowsQuery], {
    windowsHide: true,
    maxBuffer: 1 << 26,
  });
  return stdout
    .split('\n')
    .map((line) => line.trim().split(' '))
    .filter((fields) => fields.length === 5)
    .map(([pid, parent, time, memory, start]) => ({
      pid: Number(pid),
      parent: Number(parent),
      group: 0,
      session: 0,
      start: start as string,
      cpuSeconds: Number(time) / 1e7,
      childCpuSeconds: 0,
      memoryBytes: Number(memory),
      zombie: false,
    }));
}
