import { closeSync, fdatasync, openSync, writeSync } from 'node:fs';
import { causeText, systemCode } from '../base/fault.ts';
import { encodeRecord } from '../base/records.ts';
import type { SupervisorRecord } from '../contract/supervisor-record.ts';

/** Appends to `supervisor.jsonl`. What cannot be written is kept and tried again: a full disk must not end the supervisor. */
export interface Recorder {
  write(record: SupervisorRecord): void;
  /** Tries again what could not be written; whether nothing is left. */
  retry(): boolean;
  /** Brings what was written to the disk. */
  sync(): Promise<void>;
}

/** Samples that may be missing, so that a disk that stays full does not fill the memory too. */
const expendable = new Set<SupervisorRecord['kind']>(['output', 'usage']);
const mostWaiting = 1_000;

export function openRecorder(path: string, complain: (text: string) => void): Recorder {
  let descriptor: number | undefined;
  let waiting: SupervisorRecord[] = [];
  let unsynced = false;
  let complained = false;

  const fail = (error: unknown) => {
    if (!complained) complain(`${path} cannot be written: ${causeText(error)}`);
    complained = true;
    if (descriptor !== undefined) closeSync(descriptor);
    descriptor = undefined;
    if (waiting.length > mostWaiting) waiting = waiting.filter((record) => !expendable.has(record.kind));
    return false;
  };

  const retry = () => {
    try {
      for (let record = waiting[0]; record; record = waiting[0]) {
        descriptor ??= openSync(path, 'a', 0o644);
        const bytes = encodeRecord(record);
        const written = writeSync(descriptor, bytes);
        if (written !== bytes.length) return fail(new Error(`only ${written} of ${bytes.length} bytes went in`));
        waiting.shift();
        unsynced = true;
      }
      complained = false;
      return true;
    } catch (error) {
      return fail(error);
    }
  };

  return {
    write(record) {
      waiting.push(record);
      retry();
    },
    retry,
    sync() {
      if (!unsynced || descriptor === undefined) return Promise.resolve();
      const current = descriptor;
      unsynced = false;
      return new Promise((resolve) => {
        fdatasync(current, (error) => {
          if (error && systemCode(error) !== 'EBADF') complain(`${path} cannot be synced: ${causeText(error)}`);
          resolve();
        });
      });
    },
  };
}
