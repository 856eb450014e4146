import type { CurveX } from '../contract/curve.ts';
import { type MetricKey, type PointColumns, type RunRow, readSeries, type Store } from '../store/index.ts';
import type { PlacedPoints } from './bucket-sink.ts';
import { mergeByTime } from './points.ts';

/** Points from left to right along x, those without a place left out. */
export function alongX(points: PointColumns, xs: Float64Array): PlacedPoints {
  return { ...points, xs, order: ascending(xs), ascends: false };
}

/** The moment that times along x count from, in microseconds UTC. */
export const xOrigin = (run: RunRow) => run.started ?? run.created;

/** Where each point of a metric lies along x: a number that is not finite where it has no place. */
export function placesOf(store: Store, run: RunRow, metric: MetricKey, points: PointColumns, x: CurveX): Float64Array {
  if (x === 'step') return points.steps;
  if (x === 'time') {
    const start = xOrigin(run);
    return points.times.map((time) => time - start);
  }
  const other = mergeByTime(readSeries(store.db, { ...metric, name: x.metric }));
  return sameStep(points.steps, other);
}

/** For each step the value that a metric had there, the last where it was logged more than once; NaN where it had none. */
function sameStep(steps: Float64Array, other: PointColumns): Float64Array {
  const mine = alongX(other, other.steps);
  const asked = ascending(steps);
  const known = mine.order ?? other.steps;
  const found = new Float64Array(steps.length).fill(Number.NaN);
  let at = 0;
  let step = Number.NaN;
  let value = Number.NaN;
  for (let place = 0; place < (asked ?? steps).length; place++) {
    const index = asked ? (asked[place] as number) : place;
    const wanted = steps[index] as number;
    for (; at < known.length; at++) {
      const candidate = mine.order ? (mine.order[at] as number) : at;
      const next = other.steps[candidate] as number;
      if (next > wanted) break;
      step = next;
      value = other.values[candidate] as number;
    }
    if (step === wanted) found[index] = value;
  }
  return found;
}

/** The indexes of finite numbers in ascending order, equal ones as they stand; null where that is every one as it stands. */
function ascending(numbers: Float64Array): Uint32Array | null {
  let sorted = true;
  let finite = 0;
  let before = Number.NEGATIVE_INFINITY;
  for (const number of numbers) {
    if (!(number >= before)) sorted = false;
    if (Number.isFinite(number)) finite++;
    before = number;
  }
  if (sorted && finite === numbers.length) return null;
  const order = new Uint32Array(finite);
  let at = 0;
  for (const [index, number] of numbers.entries()) if (Number.isFinite(number)) order[at++] = index;
  if (!sorted) order.sort((a, b) => (numbers[a] as number) - (numbers[b] as number) || a - b);
  return order;
}
