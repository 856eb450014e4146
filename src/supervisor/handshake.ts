import process from 'node:process';
import type { SupervisorRecord } from '../contract/supervisor-record.ts';
import { isWhatToStart, type WhatToStart } from './settings.ts';

/** What a supervisor tells the launcher, once. */
export type HandshakeMessage = { kind: 'started'; pid: number } | { kind: 'failed'; code: string; message: string };

export type LaunchWarning = Pick<SupervisorRecord & { kind: 'warning' }, 'code' | 'params'>;

/** What a launcher tells the supervisor, once. */
export interface Orders {
  /** The run's folder, with `run.json` in it. */
  folder: string;
  /** What the launcher found less than well before anybody could write it down. */
  warnings: LaunchWarning[];
  /** What to start, where `run.json` has `***` for some of it. */
  secret?: WhatToStart | undefined;
  /** Of a run that comes from the queue: the name of its entry among those that are claimed. */
  claim?: string | undefined;
}

/**
 * Which run to start: the folder named by the command line, else what the launcher says, which may start its supervisor before
 * the run's folder is ready. Undefined where the launcher went away without a word.
 */
export function takeOrders(folder: string | undefined): Promise<Orders | undefined> {
  if (folder) return Promise.resolve({ folder, warnings: [] });
  if (!process.send) throw new Error('usage: supervisor RUN_FOLDER');
  return new Promise((resolve) => {
    process.once('message', (message) => resolve(isOrders(message) ? message : undefined));
    process.once('disconnect', () => resolve(undefined));
    if (!process.connected) resolve(undefined);
  });
}

function isOrders(message: unknown): message is Orders {
  if (typeof message !== 'object' || message === null || !('folder' in message) || !('warnings' in message))
    return false;
  const { folder, warnings } = message;
  const secret = 'secret' in message ? message.secret : undefined;
  const claim = 'claim' in message ? message.claim : undefined;
  const known = (secret === undefined || isWhatToStart(secret)) && ['string', 'undefined'].includes(typeof claim);
  return typeof folder === 'string' && Array.isArray(warnings) && warnings.every(isWarning) && known;
}

function isWarning(value: unknown): value is LaunchWarning {
  if (typeof value !== 'object' || value === null || !('code' in value) || !('params' in value)) return false;
  return typeof value.code === 'string' && typeof value.params === 'object' && value.params !== null;
}

/** Tells the launcher, if it still listens, and lets go of it: from here on the run is nobody's child. */
export function tellLauncher(message: HandshakeMessage): Promise<void> {
  if (!process.send || !process.connected) return Promise.resolve();
  return new Promise((resolve) => {
    process.send?.(message, undefined, undefined, () => {
      if (process.connected) process.disconnect();
      resolve();
    });
  });
}
