import type { OutputCursor } from '../contract/run.ts';

export interface Stretch {
  stream: 'stdout' | 'stderr';
  from: number;
  to: number;
}

const streams = ['stdout', 'stderr'] as const;

/**
 * Lays both output files side by side, in the order in which they grew.
 *
 * @param marks how long both were at a time, ascending; between two of them the order is not known: stdout goes first
 * @param from where each begins
 * @param to where each ends
 */
export function orderOutput(marks: OutputCursor[], from: OutputCursor, to: OutputCursor): Stretch[] {
  const position = { ...from };
  const stretches: Stretch[] = [];
  for (const mark of [...marks, to]) {
    for (const stream of streams) {
      const end = Math.min(mark[stream], to[stream]);
      if (end <= position[stream]) continue;
      const last = stretches.at(-1);
      if (last?.stream === stream) last.to = end;
      else stretches.push({ stream, from: position[stream], to: end });
      position[stream] = end;
    }
  }
  return stretches;
}

/** Keeps the first `limit` bytes. */
export function firstOf(stretches: Stretch[], limit: number): Stretch[] {
  let left = limit;
  return stretches.flatMap((stretch) => {
    const length = Math.min(left, stretch.to - stretch.from);
    left -= length;
    return length > 0 ? [{ ...stretch, to: stretch.from + length }] : [];
  });
}

/** Where each file has to begin so that about the last `bytes` of both together remain. */
export function startOfTail(stretches: Stretch[], to: OutputCursor, bytes: number): OutputCursor {
  const start = { ...to };
  let left = bytes;
  for (const stretch of stretches.toReversed()) {
    const length = Math.min(left, stretch.to - stretch.from);
    start[stretch.stream] = stretch.to - length;
    left -= length;
    if (left <= 0) break;
  }
  return start;
}
