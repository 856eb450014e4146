import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { pid, ppid } from 'node:process';
import { causeText } from '../base/fault.ts';
import { identify } from '../base/process-identity.ts';
import { encodeRecord } from '../base/records.ts';
import type { Micros } from '../base/time.ts';
import type { JournalOpen } from '../contract/journal.ts';

/** Values by the names of contract/system-metrics.ts. */
export type SystemValues = Record<string, number>;

/** The journal in which the supervisor writes what it measures. docs/journal.md is the protocol. */
export interface SystemJournal {
  /** Adds a sample. One that cannot be written is left out. */
  write(elapsed: Micros, values: SystemValues): void;
  close(): void;
}

/**
 * Makes the journal when the first sample is written.
 *
 * @param start when the run began; samples count from there
 * @param firstStep where earlier supervisors of the run have written samples, the number after their last
 * @param complain is told of the first thing that cannot be written, and of no other
 */
export function openSystemJournal(
  folder: string,
  run: string,
  start: Micros,
  complain: (text: string) => void,
  firstStep = 0,
): SystemJournal {
  const process = identify();
  const host = process.host.replace(/[^A-Za-z0-9._-]/g, '_');
  const path = join(folder, `system-${host}-${pid}-${start}.jsonl`);
  const ids = new Map<string, number>();
  let descriptor: number | undefined;
  let opened = false;
  let complained = false;
  let step = firstStep;

  /** A record that went in only in part is torn, and costs only itself. */
  const append = (record: unknown) => {
    descriptor ??= openSync(path, 'a', 0o644);
    const bytes = encodeRecord(record);
    const written = writeSync(descriptor, bytes);
    if (written !== bytes.length) throw new Error(`only ${written} of ${bytes.length} bytes went in`);
  };

  const open: JournalOpen = {
    ...{ kind: 'open', v: 1, run, ...process, parent: ppid, role: 'supervisor', rank: null },
    ...{ start, language: 'javascript', client: 'trainyard' },
  };

  const close = () => {
    if (descriptor !== undefined) closeSync(descriptor);
    descriptor = undefined;
  };

  return {
    write(elapsed, values) {
      try {
        if (!opened) append(open);
        opened = true;
        const pairs = Object.entries(values).flatMap(([name, value]) => {
          const id = ids.get(name) ?? ids.size;
          if (!ids.has(name)) append({ kind: 'name', id, name });
          ids.set(name, id);
          return [id, rounded(value)];
        });
        if (pairs.length > 0) append([elapsed, step++, ...pairs]);
      } catch (error) {
        if (!complained) complain(`${path} cannot be written: ${causeText(error)}`);
        complained = true;
        close();
      }
    },
    close,
  };
}

/** No measure here is finer than a thousandth, and long numbers would double the file. */
const rounded = (value: number) => Math.round(value * 1_000) / 1_000;
