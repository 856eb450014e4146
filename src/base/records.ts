/**
 * The framing of every append-only file (RFC 7464): the byte 0x1E, one line of JSON, a newline.
 * A torn record costs only itself, because the next 0x1E starts afresh.
 */
const recordSeparator = 0x1e;
const newline = 0x0a;

export function encodeRecord(record: unknown): Buffer {
  return Buffer.from(`\u001e${JSON.stringify(record)}\n`, 'utf8');
}

export interface FramedRecord {
  /** The JSON text between the separator and the newline. */
  text: string;
  /** Where the record's 0x1E stands, in bytes from the start of the buffer. */
  start: number;
}

export interface Framing {
  records: FramedRecord[];
  /** Stretches that belong to no whole record: torn writes and garbage. */
  torn: { start: number; end: number }[];
  /** Bytes that are settled; what follows may be a record still being written. */
  consumed: number;
}

/** Splits what was read of an append-only file into whole records. The JSON itself is not parsed. */
export function splitRecords(bytes: Buffer): Framing {
  const records: FramedRecord[] = [];
  const torn: Framing['torn'] = [];
  let position = 0;
  while (position < bytes.length) {
    if (bytes[position] !== recordSeparator) {
      const next = bytes.indexOf(recordSeparator, position);
      if (next === -1) break;
      torn.push({ start: position, end: next });
      position = next;
      continue;
    }
    const end = bytes.indexOf(newline, position + 1);
    const restart = bytes.indexOf(recordSeparator, position + 1);
    if (restart !== -1 && (end === -1 || restart < end)) {
      torn.push({ start: position, end: restart });
      position = restart;
      continue;
    }
    if (end === -1) break;
    records.push({ text: bytes.toString('utf8', position + 1, end), start: position });
    position = end + 1;
  }
  return { records, torn, consumed: position };
}
