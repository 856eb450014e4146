import { decodeColumn, encodeColumn } from './columns/index.ts';
import type { Database } from './driver.ts';
import { bytesOf, copyBytes, join, type PointColumns, part, roomFor } from './points.ts';
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

/**
 * Adds points at the end of a series. The last rows are plain and merged with the new points while they are not larger,
 * so that a live run's small additions cost little; as soon as they fill a row together they are encoded.
 */
export function appendPoints(db: Database, series: number, points: PointColumns, { isNew = false } = {}): void {
  const tail = isNew ? noTail : tailOf(db, series);
  const isFull = tail.count + points.values.length >= chunkSize;
  const from = isFull || tail.isEncoded ? tail.from : mergeFrom(tail, points.values.length);
  const taken = from < tail.next ? takeRows(db, series, from) : undefined;
  const all = taken ? join([taken, points]) : points;
  const length = all.values.length;
  let at = 0;
  let seq = from;
  for (; length - at >= chunkSize; at += chunkSize) insertEncoded(db, series, seq++, part(all, at, at + chunkSize));
  if (at < length) insertPlain(db, series, seq, part(all, at, length));
}

interface Tail {
  /** The place of the first row that is not full, and the one after the last row. */
  from: number;
  next: number;
  /** Points in these rows. */
  count: number;
  rows: { seq: number; count: number }[];
  /** It is one row that was encoded when nothing more was expected. */
  isEncoded: boolean;
}

const noTail: Tail = { from: 0, next: 0, count: 0, rows: [], isEncoded: false };

function tailOf(db: Database, series: number): Tail {
  // Merging keeps the number of plain rows below the logarithm of a full one's points.
  const last = db.prepare<{ seq: number; count: number; plain: number }>(
    'SELECT seq, count, summary IS NULL AS plain FROM chunks WHERE series = ? ORDER BY seq DESC LIMIT 20',
  );
  const rows = last.all(series);
  const next = (rows[0]?.seq ?? -1) + 1;
  const full = rows.findIndex((row) => row.count >= chunkSize);
  const open = full === -1 ? rows : rows.slice(0, full);
  return {
    from: open.at(-1)?.seq ?? next,
    next,
    count: open.reduce((sum, row) => sum + row.count, 0),
    rows: open,
    isEncoded: open.some((row) => row.plain === 0),
  };
}

/** The first row that is to be written again together with the new points, or the one after the last. */
function mergeFrom(tail: Tail, added: number): number {
  let count = added;
  let from = tail.next;
  for (const row of tail.rows) {
    if (row.count > count) break;
    count += row.count;
    from = row.seq;
  }
  return from;
}

function takeRows(db: Database, series: number, from: number): PointColumns {
  const taken = readRows(rowsFrom(db, series, from, Number.MAX_SAFE_INTEGER));
  db.prepare('DELETE FROM chunks WHERE series = ? AND seq >= ?').run(series, from);
  return taken;
}

function insertPlain(db: Database, series: number, seq: number, { steps, times, values }: PointColumns): void {
  db.prepare('INSERT INTO chunks (series, seq, count, steps, times, points) VALUES (?, ?, ?, ?, ?, ?)').run(
    series,
    seq,
    values.length,
    bytesOf(steps),
    bytesOf(times),
    bytesOf(values),
  );
}

function insertEncoded(db: Database, series: number, seq: number, points: PointColumns): void {
  const { steps, times, values } = points;
  const blocks = blocksOf(points);
  const options = { quick: seq < quickRows };
  db.prepare(
    `INSERT INTO chunks (series, seq, count, ascending, summary, blocks, steps, times, points)
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
  let before = -Number.MAX_VALUE;
  for (const number of numbers) {
    if (!(number >= before)) return false;
    before = number;
  }
  return before <= Number.MAX_VALUE;
}

/** The series of a run whose last points are still plain, although they are worth encoding. */
export function looseTails(db: Database, run: number): number[] {
  return db
    .prepare<{ key: number }>(
      `SELECT key FROM series WHERE run = ? AND count >= ?
       AND (SELECT sum(count) FROM chunks WHERE series = series.key AND summary IS NULL) >= ?`,
    )
    .all(run, worthEncoding, worthEncoding)
    .map((row) => row.key);
}

/** Encodes the last points of a series, because no more are expected soon. */
export function encodeTail(db: Database, series: number): void {
  const tail = tailOf(db, series);
  if (tail.isEncoded || tail.count === 0) return;
  insertEncoded(db, series, tail.from, takeRows(db, series, tail.from));
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
