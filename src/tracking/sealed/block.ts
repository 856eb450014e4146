import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { causeText } from '../../base/fault.ts';
import { ByteReader, ByteWriter, decodeColumn, encodeColumn } from '../../store/index.ts';
import { longestBlock, sealDamage } from './block-format.ts';
import { findMetricLines, type MetricLine, type MetricShape } from './metric-lines.ts';
import { numberForms, writeNumber } from './number-text.ts';

/** Fewer records of a shape are not worth columns of their own. */
const leastOfShape = 12;
const mostShapes = 1000;

/** A stretch of a journal, metric records as columns and all else as it stands, from which `blockText` makes it again. */
export function encodeBlock(stretch: Buffer): Uint8Array {
  const found = findMetricLines(stretch.toString('latin1'));
  const shapes = [...new Set(found.map(({ shape }) => shape))]
    .filter(({ times }) => times.length >= leastOfShape)
    .slice(0, mostShapes);
  const numbers = new Map(shapes.map((shape, index) => [shape, index]));
  const lines = found.filter(({ shape }) => numbers.has(shape));
  const { kept, counts, spans, rest } = cut(stretch, lines);
  const writer = new ByteWriter();
  writer.varint(shapes.length);
  for (const column of [kept, counts, spans]) writeColumn(writer, column);
  writeRest(writer, rest);
  writeColumn(
    writer,
    lines.map(({ shape }) => numbers.get(shape) as number),
  );
  writeColumn(
    writer,
    lines.map(({ shape, place }) => shape.times[place] as number),
  );
  for (const shape of shapes) writeShape(writer, shape);
  return writer.finish();
}

/** Metric records that follow one another directly are a run; before each run stands what is kept as it is. */
function cut(stretch: Buffer, lines: MetricLine[]) {
  const kept: number[] = [];
  const counts: number[] = [];
  const spans: number[] = [];
  const rest: Buffer[] = [];
  let at = 0;
  for (const { start, end } of lines) {
    if (start !== at || kept.length === 0) {
      kept.push(start - at);
      rest.push(stretch.subarray(at, start));
      counts.push(0);
      spans.push(0);
    }
    const run = kept.length - 1;
    counts[run] = (counts[run] as number) + 1;
    spans[run] = (spans[run] as number) + end - start;
    at = end;
  }
  if (at < stretch.length) {
    kept.push(stretch.length - at);
    rest.push(stretch.subarray(at));
    counts.push(0);
    spans.push(0);
  }
  return { kept, counts, spans, rest: Buffer.concat(rest) };
}

function writeColumn(writer: ByteWriter, values: number[]): void {
  const column = encodeColumn(Float64Array.from(values));
  writer.varint(column.length);
  writer.bytes(column);
}

function writeRest(writer: ByteWriter, rest: Buffer): void {
  const packed = deflateRawSync(rest);
  writer.varint(rest.length);
  writer.varint(packed.length);
  writer.bytes(packed);
}

function writeShape(writer: ByteWriter, { ids, forms, steps, values }: MetricShape): void {
  writer.varint(ids.length);
  ids.forEach((id, pair) => {
    writer.varint(id);
    writer.byte((forms[pair] as number) & numberForms.plain ? numberForms.plain : numberForms.python);
  });
  writeColumn(writer, steps);
  for (const column of values) writeColumn(writer, column);
}

/** What a block says, before any text is made of it. */
export interface Block {
  /** How many bytes it stands for. */
  length: number;
  /** Per run of metric records: the bytes that stand before it, how many records it has, and how many bytes they take. */
  kept: Float64Array;
  counts: Float64Array;
  spans: Float64Array;
  /** What stands before the runs, one after the other. */
  rest: Buffer;
  /** Per record: the place of its shape in `shapes`, and its time. */
  order: Float64Array;
  times: Float64Array;
  shapes: BlockShape[];
}

export interface BlockShape {
  ids: number[];
  forms: number[];
  steps: Float64Array;
  values: Float64Array[];
}

/**
 * @param length how many bytes of text it stands for; no record has as many values as bytes
 * @throws where the bytes are no block
 */
