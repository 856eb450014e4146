/** One field of a protobuf message. The same object is handed out again and again. */
export interface WireField {
  number: number;
  /** 0 varint, 1 eight bytes, 2 a length and so many bytes, 5 four bytes. */
  type: number;
  /** The value of a varint as int64; beyond 2^53 it loses its last digits. */
  varint: number;
  /** The bytes of the other types: a view into the message. */
  bytes: Buffer;
}

/** Bytes that are no protobuf message. */
export class MalformedMessage extends Error {
  constructor(problem: string) {
    super(problem);
    this.name = 'MalformedMessage';
  }
}

const nothing = Buffer.alloc(0);

/**
 * Hands out the fields of a protobuf message in their order, as its wire format says (protobuf.dev/programming-guides/encoding).
 * Nothing is copied, and nothing kept, so that a message of many fields needs no memory.
 *
 * @throws MalformedMessage
 */
export function eachField(message: Buffer, take: (field: WireField) => void): void {
  const field: WireField = { number: 0, type: 0, varint: 0, bytes: nothing };
  const cursor = { bytes: message, position: 0 };
  while (cursor.position < message.length) {
    const key = readVarint(cursor);
    field.number = Math.floor(key / 8);
    field.type = key & 7;
    field.varint = 0;
    field.bytes = nothing;
    if (field.number < 1) throw new MalformedMessage('a field has no number');
    if (field.type === 0) field.varint = readVarint(cursor);
    else if (field.type === 1) field.bytes = readStretch(cursor, 8);
    else if (field.type === 2) field.bytes = readStretch(cursor, readVarint(cursor));
    else if (field.type === 5) field.bytes = readStretch(cursor, 4);
    else throw new MalformedMessage(`a field has the unknown type ${field.type}`);
    take(field);
  }
}

interface Cursor {
  bytes: Buffer;
  position: number;
}

function readVarint(cursor: Cursor): number {
  let low = 0;
  let high = 0;
  for (let shift = 0; shift < 70; shift += 7) {
    const byte = cursor.bytes[cursor.position++];
    if (byte === undefined) throw new MalformedMessage('a number is cut off');
    const bits = byte & 0x7f;
    if (shift < 28) low |= bits << shift;
    else if (shift === 28) {
      low |= bits << 28;
      high |= bits >>> 4;
    } else high |= bits << (shift - 32);
    if (byte < 0x80) return high * 4_294_967_296 + (low >>> 0);
  }
  throw new MalformedMessage('a number has more than ten bytes');
}

function readStretch(cursor: Cursor, length: number): Buffer {
  const { bytes, position } = cursor;
  if (length < 0 || length > bytes.length - position) throw new MalformedMessage('a field is cut off');
  cursor.position += length;
  return bytes.subarray(position, position + length);
}

/** The bytes of a `string`, `bytes` or message field. */
export function bytesOf({ type, bytes }: WireField): Buffer {
  if (type !== 2) throw new MalformedMessage('a field has another type than expected');
  return bytes;
}

export function textOf(field: WireField): string {
  return bytesOf(field).toString('utf8');
}

export function doubleOf({ type, bytes }: WireField): number {
  if (type !== 1) throw new MalformedMessage('a field has another type than expected');
  return bytes.readDoubleLE();
}

/** A float as the double that it is exactly. */
export function floatOf({ type, bytes }: WireField): number {
  if (type !== 5) throw new MalformedMessage('a field has another type than expected');
  return bytes.readFloatLE();
}

/** The numbers of a repeated field of varints, packed or one by one, added to a list that may grow to `most`. */
export function addVarints(list: number[], field: WireField, most: number): void {
  if (field.type === 0) {
    addNumber(list, field.varint, most);
    return;
  }
  const cursor = { bytes: bytesOf(field), position: 0 };
  while (cursor.position < cursor.bytes.length) addNumber(list, readVarint(cursor), most);
}

/** The same for numbers of a fixed size. */
export function addFixed(
  list: number[],
  field: WireField,
  size: 4 | 8,
  read: (bytes: Buffer, at: number) => number,
  most: number,
): void {
  const { bytes, type } = field;
  if (type === 0 || bytes.length % size !== 0) throw new MalformedMessage('a list of numbers is cut off');
  for (let at = 0; at < bytes.length; at += size) addNumber(list, read(bytes, at), most);
}

function addNumber(list: number[], value: number, most: number): void {
  if (list.length >= most) throw new MalformedMessage('a list is too long');
  list.push(value);
}
