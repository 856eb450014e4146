import type { OutputLine } from './output-buffer.ts';

export interface Hit {
  line: number;
  start: number;
}

const mostHits = 100_000;

/** Finds a text in lines as they come, whatever its case unless that matters. */
export function createOutputSearch() {
  let needle = '';
  let matchCase = false;
  let hits: Hit[] = [];
  let current = -1;

  function* startsIn({ text }: OutputLine): Generator<number> {
    if (needle === '') return;
    const heap = matchCase ? text : text.toLowerCase();
    for (let at = heap.indexOf(needle); at !== -1; at = heap.indexOf(needle, at + needle.length)) yield at;
  }

  function scan(lines: readonly OutputLine[], from: number): void {
    hits = hits.filter((hit) => hit.line < from && hit.line >= (lines[0]?.number ?? 0));
    if (needle === '') return;
    const begin = Math.max(0, from - (lines[0]?.number ?? 0));
    for (const line of lines.slice(begin)) {
      for (const start of startsIn(line)) {
        if (hits.length >= mostHits) return;
        hits.push({ line: line.number, start });
      }
    }
  }

  return {
    count: () => hits.length,
    isCut: () => hits.length >= mostHits,
    /** Its place among the hits, from 1; 0 where none is chosen. */
    place: () => current + 1,
    current: (): Hit | undefined => hits[current],
    length: () => needle.length,
    /** Holds from the next search on. */
    setCase(matters: boolean): void {
      matchCase = matters;
    },
    search(text: string, lines: readonly OutputLine[]): void {
      needle = matchCase ? text : text.toLowerCase();
      hits = [];
      scan(lines, 0);
      current = hits.length - 1;
    },
    /** Lines from this number on are new or have changed. */
    extend(lines: readonly OutputLine[], from: number): void {
      const chosen = hits[current];
      scan(lines, from);
      current = chosen ? hits.findIndex((hit) => hit.line === chosen.line && hit.start === chosen.start) : current;
      if (current === -1 && hits.length > 0) current = hits.length - 1;
    },
    move(by: 1 | -1): Hit | undefined {
      if (hits.length === 0) return undefined;
      current = (current + by + hits.length) % hits.length;
      return hits[current];
    },
    /** Where the text is found in a line. */
    inLine: (line: OutputLine) => [...startsIn(line)],
  };
}

export type OutputSearch = ReturnType<typeof createOutputSearch>;
