import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemCode } from '../base/fault.ts';
import { splitRecords } from '../base/records.ts';
import { type SupervisorRecord, supervisorRecord } from '../contract/supervisor-record.ts';

/** The records of a run's `supervisor.jsonl` that this version understands. Empty where there is none. */
export function readSupervisorRecords(directory: string): SupervisorRecord[] {
  return splitRecords(readIfThere(join(directory, 'supervisor.jsonl')))
    .records.map(({ text }) => supervisorRecord.safeParse(parse(text)).data)
    .filter((record) => record !== undefined);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readIfThere(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}
