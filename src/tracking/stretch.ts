import type { PlacedPoints } from './bucket-sink.ts';

/** A part of the x axis, both ends included. */
export interface Stretch {
  from: number;
  to: number;
}

export const placeAt = ({ xs, order }: PlacedPoints, at: number) => xs[order ? (order[at] as number) : at] as number;

/** The first of the points in a stretch, and the one after the last. */
export function stretchOf(points: PlacedPoints, { from, to }: Stretch): { start: number; end: number } {
  const length = (points.order ?? points.xs).length;
  const start = firstWhere(length, (at) => placeAt(points, at) >= from);
  const end = firstWhere(length, (at) => placeAt(points, at) > to);
  return { start: Math.min(start, end), end };
}

/** The least of the numbers up to `length` for which an ascending condition holds; `length` where it holds for none. */
function firstWhere(length: number, holds: (at: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
