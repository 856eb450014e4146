import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { basename, join } from 'node:path';
import process from 'node:process';
import { systemCode } from '../base/fault.ts';
import { keeperFile, readKeeperLog } from '../base/keeper-log.ts';
import { queueFolders, starterFile } from '../base/queue-folders.ts';
import type { RunSettings } from './settings.ts';

/**
 * Says of a queued run that its script is about to be started: the last thing before that. Of all who try, and of those who would
 * put the run back among those that wait, one alone succeeds.
 *
 * @throws where somebody else was faster
 */
export function beginQueued(settings: RunSettings): void {
  if (!settings.queued) return;
  requireClaim(settings);
  const { claimed, started } = queueFolders(settings.store);
  const name = settings.claim as string;
  mkdirSync(started, { recursive: true });
  renameSync(join(claimed, name), join(started, name));
}

/** Throws where a queued run is not this process's to start, any more. */
export function requireClaim({ store, id, queued, claim }: RunSettings): void {
  if (!queued) return;
  const isOurs = claim !== undefined && basename(claim) === claim && claim.includes(id);
  if (!isOurs || !existsSync(join(queueFolders(store).claimed, claim)))
    throw new Error(`The run ${id} is not claimed in the queue for this process, so it is not started.`);
}

/**
 * Whether the script of a run of the queue never began, wherever its entry is by now: then it is for the queue to start it, and for
 * nobody to say how it ended. docs/queue.md
 */
export function isStillQueued({ folder, store, id, queued }: RunSettings): boolean {
  if (!queued) return false;
  if (existsSync(join(folder, keeperFile))) return readKeeperLog(folder) === undefined;
  return entryIn(queueFolders(store).started, id) === undefined;
}

/** Lets a process of its own go on with the queue as soon as this run is over. */
export function goOnWithQueue({ store, id, queued }: RunSettings, complain: (text: string) => void): void {
  if (!queued) return;
  const child = spawn(process.execPath, [join(import.meta.dirname, starterFile), store, id], {
    cwd: import.meta.dirname,
    detached: true,
    windowsHide: true,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  child.on('error', (error) => complain(error.message));
  child.unref();
}

function entryIn(folder: string, run: string): string | undefined {
  try {
    return readdirSync(folder).find((name) => name.includes(run));
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
