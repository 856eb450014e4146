import type { OutputChunk } from '../../src/contract/run.ts';
import { type AnsiStyle, parseAnsi, type StyledRun } from '../shared/ansi.ts';

export interface OutputLine {
  /** Counts all lines that ever were in the buffer. */
  number: number;
  stream: 'stdout' | 'stderr';
  text: string;
  runs: StyledRun[];
  /** Characters left out of a line that is too long to show. */
  cut: number;
}

interface OpenLine {
  line: OutputLine;
  raw: string;
  start: AnsiStyle;
}

/** So long a line is no text any more. */
const longestLine = 20_000;

/** The lines of output that the page keeps: the newest `most`, whatever comes. */
export function createOutputBuffer(most: number) {
  let lines: OutputLine[] = [];
  let next = 0;
  let dropped = false;
  const open = new Map<OutputChunk['stream'], OpenLine>();
  const styles = new Map<OutputChunk['stream'], AnsiStyle>();

  function openLine(stream: OutputChunk['stream']): OpenLine {
    const known = open.get(stream);
    if (known) return known;
    const line: OutputLine = { number: next++, stream, text: '', runs: [], cut: 0 };
    lines.push(line);
    const opened = { line, raw: '', start: styles.get(stream) ?? {} };
    open.set(stream, opened);
    return opened;
  }

  function extend(stream: OutputChunk['stream'], part: string, ended: boolean): number {
    const opened = openLine(stream);
    const { text: raw, startedOver } = afterReturn(opened.raw + part, ended);
    const { line } = opened;
    opened.raw = raw.slice(0, longestLine);
    line.cut = (startedOver ? 0 : line.cut) + raw.length - opened.raw.length;
    const { text, runs, end } = parseAnsi(opened.raw.replace(/\r$/, ''), opened.start);
    line.text = text;
    line.runs = runs;
    if (ended) {
      styles.set(stream, end);
      open.delete(stream);
    }
    return line.number;
  }

  return {
    lines: (): readonly OutputLine[] => lines,
    /** Older lines were let go to keep within bounds. */
    hasDropped: () => dropped,
    /** Answers the number of the first line that is new or has changed. */
    append(chunks: readonly OutputChunk[]): number {
      let first = next;
      for (const { stream, text } of chunks) {
        let position = 0;
        while (position < text.length) {
          const newline = text.indexOf('\n', position);
          const ended = newline !== -1;
          const part = text.slice(position, ended ? newline : text.length);
          first = Math.min(first, extend(stream, part, ended));
          position = ended ? newline + 1 : text.length;
        }
      }
      if (lines.length > most) {
        lines = lines.slice(lines.length - Math.floor(most * 0.9));
        dropped = true;
      }
      return first;
    },
  };
}

export type OutputBuffer = ReturnType<typeof createOutputBuffer>;

/** A carriage return starts the line over, as on a terminal; one at the very end waits for what comes. */
function afterReturn(raw: string, ended: boolean): { text: string; startedOver: boolean } {
  const body = ended && raw.endsWith('\r') ? raw.slice(0, -1) : raw;
  const last = body.lastIndexOf('\r', body.length - 2);
  return { text: body.slice(last + 1), startedOver: last !== -1 };
}
