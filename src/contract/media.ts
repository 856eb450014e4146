import type { Micros } from '../base/time.ts';

/** What a run logged besides numbers, in TensorBoard's event files. */
export const mediaKinds = ['image', 'text', 'histogram'] as const;
export type MediaKind = (typeof mediaKinds)[number];

/** Parallel lists, one entry per bucket, in the order of the buckets. */
export interface Histogram {
  left: number[];
  right: number[];
  counts: number[];
}

/** As it stands in the file. */
export type MediaContent =
  | { kind: 'image'; bytes: Uint8Array; width: number; height: number }
  | { kind: 'text'; text: string }
  | { kind: 'histogram'; histogram: Histogram };

/** What is known of the media of one kind and tag without opening a file. */
export interface MediaTag {
  kind: MediaKind;
  tag: string;
  /** How many there are; they are numbered from 0, in the order of their steps. */
  count: number;
  firstStep: number;
  lastStep: number;
}

/** One image, text or histogram of a tag. */
export interface MediaItem {
  index: number;
  step: number;
  time: Micros;
  shown:
    | { kind: 'image'; type: ImageType; base64: string; width: number; height: number }
    /** `cut`: it goes on in the file. */
    | { kind: 'text'; text: string; cut: boolean }
    | { kind: 'histogram'; histogram: Histogram }
    /** `format`: no PNG, JPEG or GIF; `large`: more than is sent at once; `unreadable`: the file is gone or damaged. */
    | { kind: 'none'; reason: 'format' | 'large' | 'unreadable' };
}

export type ImageType = 'image/png' | 'image/jpeg' | 'image/gif';

/** How many items one call may ask for. */
export const mostMedia = 100;
