import type { Histogram } from '../../contract/media.ts';
import { readTensor } from './tensor.ts';
import { addFixed, bytesOf, doubleOf, eachField, MalformedMessage } from './wire.ts';

export interface ImageBytes {
  width: number;
  height: number;
  /** A file of its own: PNG, JPEG, GIF, … */
  bytes: Buffer;
}

const mostBuckets = 100_000;

/** The Image of a summary. */
export function readImage(message: Buffer): ImageBytes {
  const image: ImageBytes = { width: 0, height: 0, bytes: Buffer.alloc(0) };
  eachField(message, (field) => {
    if (field.number === 1) image.height = field.varint;
    else if (field.number === 2) image.width = field.varint;
    else if (field.number === 4) image.bytes = bytesOf(field);
  });
  return image;
}

/** TensorFlow 2's images: a tensor of texts, which are the width, the height, and one file per image. */
export function readImages(tensor: Buffer): ImageBytes[] {
  const [width, height, ...files] = readTensor(tensor).texts;
  if (width === undefined || height === undefined) return [];
  const size = (text: Buffer) => Number.parseInt(text.toString('latin1'), 10) || 0;
  return files.map((bytes) => ({ width: size(width), height: size(height), bytes }));
}

/**
 * The HistogramProto of a summary. Empty buckets at both ends are left out, because their edges reach to ±1.8e308; the outermost
 * edges of the others are the smallest and the largest value, as TensorBoard shows them.
 */
export function readHistogram(message: Buffer): Histogram {
  let min = 0;
  let max = 0;
  const limits: number[] = [];
  const counts: number[] = [];
  const double = (bytes: Buffer, at: number) => bytes.readDoubleLE(at);
  eachField(message, (field) => {
    if (field.number === 1) min = doubleOf(field);
    else if (field.number === 2) max = doubleOf(field);
    else if (field.number === 6) addFixed(limits, field, 8, double, mostBuckets);
    else if (field.number === 7) addFixed(counts, field, 8, double, mostBuckets);
  });
  if (limits.length !== counts.length) throw new MalformedMessage('a histogram has not as many counts as edges');
  const first = counts.findIndex((count) => count > 0);
  if (first === -1) return { left: [], right: [], counts: [] };
  const last = counts.findLastIndex((count) => count > 0);
  const inner = limits.slice(first, last);
  return { left: [min, ...inner], right: [...inner, max], counts: counts.slice(first, last + 1) };
}

/** TensorFlow 2's histograms: a tensor with a row of left edge, right edge and count for each bucket. */
export function readHistogramTensor(tensor: Buffer): Histogram {
  const { numbers } = readTensor(tensor);
  if (numbers.length % 3 !== 0) throw new MalformedMessage('a histogram has not three numbers to a bucket');
  const column = (first: number) => numbers.filter((_, index) => index % 3 === first);
  return { left: column(0), right: column(1), counts: column(2) };
}

/** A text, or several, one to a line. */
export function readText(tensor: Buffer): string {
  return readTensor(tensor)
    .texts.map((text) => text.toString('utf8'))
    .join('\n');
}
