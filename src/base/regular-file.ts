import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { systemCode } from './fault.ts';

/** Links are not followed, and nobody waits for the other end of a pipe. Windows knows neither flag. */
const guarded = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * Opens a file of a store to be read. Whoever made the store may have put a link, a pipe or a device in its place.
 *
 * @throws a system error, `EFTYPE` or `ELOOP` where it is no file
 */
export function openRegular(path: string): number {
  return checked(path, openSync(path, constants.O_RDONLY | guarded));
}

/** Opens a file of a store to be appended to, and makes it where there is none. Throws as `openRegular` does. */
export function openToAppend(path: string): number {
  return checked(path, openSync(path, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | guarded, 0o666));
}

function checked(path: string, descriptor: number): number {
  if (fstatSync(descriptor).isFile()) return descriptor;
  closeSync(descriptor);
  throw notAFile(path);
}

/** The same; undefined where there is no file. */
export function openIfRegular(path: string): number | undefined {
  try {
    return openRegular(path);
  } catch (error) {
    if (isNoFile(error)) return undefined;
    throw error;
  }
}

/** What a file of a store holds; undefined where there is no file. Throws `EFBIG` where it holds more than `most` bytes. */
export function readIfRegular(path: string, most = Number.POSITIVE_INFINITY): Buffer | undefined {
  const descriptor = openIfRegular(path);
  if (descriptor === undefined) return undefined;
  try {
    if (fstatSync(descriptor).size > most) throw systemError('EFBIG', `it is larger than ${most} bytes`, path);
    return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** As `openIfRegular`, without holding up the process. */
export async function openHandleIfRegular(path: string): Promise<FileHandle | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(path, constants.O_RDONLY | guarded);
  } catch (error) {
    if (isNoFile(error)) return undefined;
    throw error;
  }
  if ((await handle.stat()).isFile()) return handle;
  await handle.close();
  return undefined;
}

const noFile = new Set(['ENOENT', 'ELOOP', 'EFTYPE', 'EISDIR', 'ENXIO']);

function isNoFile(error: unknown): boolean {
  return noFile.has(systemCode(error) ?? '');
}

function notAFile(path: string): Error {
  return systemError('EFTYPE', 'it is not a file', path);
}

function systemError(code: string, problem: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${problem}, ${path}`), { code, path });
}
