import { execFileSync } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { kill, pid as ownPid, platform } from 'node:process';
import { systemCode } from './fault.ts';
import type { ProcessIdentity } from './identity.ts';
import { readProcess, readProcText } from './process-list.ts';

export function identify(pid: number = ownPid): ProcessIdentity {
  return { host: hostname(), boot: bootId(), pid, procStart: processStart(pid), pidNamespace: pidNamespace() };
}

/** `elsewhere`: the process belongs to another machine or container, so that nothing can be said about it here. */
export function liveness(identity: ProcessIdentity): 'alive' | 'dead' | 'elsewhere' {
  if (identity.host !== hostname()) return 'elsewhere';
  if (identity.boot !== null && identity.boot !== bootId()) return 'dead';
  const own = pidNamespace();
  if (own !== null && (identity.pidNamespace ?? own) !== own) return 'elsewhere';
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

let namespace: string | null | undefined;

function pidNamespace(): string | null {
  namespace ??= platform === 'linux' ? linkTarget('/proc/self/ns/pid') : null;
  return namespace;
}

function linkTarget(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return null;
  }
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
