import { createHash } from 'node:crypto';
import { closeSync, readSync } from 'node:fs';
import { opendir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { causeText, systemCode } from '../../base/fault.ts';
import { openRegular } from '../../base/regular-file.ts';
import { readEvent } from './event-message.ts';
import { splitTfRecords } from './tf-records.ts';
import { MalformedMessage } from './wire.ts';

/** A folder that holds event files: what TensorBoard calls a run. */
export interface LogFolder {
  folder: string;
  /** In the order of their names, which begin with their times. */
  files: string[];
}

export interface FoundLogs {
  logs: LogFolder[];
  /** Folders that could not be read. */
  problems: { folder: string; problem: string | null }[];
}

/** All folders with event files in a folder and below, in the order of their paths. Links are not followed. */
export async function findLogs(root: string, signal: AbortSignal): Promise<FoundLogs> {
  const found: FoundLogs = { logs: [], problems: [] };
  const waiting = [root];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    signal.throwIfAborted();
    const files: string[] = [];
    try {
      for await (const entry of await opendir(folder)) {
        const path = join(folder, entry.name);
        if (entry.isDirectory()) waiting.push(path);
        else if (entry.isFile() && entry.name.includes('tfevents')) files.push(path);
      }
    } catch (error) {
      if (systemCode(error) === undefined) throw error;
      found.problems.push({ folder, problem: causeText(error) });
    }
    if (files.length > 0) found.logs.push({ folder, files: files.sort() });
  }
  found.logs.sort((a, b) => (a.folder < b.folder ? -1 : 1));
  return found;
}

/** The first record of a file tells its beginning to the microsecond; every file has it. */
const headBytes = 64 * 1024;

export interface LogHead {
  /** Microseconds UTC. */
  created: number;
  fingerprint: string;
}

/** When a log begins, and what tells it from every other; undefined where none of its files holds an event. */
export function readLogHead({ files }: LogFolder): LogHead | undefined {
  for (const file of files) {
    const [first] = splitTfRecords(readHead(file)).records;
    const wallTime = first && wallTimeOf(first.data);
    if (!first || wallTime === undefined) continue;
    const fingerprint = createHash('sha256').update(basename(file)).update('\0').update(first.data).digest('hex');
    return { created: Math.min(Math.max(Math.round(wallTime * 1e6) || 0, 0), Number.MAX_SAFE_INTEGER), fingerprint };
  }
  return undefined;
}

function wallTimeOf(data: Buffer): number | undefined {
  try {
    return readEvent(data).wallTime;
  } catch (error) {
    if (error instanceof MalformedMessage) return undefined;
    throw error;
  }
}

function readHead(file: string): Buffer {
  const descriptor = openRegular(file);
  try {
    const head = Buffer.alloc(headBytes);
    return head.subarray(0, readSync(descriptor, head, 0, headBytes, 0));
  } finally {
    closeSync(descriptor);
  }
}
