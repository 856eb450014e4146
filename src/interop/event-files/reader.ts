import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { MediaContent } from '../../contract/media.ts';
import type { EventFileReader, EventSlice } from '../../tracking/index.ts';
import { eventItems, type OpenItem } from './event-items.ts';
import { longestRecord, splitTfRecords, type TfRecords } from './tf-records.ts';
import { MalformedMessage } from './wire.ts';

/** Reads TensorBoard's event files. */
export const eventFileReader: EventFileReader = {
  read(path, offset, bytes, plugins) {
    const { size, part, read } = readRecords(path, offset, bytes);
    const torn = [...part.torn];
    const slice: EventSlice = { offset, consumed: part.consumed, read, size, seen: size, torn, events: [] };
    for (const { start, data } of part.records) {
      const items = itemsOrNone(data, plugins);
      if (items) slice.events.push({ start, items: items.map(withoutContent) });
      else slice.torn.push({ start, end: start + data.length + 16 });
    }
    slice.torn.sort((a, b) => a.start - b.start);
    if (offset + read < size) slice.seen = offset + part.consumed;
    return slice;
  },

  readMedia(path, offset, item, plugins) {
    const [record] = readRecords(path, offset, 1).part.records;
    if (record?.start !== 0) return undefined;
    const media = itemsOrNone(record.data, new Map(plugins))?.filter((one) => one.kind === 'media')[item];
    return media && contentOrNone(media.content);
  },
};

function withoutContent(item: OpenItem): EventSlice['events'][number]['items'][number] {
  if (item.kind !== 'media') return item;
  const { kind, media, tag, step, time } = item;
  return { kind, media, tag, step, time };
}

function itemsOrNone(data: Buffer, plugins: Map<string, string>): OpenItem[] | undefined {
  return unlessMalformed(() => eventItems(data, plugins));
}

function contentOrNone(content: () => MediaContent): MediaContent | undefined {
  return unlessMalformed(content);
}

function unlessMalformed<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof MalformedMessage) return undefined;
    throw error;
  }
}

/** Reads about so many bytes from a place on, more where one record is longer. Links are not followed. */
function readRecords(path: string, offset: number, bytes: number): { size: number; part: TfRecords; read: number } {
  const descriptor = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  try {
    const { size } = fstatSync(descriptor);
    for (let wanted = Math.max(bytes, 12); ; ) {
      const buffer = readAt(descriptor, offset, Math.max(0, Math.min(wanted, size - offset)));
      const left = size - offset - buffer.length;
      const part = splitTfRecords(buffer, left <= 0);
      const more = part.consumed === 0 && part.wanted > buffer.length && left > 0;
      if (!more || wanted > longestRecord) return { size, part, read: buffer.length };
      wanted = Math.min(part.wanted, size - offset);
    }
  } finally {
    closeSync(descriptor);
  }
}

function readAt(descriptor: number, offset: number, length: number): Buffer {
  const buffer = Buffer.allocUnsafe(length);
  let read = 0;
  while (read < length) {
    const more = readSync(descriptor, buffer, read, length - read, offset + read);
    if (more === 0) break;
    read += more;
  }
  return buffer.subarray(0, read);
}
