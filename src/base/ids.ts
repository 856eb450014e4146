import { createHash, randomBytes } from 'node:crypto';

export { isId } from './id-form.ts';

/** A UUID version 7 (RFC 9562): sorts by creation time, and is safe as a folder name. */
export function newId(milliseconds = Date.now()): string {
  return asId(randomBytes(16), milliseconds);
}

/** Always the same id for the same text, a millisecond later than the id that it follows. */
export function idAfter(id: string, text: string): string {
  const bytes = createHash('sha256').update(`${id}\0${text}`).digest().subarray(0, 16);
  return asId(bytes, Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16) + 1);
}

function asId(bytes: Buffer, milliseconds: number): string {
  bytes.writeUIntBE(milliseconds, 0, 6);
  bytes[6] = 0x70 | ((bytes[6] as number) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] as number) & 0x3f);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
