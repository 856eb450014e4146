import { statfs } from 'node:fs/promises';
import { byteText } from '../base/byte-text.ts';
import { causeText, systemCode } from '../base/fault.ts';
import type { FileRecord } from './examine-file.ts';
import type { BookEntry } from './file-book.ts';
import { keepFile } from './keep-file.ts';
import type { Pace } from './pace.ts';
import { type Candidate, planKeeping } from './plan-keeping.ts';

export interface Keeping {
  cwd: string;
  runFolder: string;
  pace: Pace;
  say(entry: BookEntry, record: FileRecord): void;
  warn(code: string, params: Record<string, string | number>): void;
}

interface Output {
  entry: BookEntry;
  record: FileRecord;
}

/** What is larger than a copy may be is told of one by one up to so many, then as a number. */
const mostWarnings = 3;

/** Copies models and figures into the run, as far as there is room, and says what stays outside. */
export async function keepOutputs(outputs: readonly Output[], keeping: Keeping): Promise<void> {
  const wanted = outputs.flatMap((output) => candidate(output) ?? []);
  if (wanted.length === 0) return;
  const { cwd, runFolder, pace, say, warn } = keeping;
  const { bavail, bsize } = await statfs(runFolder);
  const { names, large, crowded } = planKeeping(wanted, cwd, bavail * bsize);
  for (const { entry, record } of outputs) {
    const name = names.get(entry.path);
    if (name === undefined) continue;
    try {
      const copy = await keepFile(entry.path, runFolder, name, pace);
      if ('problem' in copy) continue;
      const { sha256, bytes, kept } = copy;
      say(entry, { ...record, bytes, sha256, sampled: false, kept });
    } catch (error) {
      if (systemCode(error) === undefined) throw error;
      warn('output-not-copied', { path: record.path, problem: causeText(error) });
    }
  }
  for (const { path, bytes, limit } of large.slice(0, mostWarnings)) {
    warn('output-too-large', { path, size: byteText(bytes), limit: byteText(limit) });
  }
  const count = crowded + Math.max(0, large.length - mostWarnings);
  if (count > 0) warn('outputs-not-kept', { count });
}

function candidate({ entry, record }: Output): Candidate | undefined {
  const { bytes, modified, files, what, problem } = record;
  if (files !== null || problem !== null || bytes === null || modified === null) return undefined;
  return what === 'model' || what === 'figure' ? { path: entry.path, what, bytes, modified } : undefined;
}
