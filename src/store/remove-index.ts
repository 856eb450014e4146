import { closeSync, lstatSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { causeText } from '../base/fault.ts';
import { readAt } from '../base/files.ts';
import { fault } from '../contract/errors.ts';
import { indexFile } from './location.ts';
import { applicationId } from './migrate.ts';
import { indexSuffixes } from './own-index.ts';

/**
 * Takes the index away, whatever state it is in, so that the next opening makes a new one from the files. What lies there and
 * cannot be told to be Trainyard's is kept under another name, which is answered; else null.
 *
 * @throws `store-not-writable`
 */
export function removeIndex(folder: string): string | null {
  const file = indexFile(folder);
  try {
    for (const suffix of indexSuffixes) if (holdsNothing(file + suffix)) rmSync(file + suffix, { recursive: true });
    const kept = isThere(file) && !isOwn(file) ? `${file}.aside-${Date.now()}` : null;
    for (const suffix of indexSuffixes) {
      if (kept !== null && isThere(file + suffix)) renameSync(file + suffix, kept + suffix);
      else rmSync(file + suffix, { recursive: true, force: true });
    }
    return kept;
  } catch (error) {
    throw fault('store-not-writable', { folder: dirname(file), problem: causeText(error) }, error);
  }
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** Links, pipes, empty folders. */
function holdsNothing(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found !== undefined && !found.isFile() && !(found.isDirectory() && readdirSync(path).length > 0);
}

/** Whether an index says that it is Trainyard's: in its first page, or in the log, where that has never been taken over. */
function isOwn(file: string): boolean {
  if (!lstatSync(file).isFile()) return false;
  if (lstatSync(file).size === 0) return true;
  return readFrom(file, 0, pageHeader, isOwnPage) || (isThere(`${file}-wal`) && isOwnLog(`${file}-wal`));
}

const pageHeader = 100;
const isOwnPage = (page: Buffer) => page.length === pageHeader && page.readUInt32BE(68) === applicationId;

/** SQLite's description of its file format has both headers in its parts 1.3 and 4.1. */
const logHeader = 32;
const frameHeader = 24;
/** The first page is among the first that a new index writes. */
const framesLookedAt = 1000;

function isOwnLog(log: string): boolean {
  return readFrom(log, 0, logHeader, (head) => {
    if (head.length < logHeader) return false;
    const frame = frameHeader + head.readUInt32BE(8);
    const end = Math.min(lstatSync(log).size, logHeader + framesLookedAt * frame);
    for (let at = logHeader; at + frame <= end; at += frame) {
      const isFirstPage = readFrom(log, at, 4, (number) => number.readUInt32BE(0) === 1);
      if (isFirstPage) return readFrom(log, at + frameHeader, pageHeader, isOwnPage);
    }
    return false;
  });
}

function readFrom(file: string, offset: number, length: number, look: (bytes: Buffer) => boolean): boolean {
  const descriptor = openSync(file, 'r');
  try {
    return look(readAt(descriptor, offset, length));
  } finally {
    closeSync(descriptor);
  }
}
