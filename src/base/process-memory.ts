import { platform } from 'node:process';
import { type ProcessInfo, readProcText } from './process-list.ts';

export interface TreeMemory {
  /** What the processes hold together, shared pages counted once. */
  bytes: number;
  /** The most that any one of them has held since it started, where the platform tells. */
  highWater: number;
}

/** The memory of some processes together. */
export function measureMemory(processes: ProcessInfo[]): TreeMemory {
  if (platform !== 'linux') return { bytes: sum(processes.map((info) => info.memoryBytes)), highWater: 0 };
  const statuses = processes.map(({ pid }) => statusOf(pid));
  const highWater = Math.max(0, ...statuses.map((status) => kilobytes(status, 'VmHWM')));
  if (processes.length < 2) return { bytes: sum(statuses.map((status) => kilobytes(status, 'VmRSS'))), highWater };
  return { bytes: sum(processes.map(({ pid }) => share(pid))), highWater };
}

/** Its own pages and its part of those that it shares; all of them where the system does not let us look that closely. */
function share(pid: number): number {
  const rollup = readProcText(`/proc/${pid}/smaps_rollup`);
  return rollup ? kilobytes(rollup, 'Pss') : kilobytes(statusOf(pid), 'VmRSS');
}

function statusOf(pid: number): string {
  return readProcText(`/proc/${pid}/status`) ?? '';
}

function kilobytes(text: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) * 1024;
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
