/**
 * The framing of every append-only file (RFC 7464): the byte 0x1E, one line of JSON, a newline.
 * A torn record costs only itself, because the next 0x1E starts afresh.
 */
export const recordSeparator = 0x1e;
export const newline = 0x0a;

export function encodeRecord(record: unknown): Buffer {
  return Buffer.from(`\u001e${JSON.stringify(record)}\n`, 'utf8');
}

/** A stretch of a file: a whole record, or what belongs to none, which are torn writes and garbage. */
export interface Frame {
  torn: boolean;
  /** In bytes: where it begins, with a record's 0x1E, and where the next begins. */
  start: number;
  end: number;
}

/** The frame at a place; undefined where it is not known yet what will stand there. */
export function nextFrame(bytes: Buffer, start: number): Frame | undefined {
  if (start >= bytes.length) return undefined;
  if (bytes[start] !== recordSeparator) return tornUpTo(start, bytes.indexOf(recordSeparator, start));
  // Looked for in this order, so that no byte is looked at for more than one record, whatever the bytes are.
  const restart = bytes.indexOf(recordSeparator, start + 1);
  const own = restart === -1 ? bytes : bytes.subarray(0, restart);
  const end = own.indexOf(newline, start + 1);
  return end === -1 ? tornUpTo(start, restart) : { torn: false, start, end: end + 1 };
}

function tornUpTo(start: number, end: number): Frame | undefined {
  return end === -1 ? undefined : { torn: true, start, end };
}

/** The JSON text of a record's frame. */
export function frameText(bytes: Buffer, { start, end }: Frame): string {
  return bytes.toString('utf8', start + 1, end - 1);
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
  let consumed = 0;
  for (let frame = nextFrame(bytes, 0); frame; frame = nextFrame(bytes, consumed)) {
    const { start, end } = frame;
    if (frame.torn) torn.push({ start, end });
    else records.push({ text: frameText(bytes, frame), start });
    consumed = end;
  }
  return { records, torn, consumed };
}
