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
  const statuses = processes.map((info) => readProcText(`/proc/${info.pid}/status`) ?? '');
  const resident = statuses.map((status) => kilobytes(status, 'VmRSS'));
  const highWater = Math.max(0, ...statuses.map((status) => kilobytes(status, 'VmHWM')));
  if (processes.length < 2) return { bytes: sum(resident), highWater };
  const shares = processes.map((info, index) => {
    const rollup = readProcText(`/proc/${info.pid}/smaps_rollup`);
    return rollup ? kilobytes(rollup, 'Pss') : (resident[index] as number);
  });
  return { bytes: sum(shares), highWater };
}

function kilobytes(text: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) * 1024;
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
