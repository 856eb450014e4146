/** Points in the order in which they were logged. Three columns of the same length. */
export interface PointColumns {
  steps: Float64Array;
  times: Float64Array;
  values: Float64Array;
}

/** Columns for so many points, which are yet to be put there. */
export function roomFor(length: number): PointColumns {
  return { steps: new Float64Array(length), times: new Float64Array(length), values: new Float64Array(length) };
}

/** One after the other. */
export function join(parts: PointColumns[]): PointColumns {
  const length = parts.reduce((sum, part) => sum + part.values.length, 0);
  const all = roomFor(length);
  let at = 0;
  for (const part of parts) {
    all.steps.set(part.steps, at);
    all.times.set(part.times, at);
    all.values.set(part.values, at);
    at += part.values.length;
  }
  return all;
}

/** The points from one place up to another, left out. */
export function part({ steps, times, values }: PointColumns, from: number, to: number): PointColumns {
  return { steps: steps.subarray(from, to), times: times.subarray(from, to), values: values.subarray(from, to) };
}

/** The same points in memory of their own. */
export function copyOf({ steps, times, values }: PointColumns): PointColumns {
  return { steps: steps.slice(), times: times.slice(), values: values.slice() };
}

/** The bytes of float64 columns. Every platform that Node runs this product on is little-endian, as the format is. */
export function bytesOf(floats: Float64Array): Uint8Array {
  return new Uint8Array(floats.buffer, floats.byteOffset, floats.byteLength);
}

export function floatsOf(bytes: Uint8Array): Float64Array {
  const floats = new Float64Array(bytes.byteLength / 8);
  copyBytes(bytes, floats);
  return floats;
}

/** @param target as long as the bytes */
export function copyBytes(bytes: Uint8Array, target: Float64Array | Uint16Array): void {
  new Uint8Array(target.buffer, target.byteOffset, target.byteLength).set(bytes);
}
