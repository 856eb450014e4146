import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { systemCode } from './fault.ts';

/** What a store consists of, beside its index. */
const ofQueue = ['waiting', 'claimed', 'started', 'taken', 'slots'].map((name) => join('queue', name));
const parts = ['runs', 'ops', 'queue', ...ofQueue];

/**
 * The link by which what is written to a store would leave it; undefined where there is none. Whoever keeps a store elsewhere links
 * the whole folder; a link to something else, and any link inside, came with somebody's files.
 */
export function strangeLink(store: string): string | undefined {
  if (isLink(store) && !isStoreOrEmpty(store)) return store;
  return parts.map((part) => join(store, part)).find(isLink);
}

function isLink(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  } catch (error) {
    // What lies above it is a file.
    if (systemCode(error) === 'ENOTDIR') return false;
    throw error;
  }
}

function isStoreOrEmpty(folder: string): boolean {
  const names = new Set(readdirSync(folder));
  return names.size === 0 || (names.has('runs') && (names.has('.gitignore') || names.has('trainyard.db')));
}
