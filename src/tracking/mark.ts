import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemCode } from '../base/fault.ts';
import { makeFolders, readIfThere } from '../base/files.ts';
import { userFolder } from '../base/user-folder.ts';
import type { QueueEntry } from '../contract/queue.ts';
import type { RunFile } from '../contract/run-file.ts';

const keyFile = 'key';
const keyBytes = 32;

/**
 * Signs with this user's own key what a run was asked to do, so that it may be started again from its record, or what waits in the
 * queue.
 */
export function makeMark(asked: Omit<RunFile, 'mark'> | Omit<QueueEntry, 'mark'>): string {
  return markWith(userKey(), asked);
}

/** What an exported folder is marked for. */
interface MarkedExport {
  kind: 'export';
  sums: string;
  mark: string;
}

/** The same for an exported folder; undefined where this user has no key. None is made, because nothing is to be started. */
export function makeMarkIfKeyed(asked: Omit<MarkedExport, 'mark'>): string | undefined {
  const key = readIfThere(join(userFolder(), keyFile));
  return key?.length === keyBytes ? markWith(key, asked) : undefined;
}

export function hasOwnMark({ mark, ...asked }: RunFile | QueueEntry | MarkedExport): boolean {
  const key = mark === null ? undefined : readIfThere(join(userFolder(), keyFile));
  if (mark === null || key?.length !== keyBytes) return false;
  const expected = Buffer.from(markWith(key, asked), 'utf8');
  const found = Buffer.from(mark, 'utf8');
  return found.length === expected.length && timingSafeEqual(found, expected);
}

function markWith(key: Buffer, asked: object): string {
  return createHmac('sha256', key).update(canonicalJson(asked)).digest('hex');
}

/** The key outside of every workspace; made when it is first needed. */
function userKey(): Buffer {
  const file = join(userFolder(), keyFile);
  const key = readIfThere(file) ?? makeKey(file);
  if (key.length !== keyBytes)
    throw new Error(`${file} is not a key of ${keyBytes} bytes; delete it to get a new one.`);
  return key;
}

/** Of several processes that make it at once, the first wins: a link appears whole, and fails where the name is taken. */
function makeKey(file: string): Buffer {
  makeFolders(userFolder(), 0o700);
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    writeFileSync(draft, randomBytes(keyBytes), { mode: 0o600, flag: 'wx', flush: true });
    linkSync(draft, file);
  } catch (error) {
    if (withoutLinks.has(systemCode(error) ?? '')) return placeKey(draft, file);
    if (systemCode(error) !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  return readFileSync(file);
}

/** What a link fails with where the file system knows none, as on FAT. */
const withoutLinks = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

function placeKey(draft: string, file: string): Buffer {
  if (readIfThere(file) === undefined) renameSync(draft, file);
  return readFileSync(file);
}

/** JSON whose bytes depend only on the values: keys sorted, no spaces. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, item]) => `${JSON.stringify(name)}:${canonicalJson(item)}`);
  return `{${members.join(',')}}`;
}
