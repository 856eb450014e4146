import { existsSync, rmSync } from 'node:fs';
import { systemCode } from '../../base/fault.ts';
import { writeWhole } from '../../base/files.ts';
import { readIfRegular } from '../../base/regular-file.ts';
import { mostJobs } from '../../contract/queue-limits.ts';
import { writable } from '../writable.ts';
import { queuePlaces } from './places.ts';

/** How many runs of the queue may run at once: one, unless somebody has said otherwise. */
export function readJobs(store: string): number {
  const text = readNumber(queuePlaces(store).jobs);
  const jobs = /^\d{1,3}\s*$/.test(text) ? Number(text) : 1;
  return Math.min(Math.max(jobs, 1), mostJobs);
}

/** Empty for what is no plain file. */
function readNumber(file: string): string {
  try {
    return readIfRegular(file, 100)?.toString('utf8') ?? '';
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return '';
  }
}

/** Throws `store-not-writable`. */
export function writeJobs(store: string, jobs: number): void {
  writable('store-not-writable', store, () => writeWhole(queuePlaces(store).jobs, `${jobs}\n`));
}

export function isPaused(store: string): boolean {
  return existsSync(queuePlaces(store).paused);
}

/** A paused queue starts nothing; what runs goes on. Throws `store-not-writable`. */
export function setPaused(store: string, paused: boolean): void {
  const file = queuePlaces(store).paused;
  writable('store-not-writable', store, () => {
    if (paused) writeWhole(file, '');
    else rmSync(file, { force: true });
  });
}