export function readBlock(bytes: Uint8Array, length = longestBlock): Block {
  try {
    const reader = boundedReader(bytes, length);
    const count = reader.varint();
    if (count > mostShapes) throw new Error(`${count} shapes`);
    const [kept, counts, spans] = [readColumn(reader), readColumn(reader), readColumn(reader)];
    const rest = readRest(reader);
    const [order, times] = [readColumn(reader), readColumn(reader)];
    const shapes = Array.from({ length: count }, () => readShape(reader));
    const block: Block = { length: sum(kept) + sum(spans), kept, counts, spans, rest, order, times, shapes };
    if (reader.left > 0 || !fitsTogether(block)) throw new Error('its parts do not fit together');
    return block;
  } catch (error) {
    throw sealDamage(`a block: ${causeText(error)}`);
  }
}

const sum = (column: Float64Array) => column.reduce((total, next) => total + next, 0);

function fitsTogether({ length, kept, counts, spans, rest, order, times, shapes }: Block): boolean {
  if (!(length <= longestBlock) || counts.length !== kept.length || spans.length !== kept.length) return false;
  if ([kept, counts, spans].some((column) => column.some((value) => !Number.isSafeInteger(value) || value < 0))) {
    return false;
  }
  const records = shapes.map(() => 0);
  for (const shape of order) {
    if (records[shape] === undefined) return false;
    records[shape]++;
  }
  const isWhole = ({ steps, values }: BlockShape, index: number) =>
    [steps, ...values].every((column) => column.length === records[index]);
  return (
    sum(kept) === rest.length && sum(counts) === order.length && times.length === order.length && shapes.every(isWhole)
  );
}

/** A reader with how many values its columns may still have. */
interface BoundedReader extends ByteReader {
  values: number;
}

/** A column that holds nothing but the end of a text has up to this many values more than the text has bytes. */
const spare = 8;

function boundedReader(bytes: Uint8Array, length: number): BoundedReader {
  return Object.assign(new ByteReader(bytes), { values: length + spare });
}

function readColumn(reader: BoundedReader): Float64Array {
  const column = decodeColumn(reader.bytes(reader.varint()), undefined, reader.values);
  reader.values -= column.length;
  return column;
}

function readRest(reader: ByteReader): Buffer {
  const length = reader.varint();
  if (length > longestBlock) throw new Error(`${length} bytes`);
  const packed = reader.bytes(reader.varint());
  const rest = inflateRawSync(packed, { maxOutputLength: Math.max(1, length) });
  if (rest.length !== length) throw new Error(`${rest.length} of ${length} bytes`);
  return rest;
}

function readShape(reader: BoundedReader): BlockShape {
  const pairs = reader.varint();
  const ids: number[] = [];
  const forms: number[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    ids.push(reader.varint());
    forms.push(reader.byte());
  }
  const steps = readColumn(reader);
  return { ids, forms, steps, values: ids.map(() => readColumn(reader)) };
}

/** The stretch of the journal, as it stood there. */
export function blockText({ kept, counts, rest, order, times, shapes }: Block): Buffer {
  const text = rest.toString('latin1');
  const places = shapes.map(() => 0);
  const parts: string[] = [];
  let at = 0;
  let line = 0;
  for (let run = 0; run < kept.length; run++) {
    const next = at + (kept[run] as number);
    parts.push(text.slice(at, next));
    at = next;
    for (const end = line + (counts[run] as number); line < end; line++) {
      const shape = order[line] as number;
      const place = places[shape] as number;
      places[shape] = place + 1;
      parts.push(lineText(shapes[shape] as BlockShape, times[line] as number, place));
    }
  }
  return Buffer.from(parts.join(''), 'latin1');
}

function lineText({ ids, forms, steps, values }: BlockShape, time: number, place: number): string {
  let text = `\u001e[${time},${steps[place]}`;
  for (let pair = 0; pair < ids.length; pair++) {
    text += `,${ids[pair]},${writeNumber(values[pair]?.[place] as number, forms[pair] as number)}`;
  }
  return `${text}]\n`;
}
