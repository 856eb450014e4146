import type { ParameterValue } from '../contract/journal.ts';
import type { MediaContent, MediaKind } from '../contract/media.ts';

/** Something that an event file says. Times are microseconds UTC. */
export type EventItem =
  | { kind: 'scalar'; tag: string; step: number; time: number; value: number }
  | { kind: 'params'; time: number; values: Record<string, ParameterValue> }
  | { kind: 'media'; media: MediaKind; tag: string; step: number; time: number }
  /** Of a kind that is not read. */
  | { kind: 'skipped'; what: string };

export interface EventSlice {
  /** Where in the file the slice begins; the places in it count from here. */
  offset: number;
  /** Bytes that are settled, of those that were read for it, and how long the file is. */
  consumed: number;
  read: number;
  size: number;
  /** How long the file was found to be; where more of it waits to be read, only as long as it has been read. */
  seen: number;
  /** Stretches that could not be read. */
  torn: { start: number; end: number }[];
  events: { start: number; items: EventItem[] }[];
}

/** What tracking needs of the room that knows the format of event files. */
export interface EventFileReader {
  /**
   * Reads whole events from `offset` on, about `bytes` of them.
   *
   * @param plugins what is known of each tag; gains what is new in the slice
   */
  read(path: string, offset: number, bytes: number, plugins: Map<string, string>): EventSlice;
  /** The media of the event at `offset`, counted from 0; undefined where there is none or it cannot be read. */
  readMedia(path: string, offset: number, item: number, plugins: ReadonlyMap<string, string>): MediaContent | undefined;
}

let provided: EventFileReader | undefined;

/** Called once by a front door: the format is another room's, which tracking does not see. */
export function provideEventFileReader(reader: EventFileReader): void {
  provided = reader;
}

export function theEventFileReader(): EventFileReader {
  if (!provided) throw new Error('Nobody has provided a reader of event files.');
  return provided;
}
