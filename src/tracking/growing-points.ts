import type { PointColumns } from '../store/index.ts';

/** Points that are being collected: columns with room for more than `length` points. */
export interface GrowingPoints extends PointColumns {
  length: number;
}

export function noPoints(): GrowingPoints {
  return { steps: new Float64Array(32), times: new Float64Array(32), values: new Float64Array(32), length: 0 };
}

export function addPoint(points: GrowingPoints, step: number, time: number, value: number): void {
  const { length } = points;
  if (length === points.values.length) widen(points);
  points.steps[length] = step;
  points.times[length] = time;
  points.values[length] = value;
  points.length = length + 1;
}

function widen(points: GrowingPoints): void {
  const wider = (column: Float64Array) => {
    const wide = new Float64Array(column.length * 4);
    wide.set(column);
    return wide;
  };
  points.steps = wider(points.steps);
  points.times = wider(points.times);
  points.values = wider(points.values);
}

/** Without the room for more. */
export function collected({ steps, times, values, length }: GrowingPoints): PointColumns {
  return { steps: steps.subarray(0, length), times: times.subarray(0, length), values: values.subarray(0, length) };
}
