import type { Database } from './driver.ts';

/** Points in the order in which they were logged. Three columns of the same length. */
export interface PointColumns {
  steps: Float64Array;
  times: Float64Array;
  values: Float64Array;
}

/** How many points a row holds at most. */
export const chunkSize = 4096;

interface Chunk {
  steps: Uint8Array;
  times: Uint8Array;
  points: Uint8Array;
}

/**
 * Adds points at the end of a series. The last rows are merged with the new ones while they are not much larger, so that a
 * live run's small additions cost little, and the rows become full all the same.
 */
export function appendPoints(db: Database, series: number, points: PointColumns, { isNew = false } = {}): void {
  const from = isNew ? 0 : mergeFrom(db, series, points.values.length);
  const merged = isNew ? [] : takeChunks(db, series, from);
  writeChunks(db, series, from, join([...merged, points]));
}

/** The first row that is to be written again, or the one after the last. */
function mergeFrom(db: Database, series: number, added: number): number {
  const last = db.prepare<{ seq: number; count: number }>(
    'SELECT seq, count FROM chunks WHERE series = ? ORDER BY seq DESC LIMIT 20',
  );
  let count = added;
  let from = 0;
  for (const chunk of last.all(series)) {
    if (chunk.count >= chunkSize || chunk.count > 4 * count) return chunk.seq + 1;
    count += chunk.count;
    from = chunk.seq;
  }
  return from;
}

function takeChunks(db: Database, series: number, from: number): PointColumns[] {
  const taken = readChunks(db, series, from);
  if (taken.length > 0) db.prepare('DELETE FROM chunks WHERE series = ? AND seq >= ?').run(series, from);
  return taken;
}

function writeChunks(db: Database, series: number, first: number, points: PointColumns): void {
  const insert = db.prepare('INSERT INTO chunks (series, seq, count, steps, times, points) VALUES (?, ?, ?, ?, ?, ?)');
  const length = points.values.length;
  for (let from = 0, seq = first; from < length; from += chunkSize, seq++) {
    const to = Math.min(from + chunkSize, length);
    const column = (all: Float64Array) => bytesOf(all.subarray(from, to));
    insert.run(series, seq, to - from, column(points.steps), column(points.times), column(points.values));
  }
}

export function readPoints(db: Database, series: number): PointColumns {
  return join(readChunks(db, series, 0));
}

function readChunks(db: Database, series: number, from: number): PointColumns[] {
  return db
    .prepare<Chunk>('SELECT steps, times, points FROM chunks WHERE series = ? AND seq >= ? ORDER BY seq')
    .all(series, from)
    .map((chunk) => ({
      steps: floatsOf(chunk.steps),
      times: floatsOf(chunk.times),
      values: floatsOf(chunk.points),
    }));
}

/** One after the other. */
export function join(parts: PointColumns[]): PointColumns {
  const [only] = parts;
  if (only && parts.length === 1) return only;
  const length = parts.reduce((sum, part) => sum + part.values.length, 0);
  const all = { steps: new Float64Array(length), times: new Float64Array(length), values: new Float64Array(length) };
  let at = 0;
  for (const part of parts) {
    all.steps.set(part.steps, at);
    all.times.set(part.times, at);
    all.values.set(part.values, at);
    at += part.values.length;
  }
  return all;
}

/** The bytes of float64 columns. Every platform that Node runs this product on is little-endian, as the format is. */
export function bytesOf(floats: Float64Array): Uint8Array {
  return new Uint8Array(floats.buffer, floats.byteOffset, floats.byteLength);
}

export function floatsOf(bytes: Uint8Array): Float64Array {
  const floats = new Float64Array(bytes.byteLength / 8);
  new Uint8Array(floats.buffer).set(bytes);
  return floats;
}
