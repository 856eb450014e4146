import { exactJson } from '../base/json.ts';
import { frameText } from '../base/records.ts';
import { type Database, type Place, putWarning, type RunFileRow, type RunRow, updateFile } from '../store/index.ts';
import { type FileSlice, frameAt, seenOf } from './append-only.ts';

/** Where folded records go, and what is kept of the file itself. */
export interface FileFold<Facts> {
  db: Database;
  run: RunRow;
  file: RunFileRow;
  facts: Facts;
  /** The latest time told of, in microseconds UTC. */
  lastTime: number;
  /** How many records of an unknown kind there were. */
  unknown: number;
  /** Says what was wrong at a place of the file. */
  damaged(offset: number, bytes: number): void;
  placeAt(offset: number, time: number): Place;
}

/**
 * Folds the records of one slice, each given to `foldRecord` with its place, and moves the file's offset past them; answers
 * how many bytes these were. `foldRecord` answers false where a record makes no sense. `foldMany` may fold any number of
 * records from a place on by itself; it answers where the first begins that it leaves to others.
 */
export function foldSlice<Facts extends { leftOut?: string }>(
  db: Database,
  run: RunRow,
  file: RunFileRow,
  slice: FileSlice,
  foldRecord: (fold: FileFold<Facts>, record: unknown, offset: number) => boolean,
  foldMany: (fold: FileFold<Facts>, start: number) => number = (_fold, start) => start,
): number {
  const fold: FileFold<Facts> = {
    db,
    run,
    file,
    facts: JSON.parse(file.facts) as Facts,
    lastTime: file.last_time ?? 0,
    unknown: 0,
    placeAt: (offset, time) => ({ time, file: file.name, offset }),
    damaged(offset, bytes) {
      const params = { file: `runs/${run.id}/${file.name}`, bytes, offset };
      putWarning(db, run.key, 'journal-damaged', params, fold.placeAt(offset, fold.lastTime));
    },
  };
  let consumed = 0;
  for (;;) {
    if (!fold.facts.leftOut) consumed = foldMany(fold, consumed);
    const frame = frameAt(slice, consumed);
    if (!frame) break;
    const { start, end } = frame;
    consumed = end;
    if (fold.facts.leftOut) continue;
    const offset = slice.offset + start;
    const record = frame.torn ? undefined : parse(frameText(slice.bytes, frame));
    if (record === undefined || !foldRecord(fold, record, offset)) fold.damaged(offset, end - start);
  }
  file.offset = slice.offset + consumed;
  file.size = seenOf(slice, consumed);
  file.facts = exactJson(fold.facts);
  file.last_time = fold.lastTime || null;
  updateFile(db, file, fold.unknown);
  return consumed;
}

function parse(text: string): unknown {
  try {
    const record = JSON.parse(text) as unknown;
    return isNestedDeeper(record, deepest) ? undefined : record;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** SQLite's JSON functions go 1,000 levels down, and no parameter that means something goes far. */
const deepest = 200;

function isNestedDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  const items = Array.isArray(value) ? value : Object.values(value);
  return items.some((item) => isNestedDeeper(item, levels - 1));
}
