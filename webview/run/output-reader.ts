import type { RunPageCalls } from '../../src/contract/panel.ts';
import type { OutputCursor, OutputPage } from '../../src/contract/run.ts';
import { coalesced } from './coalesce.ts';
import { createOutputBuffer, type OutputBuffer } from './output-buffer.ts';

type Stream = RunPageCalls['output']['input']['stream'];
type Fetch = (input: RunPageCalls['output']['input']) => Promise<OutputPage>;

/** Bytes that the page begins with, how much more it asks for, and what it never goes beyond. */
const firstTail = 256 * 1024;
const tailGrowth = 4;
export const longestTail = 16 * 1024 * 1024;
const mostLines = 200_000;

export interface OutputReading {
  buffer: OutputBuffer;
  state: 'loading' | 'ready' | 'failed';
  error: unknown;
  /** Bytes of both streams in all. */
  total: number;
  /** There is output before the first line, and whether the page can still load it. */
  earlier: 'none' | 'more' | 'too-much';
}

/**
 * Reads the end of the output, and follows it. `changed` is told the first line that is new, and whether all lines are
 * others than before.
 */
export function createOutputReader(fetch: Fetch, changed: (first: number, replaced: boolean) => void) {
  let stream: Stream = 'both';
  let tail = firstTail;
  let cursor: OutputCursor | null = null;
  let leftOut = false;
  let generation = 0;
  const reading: OutputReading = {
    buffer: createOutputBuffer(mostLines),
    state: 'loading',
    error: undefined,
    total: 0,
    earlier: 'none',
  };

  const sizeOf = ({ stdout, stderr }: OutputCursor) =>
    stream === 'both' ? stdout + stderr : stream === 'stdout' ? stdout : stderr;

  /** Reads to the end. After a new start the lines appear once all are there that there were when it began. */
  async function readOn(mine: number): Promise<void> {
    let buffer = reading.buffer;
    let begun: number | null = null;
    for (let atEnd = false; !atEnd; ) {
      const page: OutputPage = await fetch(cursor ? { stream, from: cursor } : { stream, tail });
      if (mine !== generation) return;
      const total = sizeOf(page.totalBytes);
      if (cursor === null) {
        buffer = createOutputBuffer(mostLines);
        begun = total;
        leftOut = total > tail;
      } else if (total - sizeOf(page.next) > longestTail) {
        cursor = null;
        continue;
      }
      cursor = page.next;
      atEnd = page.atEnd || page.chunks.length === 0;
      const first = buffer.append(page.chunks);
      if (begun !== null && !atEnd && sizeOf(cursor) < begun) continue;
      const earlier =
        leftOut || buffer.hasDropped() ? (tail < longestTail && !buffer.hasDropped() ? 'more' : 'too-much') : 'none';
      Object.assign(reading, { buffer, state: 'ready', error: undefined, total, earlier });
      changed(begun === null ? first : 0, begun !== null);
      begun = null;
    }
  }

  const refresh = coalesced(async () => {
    const mine = generation;
    try {
      await readOn(mine);
    } catch (error) {
      if (mine !== generation) return;
      reading.state = 'failed';
      reading.error = error;
      changed(Number.MAX_SAFE_INTEGER, false);
    }
  });

  function restart(): void {
    generation += 1;
    cursor = null;
    refresh();
  }

  return {
    reading: (): Readonly<OutputReading> => reading,
    refresh,
    choose(next: Stream): void {
      stream = next;
      tail = firstTail;
      restart();
    },
    /** All that the page may hold, for a search through it. */
    loadAll(): void {
      if (reading.earlier !== 'more' || tail === longestTail) return;
      tail = longestTail;
      restart();
    },
    loadEarlier(): void {
      tail = Math.min(tail * tailGrowth, longestTail);
      restart();
    },
  };
}

export type OutputReader = ReturnType<typeof createOutputReader>;
