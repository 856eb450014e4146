import type { CurveColumns, CurveX } from '../contract/curve.ts';
import {
  ascendingSteps,
  ascendingTimes,
  type Blocks,
  blockFields,
  blockSize,
  type ChunkOutline,
  type Database,
  isAscending,
  type PointColumns,
  readBlocks,
  readChunks,
  readOutlines,
  summarySize,
} from '../store/index.ts';
import { addBlocks, addPoints, bucketSink, filledBuckets, type PlacedPoints } from './bucket-sink.ts';
import { type Stretch, stretchOf } from './stretch.ts';

/** How many stretches of the pyramid a bucket is made of at least, so that buckets are about equally wide. */
const blocksPerBucket = 2;

/** A row of a series, and where it begins and ends along x. */
interface Piece {
  outline: ChunkOutline;
  first: number;
  last: number;
  /** The row's points, where they had to be read. */
  points: PlacedPoints | null;
}

export interface OutlineRequest extends Stretch {
  buckets: number;
  x: Exclude<CurveX, object>;
  /** What is taken from a time to have its place along x. */
  start: number;
}

/**
 * The shape of a series from the summaries of its points, which are only read where a bucket holds few of them or the asked
 * stretch ends; undefined where the points are not in the order of x.
 */
export function outlineCurve(
  db: Database,
  series: number,
  request: OutlineRequest,
): Omit<CurveColumns, 'name'> | undefined {
  const place = (points: PointColumns): PlacedPoints => ({ ...points, xs: placesOf(points, request), order: null });
  const read = (from: number, to: number) => readChunks(db, series, from, to).map(place);
  const pieces = piecesOf(readOutlines(db, series), read, request);
  if (!pieces) return undefined;
  const chosen = pieces
    .filter(({ first, last }) => last >= request.from && first <= request.to)
    .map((piece) => {
      const whole = piece.first >= request.from && piece.last <= request.to;
      const points = whole ? piece.points : (piece.points ?? onlyOne(read(piece.outline.seq, piece.outline.seq)));
      return { ...piece, points, ...(points ? stretchOf(points, request) : { start: 0, end: piece.outline.count }) };
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
  for (const { outline, points, start, end } of chosen) {
    if (points) addPoints(sink, points, start, end);
    else if (perBucket >= summarySize) addBlocks(sink, outline.summary as Blocks, field, request.start);
    else if (perBucket >= blockSize) addBlocks(sink, readBlocks(db, series, outline.seq), field, request.start);
    else addPoints(sink, onlyOne(read(outline.seq, outline.seq)), 0, outline.count);
  }
  return { count, buckets: filledBuckets(sink) };
}

function onlyOne<Item>(items: Item[]): Item {
  return items[0] as Item;
}

const stepFields = { from: blockFields.fromStep, to: blockFields.toStep };
const timeFields = { from: blockFields.fromTime, to: blockFields.toTime };

function placesOf({ steps, times }: PointColumns, { x, start }: OutlineRequest): Float64Array {
  return x === 'step' ? steps : times.map((time) => time - start);
}

/** Undefined where the rows are not in the order of x. */
function piecesOf(
  outlines: ChunkOutline[],
  read: (from: number, to: number) => PlacedPoints[],
  request: OutlineRequest,
): Piece[] | undefined {
  const { x, start } = request;
  const bit = x === 'step' ? ascendingSteps : ascendingTimes;
  const { from, to } = x === 'step' ? stepFields : timeFields;
  const shift = x === 'step' ? 0 : start;
  const pieces: Piece[] = [];
  let before = Number.NEGATIVE_INFINITY;
  for (const outline of outlines) {
    const { summary } = outline;
    let piece: Piece;
    if (summary) {
      if ((outline.ascending & bit) === 0) return undefined;
      const first = (summary.data[from * summary.length] as number) - shift;
      const last = (summary.data[(to + 1) * summary.length - 1] as number) - shift;
      piece = { outline, first, last, points: null };
    } else {
      const points = onlyOne(read(outline.seq, outline.seq));
      if (!isAscending(points.xs)) return undefined;
      piece = { outline, first: points.xs[0] as number, last: points.xs[outline.count - 1] as number, points };
    }
    if (piece.first < before) return undefined;
    before = piece.last;
    pieces.push(piece);
  }
  return pieces;
}
