import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { causeText, Fault } from '../base/fault.ts';
import { fault } from '../contract/errors.ts';

/** SQLite's primary result codes that a person can do something about. */
const broken = new Set([11, 26]);
const busy = new Set([5, 6]);
const unwritable = new Set([3, 8, 10, 13, 14]);

/** Bytes: what an index needs to be opened at all. */
const leastRoom = 65_536;

const codesByName: Record<string, number> = {
  SQLITE_ERROR: 1,
  SQLITE_PERM: 3,
  SQLITE_BUSY: 5,
  SQLITE_LOCKED: 6,
  SQLITE_READONLY: 8,
  SQLITE_IOERR: 10,
  SQLITE_CORRUPT: 11,
  SQLITE_FULL: 13,
  SQLITE_CANTOPEN: 14,
  SQLITE_NOTADB: 26,
};

/** Turns what either driver throws into a fault; what is no SQLite error of the file's stays as it is. */
export function sqliteFault(file: string, error: unknown): unknown {
  if (error instanceof Fault) return error;
  const code = resultCode(error);
  if (code === undefined) return error;
  const problem = causeText(error);
  if (broken.has(code) || (code === 1 && /^(no such (table|column)|malformed)/.test(problem)))
    return fault('store-broken', { file, problem }, error);
  if (busy.has(code)) return fault('store-busy', { file }, error);
  if (unwritable.has(code)) {
    const folder = dirname(file);
    return fault('store-not-writable', { folder, problem: isFull(folder) ? 'the disk is full' : problem }, error);
  }
  return error;
}

/** SQLite calls it an I/O error where what it maps into memory has no room any more. */
function isFull(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize < leastRoom;
  } catch {
    return false; // The folder itself is gone: the first error says what is wrong.
  }
}

function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('errcode' in error && typeof error.errcode === 'number') return error.errcode & 0xff;
  if (!('code' in error) || typeof error.code !== 'string') return undefined;
  const name = /^SQLITE_[A-Z]+/.exec(error.code)?.[0];
  return name === undefined ? undefined : codesByName[name];
}
