import { lstatSync, mkdirSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { getuid, platform } from 'node:process';
import { systemCode } from './fault.ts';

/** What may be asked of a supervisor: one JSON line there, one JSON line back. */
export interface ControlRequest {
  do: 'stop' | 'status';
}

export type ControlAnswer = { ok: true; run: string; stopping: boolean } | { ok: false; problem: string };

/** Unix sockets have paths of at most 104 bytes on macOS, the ending zero included. */
const longestPath = 103;

/**
 * Where a run's supervisor listens: in a folder of the temporary folder that only this user may enter. The environment's
 * TMPDIR is not asked where there is a /tmp, because the window and a terminal may disagree about it.
 */
export function controlPath(run: string): string {
  if (platform === 'win32') return `\\\\.\\pipe\\trainyard-${userInfo().username}-${run}`;
  const path = join(controlFolder(), `${run.replaceAll('-', '')}.sock`);
  return Buffer.byteLength(path) <= longestPath ? path : join(controlFolder(), `${run.slice(-12)}.sock`);
}

/**
 * Makes the folder of the sockets. Throws where somebody else has made it, or others may enter it: then there is no
 * control socket, and signals must do.
 */
export function prepareControlFolder(): void {
  if (platform === 'win32') return;
  const folder = controlFolder();
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
  }
  if (!isControlFolderOwn()) throw new Error(`${folder} is not a folder of this user alone`);
}

/** Whether who listens there can only be this user. Everybody may make a folder in the temporary folder, under any name. */
export function isControlFolderOwn(): boolean {
  return platform === 'win32' || isOfUserAlone(controlFolder());
}

export function isOfUserAlone(folder: string): boolean {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  return found?.isDirectory() === true && found.uid === getuid?.() && (found.mode & 0o077) === 0;
}

function controlFolder(): string {
  const shared = lstatSync('/tmp', { throwIfNoEntry: false });
  return join(shared ? '/tmp' : tmpdir(), `trainyard-${getuid?.()}`);
}
