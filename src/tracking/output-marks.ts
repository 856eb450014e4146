import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../base/fault.ts';
import { parseJson } from '../base/json.ts';
import { splitRecords } from '../base/records.ts';
import type { OutputCursor } from '../contract/run.ts';
import { supervisorRecord } from '../contract/supervisor-record.ts';
import { supervisorFile } from './run-folder.ts';

export interface OutputMarks {
  marks: OutputCursor[];
  /** The run has ended: nothing more will be written. */
  ended: boolean;
}

interface Known extends OutputMarks {
  consumed: number;
}

/** Who follows a run asks several times a second: only what is new of its file is read. */
const known = new Map<string, Known>();
const mostKnown = 16;

export async function readOutputMarks(directory: string): Promise<OutputMarks> {
  const file = join(directory, supervisorFile);
  const earlier = known.get(file);
  const bytes = await readFrom(file, earlier?.consumed ?? 0);
  if (bytes === undefined) {
    known.delete(file);
    return earlier ? readOutputMarks(directory) : { marks: [], ended: false };
  }
  const found: Known = earlier ?? { marks: [], ended: false, consumed: 0 };
  const { records, consumed } = splitRecords(bytes);
  for (const { text } of records) note(found, text);
  found.consumed += consumed;
  known.delete(file);
  known.set(file, found);
  for (const oldest of known.keys()) if (known.size > mostKnown) known.delete(oldest);
  return found;
}

function note(found: Known, text: string): void {
  const record = supervisorRecord.safeParse(parseJson(text)).data;
  if (record?.kind === 'output') found.marks.push({ stdout: record.stdout, stderr: record.stderr });
  if (record?.kind === 'exit') found.ended = true;
}

/** Undefined where there is no such file, or it is shorter than that. */
async function readFrom(file: string, offset: number): Promise<Buffer | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(file, 'r');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const { size } = await handle.stat();
    if (size < offset) return undefined;
    const bytes = Buffer.alloc(size - offset);
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, offset);
    return bytes.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
