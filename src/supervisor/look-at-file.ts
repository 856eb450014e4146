import type { BigIntStats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { systemCode } from '../base/fault.ts';
import { pathOf } from '../base/path-text.ts';
import type { Micros } from '../base/time.ts';
import type { FileProblem } from '../contract/supervisor-record.ts';

/** What a path leads to, links followed. */
export type FileLook =
  | { kind: 'file'; bytes: number; modified: Micros; made: Micros }
  | { kind: 'folder' }
  | { kind: 'problem'; problem: FileProblem };

/** Looks without opening: to open a pipe may wake the one who writes to it. */
export async function lookAtFile(path: string): Promise<FileLook> {
  try {
    const found = await stat(pathOf(path), { bigint: true });
    if (found.isDirectory()) return { kind: 'folder' };
    return found.isFile()
      ? { kind: 'file', ...stateOf(found), made: madeAt(found) }
      : { kind: 'problem', problem: 'special' };
  } catch (error) {
    return { kind: 'problem', problem: problemOf(error) };
  }
}

export function stateOf({ size, mtimeNs }: BigIntStats): { bytes: number; modified: Micros } {
  return { bytes: Number(size), modified: Math.max(0, Number(mtimeNs / 1000n)) };
}

/** 0 where the file system does not know. */
export function madeAt({ birthtimeNs }: BigIntStats): Micros {
  return Math.max(0, Number(birthtimeNs / 1000n));
}

/** A file system may round a time once more. */
const roundingMicros = 2;

/** Whether a file is still what it was. */
export function isSame(
  one: { bytes: number | null; modified: Micros | null },
  other: { bytes: number | null; modified: Micros | null },
): boolean {
  if (one.bytes !== other.bytes || one.modified === null || other.modified === null) return false;
  return Math.abs(one.modified - other.modified) <= roundingMicros;
}

/** @throws what is no error of the system */
export function problemOf(error: unknown): FileProblem {
  const code = systemCode(error);
  if (code === undefined) throw error;
  return code === 'ENOENT' || code === 'ENOTDIR' ? 'gone' : 'unreadable';
}
