import { larger, smaller } from '../base/extremes.ts';
import { copyBytes, type PointColumns } from './points.ts';

/** What some stretches of points hold, each of `size` points but the last. */
export interface Blocks {
  length: number;
  size: number;
  /** Of all stretches together. */
  points: number;
  /** `blockFields.length` columns of `length` numbers, one after the other. */
  data: Float64Array;
  /** How many values are NaN or infinite. */
  nonFinite: Uint16Array;
}

/**
 * The columns of `Blocks.data`. `min` and `max` are over the finite values, NaN where there is none; `first` and `last` are
 * values as logged; steps and times are the smallest and the largest.
 */
export const blockFields = {
  min: 0,
  max: 1,
  first: 2,
  last: 3,
  fromStep: 4,
  toStep: 5,
  fromTime: 6,
  toTime: 7,
} as const;
const fieldCount = 8;

/** Points per entry of a chunk's `blocks`, and of its `summary`. */
export const blockSize = 64;
export const summarySize = 1024;

export function blockCount(points: number, size: number): number {
  return Math.ceil(points / size);
}

/** Points of the stretch at an index. */
export function blockPoints(blocks: Blocks, index: number): number {
  return Math.min(blocks.size, blocks.points - index * blocks.size);
}

function emptyBlocks(points: number, size: number): Blocks {
  const length = blockCount(points, size);
  return { length, size, points, data: new Float64Array(fieldCount * length), nonFinite: new Uint16Array(length) };
}

export function blocksOf({ steps, times, values }: PointColumns): Blocks {
  const blocks = emptyBlocks(values.length, blockSize);
  for (let index = 0, from = 0; index < blocks.length; index++, from += blockSize) {
    const to = Math.min(from + blockSize, values.length);
    let min = Number.POSITIVE_INFINITY;
    let max = Number.NEGATIVE_INFINITY;
    let [fromStep, toStep] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    let [fromTime, toTime] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    let nonFinite = 0;
    for (let at = from; at < to; at++) {
      const step = steps[at] as number;
      const time = times[at] as number;
      const value = values[at] as number;
      fromStep = Math.min(fromStep, step);
      toStep = Math.max(toStep, step);
      fromTime = Math.min(fromTime, time);
      toTime = Math.max(toTime, time);
      if (Number.isFinite(value)) {
        min = Math.min(min, value);
        max = Math.max(max, value);
      } else nonFinite++;
    }
    if (nonFinite === to - from) min = max = Number.NaN;
    put(blocks, index, nonFinite, [
      min,
      max,
      values[from] as number,
      values[to - 1] as number,
      fromStep,
      toStep,
      fromTime,
      toTime,
    ]);
  }
  return blocks;
}

/** The same in larger stretches; `size` is a multiple of what it was. */
export function coarserBlocks(fine: Blocks, size: number): Blocks {
  const blocks = emptyBlocks(fine.points, size);
  const each = size / fine.size;
  for (let index = 0; index < blocks.length; index++) {
    const from = index * each;
    const to = Math.min(from + each, fine.length);
    const column = (field: keyof typeof blockFields) => {
      const start = blockFields[field] * fine.length;
      return fine.data.subarray(start + from, start + to);
    };
    put(
      blocks,
      index,
      fine.nonFinite.subarray(from, to).reduce((sum, count) => sum + count, 0),
      [
        column('min').reduce(smaller),
        column('max').reduce(larger),
        column('first')[0] as number,
        column('last').at(-1) as number,
        column('fromStep').reduce(smaller),
        column('toStep').reduce(larger),
        column('fromTime').reduce(smaller),
        column('toTime').reduce(larger),
      ],
    );
  }
  return blocks;
}

function put(blocks: Blocks, index: number, nonFinite: number, fields: number[]): void {
  for (let field = 0; field < fieldCount; field++) blocks.data[field * blocks.length + index] = fields[field] as number;
  blocks.nonFinite[index] = nonFinite;
}

/** Little-endian: eight columns of float64, then a column of 16-bit counts. */
export function packBlocks({ data, nonFinite }: Blocks): Uint8Array {
  const bytes = new Uint8Array(data.byteLength + nonFinite.byteLength);
  bytes.set(new Uint8Array(data.buffer));
  bytes.set(new Uint8Array(nonFinite.buffer), data.byteLength);
  return bytes;
}

export function unpackBlocks(bytes: Uint8Array, points: number, size: number): Blocks {
  const blocks = emptyBlocks(points, size);
  copyBytes(bytes.subarray(0, blocks.data.byteLength), blocks.data);
  copyBytes(bytes.subarray(blocks.data.byteLength), blocks.nonFinite);
  return blocks;
}
