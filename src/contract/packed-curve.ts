import { type BucketColumns, bucketFields, type CurveColumns, curveRows } from './curve.ts';
import type { Curve } from './run.ts';

/**
 * A curve on its way to a panel, whose messages are text: each column as the base64 of its doubles, little-endian as on every
 * machine that VS Code runs on. A column that equals an earlier one is the name of that one instead.
 */
export interface PackedCurve {
  name: string;
  count: number;
  columns: Record<keyof BucketColumns, string>;
}

export function packCurve({ name, count, buckets }: CurveColumns): PackedCurve {
  const sent = new Map<string, string>();
  const columns = {} as PackedCurve['columns'];
  for (const field of bucketFields) {
    const text = toBase64(buckets[field]);
    columns[field] = sent.get(text) ?? text;
    if (!sent.has(text)) sent.set(text, `=${field}`);
  }
  return { name, count, columns };
}

export function unpackCurve({ name, count, columns }: PackedCurve): Curve {
  const buckets = {} as BucketColumns;
  for (const field of bucketFields) {
    const text = columns[field];
    buckets[field] = text.startsWith('=') ? buckets[text.slice(1) as keyof BucketColumns] : fromBase64(text);
  }
  return curveRows({ name, count, buckets });
}

/** So many bytes fit into one call as arguments. */
const pieceSize = 8192;

function toBase64(values: Float64Array): string {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  let text = '';
  for (let start = 0; start < bytes.length; start += pieceSize) {
    text += String.fromCharCode(...bytes.subarray(start, start + pieceSize));
  }
  return btoa(text);
}

function fromBase64(text: string): Float64Array {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < binary.length; index += 1) bytes[index] = binary.charCodeAt(index);
  return new Float64Array(bytes.buffer);
}
