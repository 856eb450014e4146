import { execFileSync } from 'node:child_process';
import { hostname } from 'node:os';
import { kill, pid as ownPid, platform } from 'node:process';
import { systemCode } from './fault.ts';
import type { ProcessIdentity } from './identity.ts';
import { readProcess, readProcText } from './process-list.ts';

export function identify(pid: number = ownPid): ProcessIdentity {
  return { host: hostname(), boot: bootId(), pid, procStart: processStart(pid) };
}

/** `elsewhere`: the process belongs to another machine, so that nothing can be said about it here. */
export function liveness(identity: ProcessIdentity): 'alive' | 'dead' | 'elsewhere' {
  if (identity.host !== hostname()) return 'elsewhere';
  if (identity.boot !== null && identity.boot !== bootId()) return 'dead';
  if (!exists(identity.pid)) return 'dead';
  if (platform === 'linux' && readProcess(identity.pid)?.zombie) return 'dead';
  if (identity.procStart === null) return 'alive';
  const start = processStart(identity.pid);
  if (start === null) return platform === 'linux' ? 'dead' : 'alive';
  return start === identity.procStart ? 'alive' : 'dead';
}

export function isAlive(identity: ProcessIdentity): boolean {
  return liveness(identity) === 'alive';
}

function exists(pid: number): boolean {
  try {
    kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
}

let boot: string | null | undefined;

/** What tells this boot of the machine from every other; null where the platform has no such thing. */
export function bootId(): string | null {
  if (boot === undefined) boot = readBootId();
  return boot;
}

function readBootId(): string | null {
  if (platform === 'linux') return readProcText('/proc/sys/kernel/random/boot_id')?.trim() ?? null;
  if (platform === 'darwin') return ask('sysctl', ['-n', 'kern.bootsessionuuid']);
  return null;
}

/**
 * When a process started, in the operating system's own words: clock ticks since boot on Linux, `ps -o lstart=` on macOS,
 * a FILETIME on Windows. Null where there is no such process.
 */
export function processStart(pid: number): string | null {
  if (platform === 'linux') return readProcess(pid)?.start ?? null;
  if (platform === 'win32') {
    const query = `(Get-Process -Id ${pid}).StartTime.ToFileTimeUtc()`;
    return ask('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', query]);
  }
  return ask('ps', ['-o', 'lstart=', '-p', String(pid)])?.replace(/\s+/g, ' ') ?? null;
}

function ask(program: string, args: string[]): string | null {
  try {
    const env = { ...process.env, LC_ALL: 'C' };
    const text = execFileSync(program, args, {
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      windowsHide: true,
    });
    return text.trim() || null;
  } catch {
    return null;
  }
}
