export { ByteReader } from './byte-reader.ts';
export { ByteWriter } from './byte-writer.ts';
export { longestColumn } from './column-format.ts';
export { decodeColumn } from './decode-column.ts';
export { encodeColumn } from './encode-column.ts';
