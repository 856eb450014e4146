import { addFixed, addVarints, bytesOf, eachField, MalformedMessage } from './wire.ts';

/** Values of a tensor that is read: more are neither a number nor a histogram. */
const mostNumbers = 300_000;
const mostTexts = 10_000;

export interface Tensor {
  type: number;
  /** Sizes of its dimensions; empty for a single value. */
  shape: number[];
  numbers: number[];
  texts: Buffer[];
}

/** The numbers of `DataType` in TensorFlow's types.proto. */
const dataType = { string: 7, bfloat16: 14 };

interface FixedType {
  bytes: number;
  read(bytes: Buffer, at: number): number;
}

/** How `tensor_content` holds values, by `DataType`: little-endian, as every writer's machine has it. */
const contentTypes: Record<number, FixedType> = {
  1: { bytes: 4, read: (bytes, at) => bytes.readFloatLE(at) },
  2: { bytes: 8, read: (bytes, at) => bytes.readDoubleLE(at) },
  3: { bytes: 4, read: (bytes, at) => bytes.readInt32LE(at) },
  4: { bytes: 1, read: (bytes, at) => bytes.readUInt8(at) },
  5: { bytes: 2, read: (bytes, at) => bytes.readInt16LE(at) },
  6: { bytes: 1, read: (bytes, at) => bytes.readInt8(at) },
  9: { bytes: 8, read: (bytes, at) => Number(bytes.readBigInt64LE(at)) },
  10: { bytes: 1, read: (bytes, at) => bytes.readUInt8(at) },
  14: { bytes: 2, read: (bytes, at) => brainFloat(bytes.readUInt16LE(at)) },
  17: { bytes: 2, read: (bytes, at) => bytes.readUInt16LE(at) },
  19: { bytes: 2, read: (bytes, at) => halfFloat(bytes.readUInt16LE(at)) },
  22: { bytes: 4, read: (bytes, at) => bytes.readUInt32LE(at) },
  23: { bytes: 8, read: (bytes, at) => Number(bytes.readBigUInt64LE(at)) },
};

/**
 * Reads a TensorProto of numbers or texts. Where it holds fewer values than its shape says, the last one stands for the rest.
 *
 * @throws MalformedMessage also where it is too large to be a number, a histogram or a text
 */
export function readTensor(message: Buffer): Tensor {
  const tensor: Tensor = { type: 0, shape: [], numbers: [], texts: [] };
  const halves: number[] = [];
  let content: Buffer | undefined;
  eachField(message, (field) => {
    switch (field.number) {
      case 1:
        tensor.type = field.varint;
        break;
      case 2:
        tensor.shape = readShape(bytesOf(field));
        break;
      case 4:
        content = bytesOf(field);
        break;
      case 5:
        addFixed(tensor.numbers, field, 4, (bytes, at) => bytes.readFloatLE(at), mostNumbers);
        break;
      case 6:
        addFixed(tensor.numbers, field, 8, (bytes, at) => bytes.readDoubleLE(at), mostNumbers);
        break;
      case 7:
      case 10:
      case 11:
      case 16:
      case 17:
        addVarints(tensor.numbers, field, mostNumbers);
        break;
      case 8:
        if (tensor.texts.length >= mostTexts) throw new MalformedMessage('a tensor has too many texts');
        tensor.texts.push(bytesOf(field));
        break;
      case 13:
        addVarints(halves, field, mostNumbers);
    }
  });
  for (const half of halves)
    tensor.numbers.push(tensor.type === dataType.bfloat16 ? brainFloat(half) : halfFloat(half));
  if (content && content.length > 0 && tensor.type !== dataType.string) addContent(tensor, content);
  fillUp(tensor);
  return tensor;
}

function readShape(message: Buffer): number[] {
  const shape: number[] = [];
  eachField(message, (field) => {
    if (field.number !== 2) return;
    let size = 0;
    eachField(bytesOf(field), (part) => {
      if (part.number === 1) size = part.varint;
    });
    if (shape.length >= 20) throw new MalformedMessage('a tensor has too many dimensions');
    shape.push(size);
  });
  return shape;
}

function addContent(tensor: Tensor, content: Buffer): void {
  const type = contentTypes[tensor.type];
  if (!type) throw new MalformedMessage(`a tensor is of the type ${tensor.type}`);
  if (content.length % type.bytes !== 0 || content.length / type.bytes > mostNumbers) {
    throw new MalformedMessage('a tensor is cut off or too large');
  }
  for (let at = 0; at < content.length; at += type.bytes) tensor.numbers.push(type.read(content, at));
}

function fillUp({ shape, numbers }: Tensor): void {
  const last = numbers.at(-1);
  const count = shape.reduce((product, size) => product * size, 1);
  if (last === undefined || numbers.length >= count) return;
  if (!(count <= mostNumbers)) throw new MalformedMessage('a tensor is too large');
  while (numbers.length < count) numbers.push(last);
}

/** IEEE 754 binary16. */
export function halfFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The upper half of an IEEE 754 binary32. */
function brainFloat(bits: number): number {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt16LE(bits & 0xffff, 2);
  return bytes.readFloatLE();
}
