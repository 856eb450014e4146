import { decodeColumn, encodeColumn } from './columns/index.ts';
import type { Database } from './driver.ts';
import { bytesOf, copyBytes, copyOf, join, type PointColumns, part, roomFor } from './points.ts';
import { type Blocks, blockSize, blocksOf, coarserBlocks, packBlocks, summarySize, unpackBlocks } from './pyramid.ts';

/** How many points a row holds at most. */
export const chunkSize = 4096;

/** The columns of so many rows, from the first on, are kept so that they are read quickly: short series are read whole. */
const quickRows = 4;

/** A tail of fewer points than this stays plain: what encoding would save is less than what a row costs. */
const worthEncoding = 256;

/** Bits of a row's `ascending`: every step, or time, is finite and not less than the one before. */
export const ascendingSteps = 1;
export const ascendingTimes = 2;

interface PointsRow {
  count: number;
  /** NULL where the columns are plain. */
  ascending: number | null;
  steps: Uint8Array;
  times: Uint8Array;
  points: Uint8Array;
}

/** The last rows of a series, which are not full. */
export interface Tail {
  /** The place after the last row. */
  next: number;
  /** The newest first. */
  rows: TailRow[];
  /** Full rows before them were left plain. */
  isLoose: boolean;
}

interface TailRow {
  seq: number;
  count: number;
  /** It was encoded when nothing more was expected. */
  isEncoded: boolean;
  /** Kept where they are few, so that they need not be read to be merged. */
  points: PointColumns | undefined;
}

/** That of a series without points. */
export const noTail: Tail = { next: 0, rows: [], isLoose: false };

/** A hurried step leaves rows unmerged while they are fewer than this; up to as many more, so that not all are merged at once. */
const fewRows = 6;

/** So many points of a row are kept in memory at most. */
const mostKept = 256;

export interface Appending {
  /** What is known of the last rows; read unless given. */
  tail?: Tail;
  /** Merges fewer rows, and leaves full ones plain for `encodeFullRows`, which takes its time later. */
  isHurried?: boolean;
}

/**
 * Adds points at the end of a series. The last rows are plain and merged with the new points while they are not larger,
 * so that a live run's small additions cost little; as soon as they fill a row together they are encoded. Answers the new tail.
 */
export function appendPoints(
  db: Database,
  series: number,
  points: PointColumns,
  { tail = readTail(db, series), isHurried = false }: Appending = {},
): Tail {
  const taken = mergedRows(tail, points.values.length, isHurried ? fewRows + (series % fewRows) : 0);
  const from = taken.at(-1)?.seq ?? tail.next;
  const all = taken.length > 0 ? join([...pointsOf(db, series, taken), points]) : points;
  const length = all.values.length;
  if (taken.length > 1) db.prepare('DELETE FROM chunks WHERE series = ? AND seq > ?').run(series, from);
  const put = isHurried ? putPlain : putEncoded;
  let at = 0;
  let seq = from;
  for (; length - at >= chunkSize; at += chunkSize) put(db, series, seq++, part(all, at, at + chunkSize));
  const rest = part(all, at, length);
  const left = tail.rows.slice(taken.length);
  const count = length - at;
  const isLoose = tail.isLoose || (isHurried && at > 0);
  if (count === 0) return { next: seq, rows: left, isLoose };
  putPlain(db, series, seq, rest);
  // What is left of many points must not keep the memory of all of them.
  const kept = count > mostKept ? undefined : at > 0 ? copyOf(rest) : rest;
  return { next: seq + 1, rows: [{ seq, count, isEncoded: false, points: kept }, ...left], isLoose };
}

export function readTail(db: Database, series: number): Tail {
  // Merging keeps the number of plain rows below the logarithm of a full one's points.
  const last = db.prepare<{ seq: number; count: number; plain: number }>(
    'SELECT seq, count, summary IS NULL AS plain FROM chunks WHERE series = ? ORDER BY seq DESC LIMIT 20',
  );
  const rows = last.all(series);
  const full = rows.findIndex((row) => row.count >= chunkSize);
  const open = full === -1 ? rows : rows.slice(0, full);
  return {
    next: (rows[0]?.seq ?? -1) + 1,
    rows: open.map(({ seq, count, plain }) => ({ seq, count, isEncoded: plain === 0, points: undefined })),
    isLoose: false,
  };
}

