import { paint, type Style } from './terminal.ts';

export interface Column {
  title: string;
  right?: boolean;
  /** Gives way, down to this many characters, where the terminal is too narrow. */
  shrinkTo?: number;
}

export type Cell = string | { text: string; style?: Style };

const gap = '  ';

/** Lines of a table. Cells must be harmless already. `width` is what the terminal has; undefined means as wide as it gets. */
export function table(columns: Column[], rows: Cell[][], width: number | undefined): string[] {
  const widths = columns.map((column, index) => columnWidth(column, rows, index));
  if (width !== undefined) shrink(columns, widths, width);
  const line = (cells: Cell[], style?: Style) =>
    columns
      .map((column, index) =>
        fitted(cells[index], widths[index] as number, column.right ?? false, style, index === columns.length - 1),
      )
      .join(gap)
      .trimEnd();
  const heading = columns.some((column) => column.title)
    ? [
        line(
          columns.map((column) => column.title),
          'dim',
        ),
      ]
    : [];
  return [...heading, ...rows.map((row) => line(row))];
}

export function tableWidth(columns: Column[], rows: Cell[][]): number {
  return columns.reduce((sum, column, index) => sum + gap.length + columnWidth(column, rows, index), -gap.length);
}

/** Rows may be more than a function takes arguments. */
function columnWidth({ title }: Column, rows: Cell[][], index: number): number {
  return rows.reduce((widest, row) => Math.max(widest, textWidth(cellText(row[index]))), textWidth(title));
}

function shrink(columns: Column[], widths: number[], width: number): void {
  const order = columns
    .map((_, index) => index)
    .filter((index) => columns[index]?.shrinkTo !== undefined)
    .reverse();
  let excess = widths.reduce((sum, one) => sum + one + gap.length, -gap.length) - width;
  for (const index of order) {
    if (excess <= 0) return;
    const now = widths[index] as number;
    const least = Math.min(now, columns[index]?.shrinkTo ?? now);
    const cut = Math.min(excess, now - least);
    widths[index] = now - cut;
    excess -= cut;
  }
}

function fitted(
  cell: Cell | undefined,
  width: number,
  right: boolean,
  lineStyle: Style | undefined,
  last: boolean,
): string {
  const text = cutTo(cellText(cell), width);
  const space = ' '.repeat(Math.max(0, width - textWidth(text)));
  const painted = paint(text, typeof cell === 'object' ? (cell.style ?? lineStyle) : lineStyle);
  if (right) return space + painted;
  return last ? painted : painted + space;
}

function cellText(cell: Cell | undefined): string {
  return typeof cell === 'object' ? cell.text : (cell ?? '');
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const wide =
  /\p{Extended_Pictographic}|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u;

/** Columns that a text takes on a terminal. */
export function textWidth(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let sum = 0;
  for (const { segment } of graphemes.segment(text)) sum += graphemeWidth(segment);
  return sum;
}

function graphemeWidth(segment: string): number {
  if (signs.has(segment)) return 1;
  return wide.test(segment) ? 2 : 1;
}
const signs = new Set(['✓', '✗', '■', '●', '★', '▶', '↑', '↓']);

function cutTo(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let kept = '';
  let sum = 0;
  for (const { segment } of graphemes.segment(text)) {
    sum += graphemeWidth(segment);
    if (sum > width - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}
