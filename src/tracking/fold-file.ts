import { crc32 } from 'node:zlib';
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
  placeAt(offset: number, time: number): Place;
  /** There is damage that nothing has been said of yet. */
  isUntold: boolean;
}

/** What is kept of a file's damage, with what else it says. */
export interface DamageFacts {
  /** Nothing after this is read: the file is of a later protocol, or of another run. */
  leftOut?: 'newer' | 'foreign';
  /** The last stretch that could not be read, which may go on. */
  torn?: { start: number; end: number; check: number; time: number };
  /** How many stretches were told of one by one. */
  stretches?: number;
  /** All others, which are told of together. */
  more?: { offset: number; bytes: number; places: number };
}

/**
 * Folds the records of one slice, each given to `foldRecord` with its place, and moves the file's offset past them; answers
 * how many bytes these were. `foldRecord` answers false where a record makes no sense. `foldMany` may fold any number of
 * records from a place on by itself; it answers where the first begins that it leaves to others.
 */
export function foldSlice<Facts extends DamageFacts>(
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
    isUntold: false,
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
    if (record === undefined || !foldRecord(fold, record, offset)) {
      addDamage(fold, offset, slice.bytes.subarray(start, end));
    }
  }
  if (slice.skipped > 0 && fold.facts.torn) {
    fold.facts.torn.end += slice.skipped;
    consumed += slice.skipped;
  }
  tellDamage(fold);
  file.offset = slice.offset + consumed;
  file.size = seenOf(slice, consumed);
  file.facts = exactJson(fold.facts);
  file.last_time = fold.lastTime || null;
  updateFile(db, file, fold.unknown);
  return consumed;
}

/** So many stretches of a file are told of one by one: what is damaged all over would fill the index with it. */
const mostStretches = 100;

/** Damage that follows directly on other damage is one stretch with it, however it is read. */
function addDamage<Facts extends DamageFacts>(fold: FileFold<Facts>, offset: number, bytes: Buffer): void {
  const { facts } = fold;
  const end = offset + bytes.length;
  if (facts.torn?.end === offset) {
    fold.isUntold = true;
    facts.torn = { ...facts.torn, end, check: crc32(bytes, facts.torn.check) };
    if (facts.more) facts.more.bytes += bytes.length;
    return;
  }
  tellDamage(fold);
  fold.isUntold = true;
  facts.torn = { start: offset, end, check: crc32(bytes), time: fold.lastTime };
  if ((facts.stretches ?? 0) < mostStretches) {
    facts.stretches = (facts.stretches ?? 0) + 1;
    return;
  }
  facts.more ??= { offset, bytes: 0, places: 0 };
  facts.more.places++;
  facts.more.bytes += bytes.length;
}

/** Says what was wrong, and at which place of the file. */
function tellDamage<Facts extends DamageFacts>(fold: FileFold<Facts>): void {
  const { db, run, file, facts } = fold;
  if (!fold.isUntold || !facts.torn) return;
  fold.isUntold = false;
  const name = `runs/${run.id}/${file.name}`;
  if (facts.more) {
    const { offset } = facts.more;
    const place = fold.placeAt(offset, run.created);
    putWarning(db, run.key, 'journal-damaged-more', { file: name, ...facts.more }, place, 'more');
  } else {
    const { start, end, check, time } = facts.torn;
    const params = { file: name, bytes: end - start, offset: start, check };
    putWarning(db, run.key, 'journal-damaged', params, fold.placeAt(start, time));
  }
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
