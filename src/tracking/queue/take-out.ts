import { closeSync, existsSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { systemCode } from '../../base/fault.ts';
import { makeFolders } from '../../base/files.ts';
import { encodeRecord } from '../../base/records.ts';
import { openToAppend } from '../../base/regular-file.ts';
import { nowMicros } from '../../base/time.ts';
import type { SupervisorRecord } from '../../contract/supervisor-record.ts';
import { supervisorFile } from '../file-names.ts';
import { runFolder } from '../run-folder.ts';
import { runProcesses } from '../run-processes.ts';
import { findEntry, isOwnEntry, listEntries } from './entry.ts';
import { forgetStart } from './kept-start.ts';
import { queuePlaces } from './places.ts';
import { type EntryName, entryFile } from './rank.ts';

/** Takes a run out of the queue: it ends as stopped. False where it does not wait there, or is about to start. */
export function takeOut(store: string, run: string): boolean {
  const { waiting, taken } = queuePlaces(store);
  const name = findEntry(waiting, run);
  if (!name) return false;
  makeFolders(taken);
  try {
    renameSync(join(waiting, entryFile(name)), join(taken, entryFile(name)));
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
  finishTaken(store, name);
  return true;
}

/** Goes on with what somebody took out who ended before the run's end was written down. */
export function finishAllTaken(store: string): void {
  const { taken } = queuePlaces(store);
  for (const name of listEntries(taken).entries) if (isOwnEntry(taken, name)) finishTaken(store, name);
}

function finishTaken(store: string, name: EntryName): void {
  const directory = runFolder(store, name.run);
  if (existsSync(directory) && !runProcesses(directory).ended) writeEnd(directory, { stopped: true, error: null });
  forgetStart(name.run);
  rmSync(join(queuePlaces(store).taken, entryFile(name)), { force: true });
}

type End = Pick<SupervisorRecord & { kind: 'exit' }, 'stopped' | 'error'>;

/** How a run ended that never had a supervisor. */
export function writeEnd(directory: string, end: End): void {
  const nothing = { code: null, signal: null, cpuSeconds: null, peakMemoryBytes: null, diskReadBytes: null };
  const record: SupervisorRecord = { kind: 'exit', t: nowMicros(), ...end, ...nothing, diskWrittenBytes: null };
  const descriptor = openToAppend(join(directory, supervisorFile));
  try {
    writeSync(descriptor, encodeRecord(record));
  } finally {
    closeSync(descriptor);
  }
}
