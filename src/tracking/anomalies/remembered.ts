import type { LossKind } from '../../contract/loss-kind.ts';
import { newWatch, type Watch } from './watch.ts';

/**
 * A watch as numbers, and back: bit for bit, so that it makes no difference where a series was cut. What they mean is given by
 * their order, so a change of it needs a migration that folds everything again.
 */
export function packWatch(watch: Watch): Float64Array {
  const parts = partsOf(watch);
  const packed = new Float64Array(parts.reduce((sum, part) => sum + lengthOf(part), 0));
  let at = 0;
  for (const part of parts) {
    packed.set(part instanceof Float64Array ? part : Object.values(part), at);
    at += lengthOf(part);
  }
  return packed;
}

export function unpackWatch(kind: LossKind, packed: Float64Array): Watch {
  const watch = newWatch(kind);
  let at = 0;
  for (const part of partsOf(watch)) {
    const length = lengthOf(part);
    if (part instanceof Float64Array) part.set(packed.subarray(at, at + length));
    else for (const [index, key] of Object.keys(part).entries()) part[key] = packed[at + index] as number;
    at += length;
  }
  return watch;
}

type Part = Float64Array | Record<string, number>;

function partsOf({ finite, shape }: Watch): Part[] {
  const parts: object[] = [finite];
  if (shape) parts.push(shape.trend, shape.spike, shape.divergence, shape.plateau, shape.early, shape.milestones);
  return parts as Part[];
}

const lengthOf = (part: Part) => (part instanceof Float64Array ? part.length : Object.keys(part).length);
