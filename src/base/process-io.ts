import { pid as ownPid } from 'node:process';
import { readProcFolder, readProcText } from './process-list.ts';

/** Bytes that were fetched from a disk, and that were given out to be written to one. What stays in memory does not count. */
export interface DiskBytes {
  readBytes: number;
  writtenBytes: number;
}

/**
 * Linux: what a process has read and written, together with those of its children that it waited for. Undefined where the
 * process is gone or not ours to see.
 */
export function readProcessIo(pid: number): DiskBytes | undefined {
  return parseIo(readProcText(`/proc/${pid}/io`));
}

/** Linux: what those children of this very process have read and written that it waited for. */
export function readWaitedForIo(): DiskBytes | undefined {
  const own = readProcFolder('/proc/self/task').map((task) => parseIo(readProcText(`/proc/self/task/${task}/io`)));
  const all = readProcessIo(ownPid);
  if (!all) return undefined;
  const without = (key: keyof DiskBytes) => own.reduce((rest, io) => rest - (io?.[key] ?? 0), all[key]);
  return { readBytes: Math.max(0, without('readBytes')), writtenBytes: Math.max(0, without('writtenBytes')) };
}

function parseIo(text: string | undefined): DiskBytes | undefined {
  const count = (name: string) => Number(new RegExp(`^${name}: (\\d+)$`, 'm').exec(text ?? '')?.[1] ?? Number.NaN);
  const [readBytes, writtenBytes] = [count('read_bytes'), count('write_bytes')];
  return Number.isNaN(readBytes + writtenBytes) ? undefined : { readBytes, writtenBytes };
}
