import { lstatSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { causeText, Fault } from '../base/fault.ts';
import { fault } from '../contract/errors.ts';
import { connect } from './driver.ts';
import { indexFile } from './location.ts';
import { applicationId, readVersion } from './migrate.ts';
import { indexSuffixes, requireOwnFiles } from './own-index.ts';

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
    if (error instanceof Fault) throw error;
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

function isOwn(file: string): boolean {
  try {
    requireOwnFiles(file);
    if (lstatSync(file).size === 0) return true;
    const database = connect(file, { readOnly: true });
    try {
      return readVersion(database).application === applicationId;
    } finally {
      database.close();
    }
  } catch (error) {
    if (error instanceof Fault) return false;
    throw error;
  }
}
