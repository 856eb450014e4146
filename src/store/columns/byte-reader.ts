import { damaged, largestWhole } from './column-format.ts';

/** Reads what a ByteWriter wrote. Every method throws where the bytes end too early. */
export class ByteReader {
  #bytes: Uint8Array;
  #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  byte(): number {
    if (this.left === 0) throw damaged('it ends too early');
    return this.#bytes[this.#at++] as number;
  }

  bytes(length: number): Uint8Array {
    if (length > this.left) throw damaged('it ends too early');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (value > largestWhole) throw damaged('a number in it is too large');
      if (byte < 0x80) return value;
    }
  }

  word(): { high: number; low: number } {
    const length = this.byte();
    if (length > 8) throw damaged('a word in it is too long');
    let low = 0;
    let high = 0;
    for (let digit = 0; digit < length; digit++) {
      const byte = this.byte() * 256 ** (digit & 3);
      if (digit < 4) low += byte;
      else high += byte;
    }
    return { low, high };
  }

  double(): number {
    const at = this.#at;
    this.bytes(8);
    return this.#view.getFloat64(at, true);
  }
}
