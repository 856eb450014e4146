import type { CurveColumns, CurveX } from '../contract/curve.ts';
import {
  ascendingSteps,
  ascendingTimes,
  type Blocks,
  blockFields,
  blockSize,
  type Chunk,
  type Database,
  readBlocks,
  readChunks,
  readOutlines,
  readWhole,
  roomFor,
  summarySize,
} from '../store/index.ts';
import { addBlocks, addPoints, bucketSink, filledBuckets, type PlacedPoints } from './bucket-sink.ts';
import { type Stretch, stretchOf } from './stretch.ts';

/** How many stretches of the pyramid a bucket is made of at least, so that buckets are about equally wide. */
const blocksPerBucket = 2;

/** A series of so many points is read whole, which takes no longer than to look for less. */
const fewPoints = 8192;
/** They are put here, where they stay until the next series is read. */
const room = roomFor(fewPoints);

/** A row of a series, and where it begins and ends along x. */
interface Piece {
  seq: number;
  count: number;
  first: number;
  last: number;
  /** Whether the row is known to be in the order of x. */
  ordered: boolean;
  /** What every 1,024 points hold; null where all of them were read. */
  summary: Blocks | null;
  points: PlacedPoints | null;
}

export interface OutlineRequest extends Stretch {
  buckets: number;
  x: Exclude<CurveX, object>;
  /** What is taken from a time to have its place along x. */
  start: number;
}

/**
 * The shape of a series from the summaries of its points, which are only read where there are few, where a bucket holds few of
 * them, or where the asked stretch ends; undefined where the points are not in the order of x.
 */
export function outlineCurve(
  db: Database,
  series: { key: number; count: number },
  request: OutlineRequest,
): Omit<CurveColumns, 'name'> | undefined {
  const read = (from: number, to: number) => readChunks(db, series.key, from, to);
  const pieces =
    series.count <= fewPoints
      ? [pieceOf(readWhole(db, series.key, room), 0, request)]
      : outlinedPieces(db, series.key, request);
  if (!follow(pieces)) return undefined;
  const pointsOf = (seq: number) => placed(onlyOne(read(seq, seq)), request);
  const chosen = pieces
    .filter(({ first, last }) => last >= request.from && first <= request.to)
    .map((piece) => {
      const whole = piece.first >= request.from && piece.last <= request.to;
      const points = whole ? piece.points : (piece.points ?? pointsOf(piece.seq));
      return { ...piece, points, ...(points ? stretchOf(points, request) : { start: 0, end: piece.count }) };
    })
    .filter(({ start, end }) => end > start);
  const count = chosen.reduce((sum, { start, end }) => sum + end - start, 0);
  const [head, tail] = [chosen[0], chosen.at(-1)];
  if (!head || !tail) return { count, buckets: filledBuckets(bucketSink(request.buckets, 0, 0, 0)) };
  const first = head.points ? (head.points.xs[head.start] as number) : head.first;
  const last = tail.points ? (tail.points.xs[tail.end - 1] as number) : tail.last;
  const sink = bucketSink(request.buckets, count, first, last);
  const perBucket = count / request.buckets / blocksPerBucket;
  const field = request.x === 'step' ? stepFields : timeFields;
  for (const { seq, summary, points, start, end } of chosen) {
    if (points) addPoints(sink, points, start, end);
    else if (perBucket >= summarySize) addBlocks(sink, summary as Blocks, field, request.start);
    else if (perBucket >= blockSize) addBlocks(sink, readBlocks(db, series.key, seq), field, request.start);
    else addPoints(sink, pointsOf(seq), start, end);
  }
  return { count, buckets: filledBuckets(sink) };
}

function onlyOne<Item>(items: Item[]): Item {
  return items[0] as Item;
}

const stepFields = { from: blockFields.fromStep, to: blockFields.toStep };
const timeFields = { from: blockFields.fromTime, to: blockFields.toTime };

function placed(chunk: Chunk, { x, start }: OutlineRequest): PlacedPoints {
  const { steps, times, values, ascending } = chunk;
  const xs = x === 'step' ? steps : times.map((time) => time - start);
  return { xs, steps, times, values, order: null, ascends: ascending === (ascendingSteps | ascendingTimes) };
}

const bitOf = ({ x }: OutlineRequest) => (x === 'step' ? ascendingSteps : ascendingTimes);

function pieceOf(chunk: Chunk, seq: number, request: OutlineRequest): Piece {
  const points = placed(chunk, request);
  const count = points.xs.length;
  const [first, last] = [points.xs[0] as number, points.xs[count - 1] as number];
  const ordered = (chunk.ascending & bitOf(request)) !== 0;
  return { seq, count, first, last, ordered, summary: null, points };
}

function outlinedPieces(db: Database, series: number, request: OutlineRequest): Piece[] {
  const { x, start } = request;
  const { from, to } = x === 'step' ? stepFields : timeFields;
  const shift = x === 'step' ? 0 : start;
  return readOutlines(db, series).map(({ seq, count, ascending, summary }) => {
    if (!summary) return pieceOf(onlyOne(readChunks(db, series, seq, seq)), seq, request);
    const first = (summary.data[from * summary.length] as number) - shift;
    const last = (summary.data[(to + 1) * summary.length - 1] as number) - shift;
    return { seq, count, first, last, ordered: (ascending & bitOf(request)) !== 0, summary, points: null };
  });
}

/** Whether every row is in the order of x, and so are they together. */
function follow(pieces: Piece[]): boolean {
  let before = Number.NEGATIVE_INFINITY;
  for (const { ordered, first, last } of pieces) {
    if (!ordered || first < before) return false;
    before = last;
  }
  return true;
}
