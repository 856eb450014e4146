import { join } from 'node:path';
import { parseJson } from '../base/json.ts';
import { splitRecords } from '../base/records.ts';
import { readIfRegular } from '../base/regular-file.ts';
import { type SupervisorRecord, supervisorRecord } from '../contract/supervisor-record.ts';
import { supervisorFile } from './run-folder.ts';

/** Bytes: months of a training. */
const longest = 2 ** 28;

/** The records of a run's `supervisor.jsonl` that this version understands. Empty where there is none. */
export function readSupervisorRecords(directory: string): SupervisorRecord[] {
  return splitRecords(readIfRegular(join(directory, supervisorFile), longest) ?? Buffer.alloc(0))
    .records.map(({ text }) => supervisorRecord.safeParse(parseJson(text)).data)
    .filter((record) => record !== undefined);
}
