import { everyForm, readNumber } from './number-text.ts';

/** The metric records of a stretch that name the same metrics in the same order. */
export interface MetricShape {
  ids: number[];
  /** Per pair, the forms in which all of its values are written. */
  forms: number[];
  times: number[];
  steps: number[];
  /** Per pair. */
  values: number[][];
}

/** A metric record that can be written again from its numbers, character by character. */
export interface MetricLine {
  shape: MetricShape;
  /** Its place among the records of its shape. */
  place: number;
  /** Where the line stands in the stretch: its 0x1E, and the byte after its newline. */
  start: number;
  end: number;
}

/**
 * Finds the metric records in a stretch of a journal. What is written in any other way than the shortest is left out: it has
 * to be kept as it is.
 *
 * @param text the bytes, one character each
 */
export function findMetricLines(text: string): MetricLine[] {
  const shapes = new Map<string, MetricShape>();
  const lines: MetricLine[] = [];
  for (let start = text.indexOf('\u001e['); start !== -1; ) {
    const end = text.indexOf('\n', start) + 1;
    if (end === 0) break;
    const next = text.indexOf('\u001e[', start + 1);
    if ((next === -1 || next >= end) && text[end - 2] === ']') {
      const line = readLine(text.slice(start + 2, end - 2), shapes);
      if (line) lines.push({ ...line, start, end });
    }
    start = next;
  }
  return lines;
}

function readLine(inner: string, shapes: Map<string, MetricShape>): Pick<MetricLine, 'shape' | 'place'> | undefined {
  const parts = inner.split(',');
  if (parts.length < 4 || parts.length % 2 !== 0) return undefined;
  const time = wholeOf(parts[0] as string);
  const step = wholeOf(parts[1] as string);
  if (time === undefined || step === undefined) return undefined;
  const shape = shapeOf(parts, shapes);
  if (!shape) return undefined;
  const pairs = shape.ids.length;
  const numbers = new Array<number>(pairs);
  const forms = new Array<number>(pairs);
  for (let pair = 0; pair < pairs; pair++) {
    const read = readNumber(parts[3 + 2 * pair] as string);
    const left = read.forms & (shape.forms[pair] as number);
    if (left === 0) return undefined;
    numbers[pair] = read.value;
    forms[pair] = left;
  }
  shape.forms = forms;
  for (let pair = 0; pair < pairs; pair++) (shape.values[pair] as number[]).push(numbers[pair] as number);
  shape.steps.push(step);
  return { shape, place: shape.times.push(time) - 1 };
}

function shapeOf(parts: string[], shapes: Map<string, MetricShape>): MetricShape | undefined {
  let key = parts[2] as string;
  for (let at = 4; at < parts.length; at += 2) key += `,${parts[at]}`;
  const known = shapes.get(key);
  if (known) return known;
  const ids = key.split(',').map(wholeOf);
  if (!ids.every((id) => id !== undefined && id >= 0)) return undefined;
  const shape: MetricShape = {
    ids: ids as number[],
    forms: ids.map(() => everyForm),
    times: [],
    steps: [],
    values: ids.map(() => []),
  };
  shapes.set(key, shape);
  return shape;
}

/** A whole number in its only spelling. */
function wholeOf(text: string): number | undefined {
  const value = Number(text);
  return Number.isSafeInteger(value) && String(value) === text ? value : undefined;
}
