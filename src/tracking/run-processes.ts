import { closeSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessIdentity } from '../base/identity.ts';
import { splitRecords } from '../base/records.ts';
import { openIfRegular } from '../base/regular-file.ts';
import { journalOpen } from '../contract/journal.ts';
import { readSupervisorRecords } from './supervisor-file.ts';

/** Who of a run is known by name, from its files. */
export interface RunProcesses {
  supervisor: ProcessIdentity | null;
  /** The script itself: as its supervisor started it, else as its journal says. */
  script: ProcessIdentity | null;
  /** Who waits for the script, where that is not the supervisor. */
  keeper: ProcessIdentity | null;
  /** Somebody asked to stop it. */
  stopping: boolean;
  ended: boolean;
}

export function runProcesses(directory: string): RunProcesses {
  const records = readSupervisorRecords(directory);
  const open = records.findLast((record) => record.kind === 'open');
  const started = records.findLast((record) => record.kind === 'started');
  return {
    supervisor: open?.supervisor ?? null,
    script: started?.process ?? mainOfJournals(directory),
    keeper: started?.keeper ?? null,
    stopping: records.some((record) => record.kind === 'stopping'),
    ended: records.some((record) => record.kind === 'exit'),
  };
}

function mainOfJournals(directory: string): ProcessIdentity | null {
  const files = readdirSync(directory).filter((name) => /^journal-.*\.jsonl$/.test(name));
  const opens = files.map((name) => firstRecord(join(directory, name))).filter((open) => open !== undefined);
  return opens.find((open) => open.role === 'main') ?? null;
}

const longestOpen = 8_192;

function firstRecord(file: string) {
  const descriptor = openIfRegular(file);
  if (descriptor === undefined) return undefined;
  try {
    const bytes = Buffer.alloc(longestOpen);
    const length = readSync(descriptor, bytes, 0, longestOpen, 0);
    const [first] = splitRecords(bytes.subarray(0, length)).records;
    return first ? journalOpen.safeParse(JSON.parse(first.text)).data : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  } finally {
    closeSync(descriptor);
  }
}
