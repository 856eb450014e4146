import { exactJson } from '../base/json.ts';
import { type Database, type Place, putWarning, type RunFileRow, type RunRow, updateFile } from '../store/index.ts';
import type { FileSlice } from './append-only.ts';

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
 * Folds the records of one slice, each given to `foldRecord` with its place, and moves the file's offset past them.
 * `foldRecord` answers false where a record makes no sense.
 */
export function foldSlice<Facts extends { leftOut?: string }>(
  db: Database,
  run: RunRow,
  file: RunFileRow,
  slice: FileSlice,
  foldRecord: (fold: FileFold<Facts>, record: unknown, offset: number) => boolean,
): FileFold<Facts> {
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
  let torn = 0;
  const reportTorn = (before: number) => {
    for (let next = slice.torn[torn]; next && next.start < before; next = slice.torn[++torn])
      if (!fold.facts.leftOut) fold.damaged(slice.offset + next.start, next.end - next.start);
  };
  for (const { text, start } of slice.records) {
    reportTorn(start);
    if (fold.facts.leftOut) break;
    const offset = slice.offset + start;
    const record = parse(text);
    if (record === undefined || !foldRecord(fold, record, offset)) fold.damaged(offset, Buffer.byteLength(text) + 2);
  }
  reportTorn(slice.consumed);
  file.offset = slice.offset + slice.consumed;
  file.size = slice.seen;
  file.facts = exactJson(fold.facts);
  file.last_time = fold.lastTime || null;
  updateFile(db, file, fold.unknown);
  return fold;
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
