import { recordSeparator } from '../../base/records.ts';
import { type MetricTaker, scanMetrics } from '../scan-metrics.ts';
import type { Block, BlockShape } from './block.ts';

/** As `scanMetrics` of a whole text. Must be asked from front to back. */
export type MetricScan = (start: number, taker: MetricTaker) => number;

/** A part of a sealed journal, up to the end of a block. */
export interface BlockSlice {
  /** Where there is a `scan`, only the first byte of a run of metric records, and zeros for the others. */
  bytes: Buffer;
  /** Metric records need not be made text of to be read. */
  scan?: MetricScan;
}

/** @param textOf makes the whole text of the block: a metric record that cannot be taken has to be looked at */
export function blockSlice(block: Block, textOf: () => Buffer): BlockSlice {
  const bytes = Buffer.alloc(block.length);
  const starts = placeRest(block, bytes);
  const places = block.shapes.map(() => 0);
  let isText = false;
  let run = 0;
  let line = 0;

  function scan(start: number, taker: MetricTaker): number {
    if (isText) return scanMetrics(bytes, start, taker);
    while (run < starts.length && ((starts[run] as number) < start || block.counts[run] === 0)) run++;
    if (starts[run] !== start) return start;
    const end = line + (block.counts[run] as number);
    if (!knowsAll(block, line, end, taker)) {
      textOf().copy(bytes);
      isText = true;
      return scanMetrics(bytes, start, taker);
    }
    for (; line < end; line++) takeLine(block, line, places, taker);
    return start + (block.spans[run++] as number);
  }

  return { bytes, scan };
}

/** Puts what stands between the runs into its place; answers where the runs begin. */
function placeRest({ kept, counts, spans, rest }: Block, bytes: Buffer): number[] {
  const starts: number[] = [];
  let from = 0;
  let at = 0;
  for (let run = 0; run < kept.length; run++) {
    const length = kept[run] as number;
    rest.copy(bytes, at, from, from + length);
    from += length;
    at += length;
    starts.push(at);
    // What stands torn before a run ends here.
    if ((counts[run] as number) > 0) bytes[at] = recordSeparator;
    at += spans[run] as number;
  }
  return starts;
}

function knowsAll({ order, shapes }: Block, from: number, to: number, taker: MetricTaker): boolean {
  const seen = new Set<number>();
  for (let line = from; line < to; line++) seen.add(order[line] as number);
  return [...seen].every((shape) => shapes[shape]?.ids.every((id) => taker.knows(id)));
}

const pairs: number[] = [];

function takeLine({ order, times, shapes }: Block, line: number, places: number[], taker: MetricTaker): void {
  const index = order[line] as number;
  const { ids, steps, values } = shapes[index] as BlockShape;
  const place = places[index] as number;
  places[index] = place + 1;
  for (let pair = 0; pair < ids.length; pair++) pairs[pair] = values[pair]?.[place] as number;
  taker.take(times[line] as number, steps[place] as number, ids, pairs, ids.length);
}