/**
 * The rows that are to be written again together with new points, the newest first.
 *
 * @param enough of fewer rows none is
 */
function mergedRows({ rows }: Tail, added: number, enough: number): TailRow[] {
  const total = rows.reduce((sum, row) => sum + row.count, added);
  if (total >= chunkSize || rows.some((row) => row.isEncoded)) return rows;
  if (rows.length < enough) return [];
  let count = added;
  const larger = rows.findIndex((row) => {
    if (row.count > count) return true;
    count += row.count;
    return false;
  });
  return larger === -1 ? rows : rows.slice(0, larger);
}

/** The points of a tail's newest rows, the oldest first. */
function pointsOf(db: Database, series: number, rows: TailRow[]): PointColumns[] {
  const unread = rows.findIndex((row) => !row.points);
  const kept = rows.slice(0, unread === -1 ? rows.length : unread).map((row) => row.points as PointColumns);
  const [newest, oldest] = [rows[unread], rows.at(-1)];
  if (!newest || !oldest) return kept.reverse();
  return [readRows(rowsFrom(db, series, oldest.seq, newest.seq)), ...kept.reverse()];
}

function putPlain(db: Database, series: number, seq: number, { steps, times, values }: PointColumns): void {
  db.prepare('REPLACE INTO chunks (series, seq, count, steps, times, points) VALUES (?, ?, ?, ?, ?, ?)').run(
    series,
    seq,
    values.length,
    bytesOf(steps),
    bytesOf(times),
    bytesOf(values),
  );
}

