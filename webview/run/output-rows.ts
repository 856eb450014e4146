import type { OutputLine } from './output-buffer.ts';

/** What one row of the list shows: a whole line, or a piece of one that is wrapped. */
export interface OutputRow {
  line: OutputLine;
  from: number;
  to: number;
}

/**
 * Which rows lines take where each is cut every `columns` characters; null: a row for every line. A character is taken to be one
 * column wide, as nearly all are in a log.
 */
export function outputRows(lines: readonly OutputLine[], columns: number | null) {
  const starts = columns === null ? null : startsOf(lines, columns);
  const lineAt = (row: number): number => (starts ? lastAtMost(starts, row, lines.length) : row);
  const startOf = (index: number): number => (starts ? (starts[index] ?? 0) : index);
  return {
    count: starts ? (starts[lines.length] ?? 0) : lines.length,
    /** The row of a place in a line. */
    rowOf: (index: number, place: number) => startOf(index) + (columns === null ? 0 : Math.floor(place / columns)),
    row(row: number): OutputRow | undefined {
      const index = lineAt(row);
      const line = lines[index];
      if (!line) return undefined;
      if (columns === null) return { line, from: 0, to: line.text.length };
      const from = (row - startOf(index)) * columns;
      return { line, from, to: Math.min(line.text.length, from + columns) };
    },
  };
}

export type OutputRows = ReturnType<typeof outputRows>;

function startsOf(lines: readonly OutputLine[], columns: number): Uint32Array {
  const starts = new Uint32Array(lines.length + 1);
  let row = 0;
  lines.forEach((line, index) => {
    starts[index] = row;
    row += Math.max(1, Math.ceil(line.text.length / columns));
  });
  starts[lines.length] = row;
  return starts;
}

/** The last of the first `count` places that holds no more than the value. */
function lastAtMost(starts: Uint32Array, value: number, count: number): number {
  let low = 0;
  let high = count;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((starts[middle] as number) <= value) low = middle;
    else high = middle;
  }
  return low;
}
