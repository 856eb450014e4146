import { closeSync, fstatSync, readSync } from 'node:fs';
import { systemCode } from '../base/fault.ts';
import { openRegular } from '../base/regular-file.ts';
import type { ImageType, MediaContent, MediaItem, MediaKind } from '../contract/media.ts';
import { type MediaRow, readMediaRow, readPlugins, type Store } from '../store/index.ts';
import { theEventFileReader } from './event-file-reader.ts';
import { pictureSize } from './picture-size.ts';
import { existingRun } from './run-details.ts';
import { insideRun } from './run-folder.ts';

export interface MediaRequest {
  kind: MediaKind;
  tag: string;
  /** Which of the tag's items, counted from 0 in the order of their steps. */
  indexes: number[];
}

const mostImageBytes = 8 * 1024 * 1024;
/** Of all items of one answer together. */
const mostAnswerBytes = 16 * 1024 * 1024;
const mostCharacters = 200_000;

/**
 * Images, texts or histograms of a run, read from the kept event files. Numbers that there are not are left out.
 *
 * @throws `run-missing`
 */
export function media(store: Store, id: string, { kind, tag, indexes }: MediaRequest): MediaItem[] {
  const run = existingRun(store, id);
  let left = mostAnswerBytes;
  return indexes.flatMap((index) => {
    const row = readMediaRow(store.db, run.key, kind, tag, index);
    if (!row) return [];
    const content = contentOf(store, id, row);
    const shown = content ? shownAs(content, left) : ({ kind: 'none', reason: 'unreadable' } as const);
    if (shown.kind === 'image') left -= shown.base64.length;
    return [{ index, step: row.step, time: row.time, shown }];
  });
}

function contentOf(store: Store, id: string, row: MediaRow): MediaContent | undefined {
  const path = insideRun(store.folder, id, row.path ?? row.name);
  if (path === null) return undefined;
  try {
    if (row.path) return pictureOf(path);
    return theEventFileReader().readMedia(path, row.offset, row.item, readPlugins(store.db, row.file));
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return undefined;
  }
}

/** A picture that is a file of its own. Of one that is too large to be shown, the beginning tells what it is. */
function pictureOf(path: string): MediaContent {
  const file = openRegular(path);
  try {
    const bytes = Buffer.alloc(Math.min(fstatSync(file).size, mostImageBytes + 1));
    const length = readSync(file, bytes, 0, bytes.length, 0);
    return { kind: 'image', bytes: bytes.subarray(0, length), ...pictureSize(bytes) };
  } finally {
    closeSync(file);
  }
}

function shownAs(content: MediaContent, left: number): MediaItem['shown'] {
  if (content.kind === 'histogram') return content;
  if (content.kind === 'text') {
    const cut = content.text.length > mostCharacters;
    return { kind: 'text', text: content.text.slice(0, mostCharacters), cut };
  }
  const { bytes, width, height } = content;
  const type = imageType(bytes);
  if (!type) return { kind: 'none', reason: 'format' };
  const base64 = (bytes.length * 4) / 3;
  if (bytes.length > mostImageBytes || base64 > left) return { kind: 'none', reason: 'large' };
  return { kind: 'image', type, base64: Buffer.from(bytes).toString('base64'), width, height };
}

/** What a picture is by its first bytes, whatever anybody says; undefined for what a page does not show. */
function imageType(bytes: Uint8Array): ImageType | undefined {
  const head = Buffer.from(bytes.subarray(0, 8)).toString('latin1');
  if (head === '\x89PNG\r\n\x1a\n') return 'image/png';
  if (head.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (head.startsWith('GIF87a') || head.startsWith('GIF89a')) return 'image/gif';
  return undefined;
}
