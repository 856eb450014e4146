import { join } from 'node:path';
import { parseJson } from '../base/json.ts';
import { splitRecords } from '../base/records.ts';
import { openHandleIfRegular } from '../base/regular-file.ts';
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
  const found: Known = earlier ?? { marks: [], ended: false, consumed: 0 };
  if (!(await readOn(file, found))) {
    known.delete(file);
    return earlier ? readOutputMarks(directory) : { marks: [], ended: false };
  }
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

/** A stretch of so many bytes without a record is damage; behind it only the last bytes of a file are looked at. */
const stretch = 4 << 20;
const mostSearched = 64 << 20;

/** Answers false where there is no such file, or it is shorter than what was read of it. */
async function readOn(file: string, found: Known): Promise<boolean> {
  const handle = await openHandleIfRegular(file);
  if (!handle) return false;
  try {
    const { size } = await handle.stat();
    if (size < found.consumed) return false;
    const buffer = Buffer.alloc(Math.min(stretch, size - found.consumed));
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, found.consumed);
      const { records, consumed } = splitRecords(buffer.subarray(0, bytesRead));
      for (const { text } of records) note(found, text);
      const isDamage = consumed === 0 && bytesRead === stretch;
      found.consumed = isDamage ? Math.max(found.consumed + stretch, size - mostSearched) : found.consumed + consumed;
      if (bytesRead < stretch) return true;
    }
  } finally {
    await handle.close();
  }
}
