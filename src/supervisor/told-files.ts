import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../base/fault.ts';
import { parseJson } from '../base/json.ts';
import { frameText, nextFrame } from '../base/records.ts';
import type { Micros } from '../base/time.ts';
import { type FileTold, type FolderTold, readFileRecord } from '../contract/file-record.ts';

/** What a process said of a file; `t` is microseconds since 1970. */
export type Told = FileTold | FolderTold;

export interface ToldFiles {
  /** What was said since the last time. */
  read(): Promise<Told[]>;
}

interface Source {
  position: number;
  /** When its process opened it. */
  start: Micros;
  /** What is no whole record yet. */
  rest: Buffer;
}

const chunkBytes = 1 << 18;
const named = /^files-.*-(\d{1,16})\.jsonl$/;
/** What goes on for so long without an end is no record. */
const longestRecord = 1 << 20;

/** Follows what the processes of a run say of files, each in a file of its own. */
export function toldFiles(folder: string): ToldFiles {
  const sources = new Map<string, Source>();

  return {
    async read() {
      const told: Told[] = [];
      for (const name of await readdir(folder)) {
        const start = named.exec(name)?.[1];
        if (start === undefined) continue;
        const source = sources.get(name) ?? { position: 0, start: Number(start), rest: Buffer.alloc(0) };
        sources.set(name, source);
        await readGrowth(join(folder, name), source, told);
      }
      return told;
    },
  };
}

async function readGrowth(path: string, source: Source, told: Told[]): Promise<void> {
  const file = await open(path, 'r').catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (!file) return;
  try {
    for (;;) {
      const chunk = Buffer.allocUnsafe(chunkBytes);
      const { bytesRead } = await file.read(chunk, 0, chunk.length, source.position);
      if (bytesRead === 0) return;
      source.position += bytesRead;
      takeRecords(source, Buffer.concat([source.rest, chunk.subarray(0, bytesRead)]), told);
    }
  } finally {
    await file.close();
  }
}

function takeRecords(source: Source, bytes: Buffer, told: Told[]): void {
  let consumed = 0;
  for (let frame = nextFrame(bytes, 0); frame; frame = nextFrame(bytes, consumed)) {
    consumed = frame.end;
    if (frame.torn) continue;
    const record = parseJson(frameText(bytes, frame));
    const start = startOf(record);
    if (start !== undefined) source.start = start;
    const read = readFileRecord(record);
    if (read) told.push({ ...read, t: source.start + read.t });
  }
  source.rest = bytes.length - consumed > longestRecord ? Buffer.alloc(0) : bytes.subarray(consumed);
}

function startOf(record: unknown): Micros | undefined {
  if (typeof record !== 'object' || record === null || !('kind' in record) || record.kind !== 'open') return undefined;
  return 'start' in record && Number.isSafeInteger(record.start) ? (record.start as number) : undefined;
}
