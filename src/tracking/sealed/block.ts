import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { causeText } from '../../base/fault.ts';
import { ByteReader, ByteWriter, decodeColumn, encodeColumn } from '../../store/index.ts';
import { longestBlock, sealDamage } from './block-format.ts';
import { findMetricLines, type MetricLine, type MetricShape } from './metric-lines.ts';
import { numberForms, writeNumber } from './number-text.ts';

/** Fewer records of a shape are not worth columns of their own. */
const leastOfShape = 12;
const mostShapes = 1000;

/** A stretch of a journal, metric records as columns and all else as it stands, from which `decodeBlock` makes it again. */
export function encodeBlock(stretch: Buffer): Uint8Array {
  const found = findMetricLines(stretch.toString('latin1'));
  const shapes = [...new Set(found.map(({ shape }) => shape))]
    .filter(({ times }) => times.length >= leastOfShape)
    .slice(0, mostShapes);
  const numbers = new Map(shapes.map((shape, index) => [shape, index + 1]));
  const lines = found.filter(({ shape }) => numbers.has(shape));
  const { items, lengths, rest } = cut(stretch, lines, numbers);
  const writer = new ByteWriter();
  writer.varint(shapes.length);
  writeColumn(writer, items);
  writeColumn(writer, lengths);
  writeRest(writer, rest);
  writeColumn(
    writer,
    lines.map(({ shape, place }) => shape.times[place] as number),
  );
  for (const shape of shapes) writeShape(writer, shape);
  return writer.finish();
}

/** What stands between the metric records, and the order of everything: 0 for what stands between, else a shape's number. */
function cut(stretch: Buffer, lines: MetricLine[], numbers: Map<MetricShape, number>) {
  const items: number[] = [];
  const lengths: number[] = [];
  const rest: Buffer[] = [];
  let at = 0;
  const keep = (end: number) => {
    if (end === at) return;
    items.push(0);
    lengths.push(end - at);
    rest.push(stretch.subarray(at, end));
  };
  for (const { shape, start, end } of lines) {
    keep(start);
    items.push(numbers.get(shape) as number);
    at = end;
  }
  keep(stretch.length);
  return { items, lengths, rest: Buffer.concat(rest) };
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
  /** 0 for a stretch that is kept as it is, else the number of a shape, from 1. */
  items: Float64Array;
  lengths: Float64Array;
  rest: Buffer;
  times: Float64Array;
  shapes: BlockShape[];
}

export interface BlockShape {
  ids: number[];
  forms: number[];
  steps: Float64Array;
  values: Float64Array[];
}

/** @throws where the bytes are no block */
export function readBlock(bytes: Uint8Array): Block {
  try {
    const reader = new ByteReader(bytes);
    const count = reader.varint();
    if (count > mostShapes) throw sealDamage(`a block has ${count} shapes`);
    const items = readColumn(reader);
    const lengths = readColumn(reader);
    const rest = readRest(reader);
    const times = readColumn(reader);
    const shapes = Array.from({ length: count }, () => readShape(reader));
    if (reader.left > 0) throw sealDamage('something follows a block');
    return { items, lengths, rest, times, shapes };
  } catch (error) {
    throw sealDamage(causeText(error));
  }
}

function readColumn(reader: ByteReader): Float64Array {
  return decodeColumn(reader.bytes(reader.varint()));
}

function readRest(reader: ByteReader): Buffer {
  const length = reader.varint();
  if (length > longestBlock) throw sealDamage(`a block keeps ${length} bytes`);
  const packed = reader.bytes(reader.varint());
  const rest = inflateRawSync(packed, { maxOutputLength: Math.max(1, length) });
  if (rest.length !== length) throw sealDamage(`a block keeps ${rest.length} of ${length} bytes`);
  return rest;
}

function readShape(reader: ByteReader): BlockShape {
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
export function decodeBlock(bytes: Uint8Array): Buffer {
  const { items, lengths, rest, times, shapes } = readBlock(bytes);
  const text = rest.toString('latin1');
  const places = shapes.map(() => 0);
  const parts: string[] = [];
  let stretch = 0;
  let at = 0;
  let line = 0;
  for (const item of items) {
    if (item === 0) {
      const length = lengths[stretch++] ?? 0;
      parts.push(text.slice(at, at + length));
      at += length;
      continue;
    }
    const shape = shapes[item - 1];
    if (!shape) throw sealDamage(`a block has no shape ${item}`);
    const place = places[item - 1] as number;
    places[item - 1] = place + 1;
    parts.push(lineText(shape, times[line++] as number, place));
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
