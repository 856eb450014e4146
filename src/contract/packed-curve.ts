import { type BucketColumns, bucketFields, curveRows } from './curve.ts';
import type { Curve } from './run.ts';

/**
 * A curve on its way to a panel, whose messages are text: each column as the base64 of its doubles, little-endian as on every
 * machine that VS Code runs on. A column that equals an earlier one is `=` and the name of that one instead. The window packs it.
 */
export interface PackedCurve {
  name: string;
  count: number;
  columns: Record<keyof BucketColumns, string>;
}

export function unpackCurve({ name, count, columns }: PackedCurve): Curve {
  const buckets = {} as BucketColumns;
  for (const field of bucketFields) {
    const text = columns[field];
    buckets[field] = text.startsWith('=') ? buckets[text.slice(1) as keyof BucketColumns] : fromBase64(text);
  }
  return curveRows({ name, count, buckets });
}

function fromBase64(text: string): Float64Array {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < binary.length; index += 1) bytes[index] = binary.charCodeAt(index);
  return new Float64Array(bytes.buffer);
}