function putEncoded(db: Database, series: number, seq: number, points: PointColumns): void {
  const { steps, times, values } = points;
  const blocks = blocksOf(points);
  const options = { quick: seq < quickRows };
  db.prepare(
    `REPLACE INTO chunks (series, seq, count, ascending, summary, blocks, steps, times, points)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    series,
    seq,
    values.length,
    ascendingOf(points),
    packBlocks(coarserBlocks(blocks, summarySize)),
    packBlocks(blocks),
    encodeColumn(steps, options),
    encodeColumn(times, options),
    encodeColumn(values, options),
  );
}

function ascendingOf({ steps, times }: PointColumns): number {
  return (isAscending(steps) ? ascendingSteps : 0) | (isAscending(times) ? ascendingTimes : 0);
}

/** Whether every number is finite and not less than the one before. */
function isAscending(numbers: Float64Array): boolean {
  const { length } = numbers;
  let before = -Number.MAX_VALUE;
  for (let at = 0; at < length; at++) {
    const number = numbers[at] as number;
    if (!(number >= before)) return false;
    before = number;
  }
  return before <= Number.MAX_VALUE;
}

/** The series of a run with plain points that are worth encoding. */
export function looseSeries(db: Database, run: number): number[] {
  return db
    .prepare<{ key: number }>(
      `SELECT key FROM series WHERE run = ? AND count >= ?
       AND (SELECT sum(count) FROM chunks WHERE series = series.key AND summary IS NULL) >= ?`,
    )
    .all(run, worthEncoding, worthEncoding)
    .map((row) => row.key);
}

/** Encodes the full rows that were left plain. */
export function encodeFullRows(db: Database, series: number): void {
  const rows = db
    .prepare<{ seq: number }>('SELECT seq FROM chunks WHERE series = ? AND summary IS NULL AND count >= ?')
    .all(series, chunkSize);
  for (const { seq } of rows) putEncoded(db, series, seq, readRows(rowsFrom(db, series, seq, seq)));
}

/** Encodes the last points of a series, because no more are expected soon. */
export function encodeTail(db: Database, series: number): void {
  const { rows } = readTail(db, series);
  const [newest, oldest] = [rows[0], rows.at(-1)];
  const count = rows.reduce((sum, row) => sum + row.count, 0);
  if (!newest || !oldest || rows.some((row) => row.isEncoded) || count < worthEncoding) return;
  const points = readRows(rowsFrom(db, series, oldest.seq, newest.seq));
  db.prepare('DELETE FROM chunks WHERE series = ? AND seq > ?').run(series, oldest.seq);
  putEncoded(db, series, oldest.seq, points);
}

/** Every point of a series. */
export function readPoints(db: Database, series: number): PointColumns {
  const { steps, times, values } = readRows(rowsFrom(db, series, 0, Number.MAX_SAFE_INTEGER));
  return { steps, times, values };
}

/** Every point of a series as one chunk, in `room`, which is large enough for them. */
export function readWhole(db: Database, series: number, room: PointColumns): Chunk {
  return readRows(rowsFrom(db, series, 0, Number.MAX_SAFE_INTEGER), room);
}

/** The points of some of a series' rows, from one up to another, both included. */
export function readChunks(db: Database, series: number, from: number, to: number): Chunk[] {
  return rowsFrom(db, series, from, to).map((row) => readRows([row]));
}

/** Points of one row, or of several as if they were one. */
export interface Chunk extends PointColumns {
  /** Which columns are ascending, as a sum of `ascendingSteps` and `ascendingTimes`. */
  ascending: number;
}

function readRows(rows: PointsRow[], room?: PointColumns): Chunk {
  const length = rows.reduce((sum, { count }) => sum + count, 0);
  const all = part(room ?? roomFor(length), 0, length);
  const { steps, times } = all;
  let ascending = ascendingSteps | ascendingTimes;
  let at = 0;
  for (const row of rows) {
    const points = part(all, at, at + row.count);
    readRow(row, points);
    ascending &= row.ascending ?? ascendingOf(points);
    if (at > 0 && (steps[at] as number) < (steps[at - 1] as number)) ascending &= ~ascendingSteps;
    if (at > 0 && (times[at] as number) < (times[at - 1] as number)) ascending &= ~ascendingTimes;
    at += row.count;
  }
  return { ...all, ascending };
}

function rowsFrom(db: Database, series: number, from: number, to: number): PointsRow[] {
  return db
    .prepare<PointsRow>(
      'SELECT count, ascending, steps, times, points FROM chunks WHERE series = ? AND seq BETWEEN ? AND ? ORDER BY seq',
    )
    .all(series, from, to);
}

function readRow({ ascending, steps, times, points }: PointsRow, room: PointColumns): void {
  const read = ascending === null ? copyBytes : decodeColumn;
  read(steps, room.steps);
  read(times, room.times);
  read(points, room.values);
}

/** A row of a series without its points. */
export interface ChunkOutline {
  seq: number;
  count: number;
  /** Which columns are known to be ascending, as a sum of `ascendingSteps` and `ascendingTimes`. */
  ascending: number;
  /** What every 1,024 points hold; null where the row is plain. */
  summary: Blocks | null;
}

export function readOutlines(db: Database, series: number): ChunkOutline[] {
  return db
    .prepare<{ seq: number; count: number; ascending: number | null; summary: Uint8Array | null }>(
      'SELECT seq, count, ascending, summary FROM chunks WHERE series = ? ORDER BY seq',
    )
    .all(series)
    .map(({ seq, count, ascending, summary }) => ({
      seq,
      count,
      ascending: ascending ?? 0,
      summary: summary === null ? null : unpackBlocks(summary, count, summarySize),
    }));
}

/** What every 64 points hold, in an encoded row. */
export function readBlocks(db: Database, series: number, seq: number): Blocks {
  const row = db
    .prepare<{ count: number; blocks: Uint8Array }>('SELECT count, blocks FROM chunks WHERE series = ? AND seq = ?')
    .get(series, seq);
  const { count, blocks } = row as { count: number; blocks: Uint8Array };
  return unpackBlocks(blocks, count, blockSize);
}
