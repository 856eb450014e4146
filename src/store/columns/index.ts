export { longestColumn } from './column-format.ts';
export { decodeColumn } from './decode-column.ts';
export { encodeColumn } from './encode-column.ts';
