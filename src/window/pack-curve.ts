import { Buffer } from 'node:buffer';
import { bucketFields, type CurveColumns } from '../contract/curve.ts';
import type { PackedCurve } from '../contract/packed-curve.ts';

export function packCurve({ name, count, buckets }: CurveColumns): PackedCurve {
  const sent = new Map<string, string>();
  const columns = {} as PackedCurve['columns'];
  for (const field of bucketFields) {
    const { buffer, byteOffset, byteLength } = buckets[field];
    const text = Buffer.from(buffer, byteOffset, byteLength).toString('base64');
    columns[field] = sent.get(text) ?? text;
    if (!sent.has(text)) sent.set(text, `=${field}`);
  }
  return { name, count, columns };
}
