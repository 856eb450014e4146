import type { AnsiStyle } from '../shared/ansi.ts';
import { readable } from '../shared/contrast.ts';
import { formatCount } from '../shared/format.ts';
import { t } from '../shared/l10n.ts';
import { visibleLines } from '../shared/text.ts';
import { themeColor } from '../shared/theme.ts';
import type { OutputLine } from './output-buffer.ts';
import type { OutputRow } from './output-rows.ts';
import { traceParts } from './trace-parts.ts';

interface RowParts {
  /** Where the search found something, and how long it is. */
  hits: readonly number[];
  hitLength: number;
  currentHit: number | undefined;
  open: (file: string, line: number) => void;
}

/** One row of output as elements. Text of the run reaches the page only as text nodes. */
export function outputRow({ line, from, to }: OutputRow, parts: RowParts): HTMLElement {
  const row = document.createElement('div');
  row.className = line.stream === 'stderr' ? 'row stderr' : 'row';
  let at = 0;
  for (const { text, place } of traceParts(line.text)) {
    const start = Math.max(at, from);
    const end = Math.min(at + text.length, to);
    at += text.length;
    if (start >= end) continue;
    let holder: HTMLElement = row;
    if (place) {
      holder = document.createElement('button');
      holder.className = 'link';
      holder.addEventListener('click', () => parts.open(place.file, place.line));
      row.append(holder);
    }
    appendStretch(holder, line, start, end, parts);
  }
  if (line.cut > 0 && to === line.text.length) {
    const note = document.createElement('span');
    note.className = 'cut';
    note.textContent = t('… {count} more characters', { count: formatCount(line.cut) });
    row.append(note);
  }
  return row;
}

function appendStretch(holder: HTMLElement, line: OutputLine, from: number, to: number, parts: RowParts): void {
  const edges = new Set([from, to]);
  for (const { start, end } of line.runs) edges.add(start).add(end);
  for (const start of parts.hits) edges.add(start).add(start + parts.hitLength);
  const inside = [...edges].filter((edge) => edge >= from && edge <= to).sort((a, b) => a - b);
  inside.slice(0, -1).forEach((start, index) => {
    const end = inside[index + 1] ?? to;
    const text = document.createTextNode(visibleLines(line.text.slice(start, end)));
    const style = line.runs.find((run) => run.start <= start && start < run.end)?.style;
    const hit = parts.hits.find((found) => found <= start && start < found + parts.hitLength);
    if (!style && hit === undefined) {
      holder.append(text);
      return;
    }
    const span = document.createElement(hit === undefined ? 'span' : 'mark');
    if (hit !== undefined && hit === parts.currentHit) span.className = 'current';
    if (style) paint(span, style);
    span.append(text);
    holder.append(span);
  });
}

function paint(span: HTMLElement, style: AnsiStyle): void {
  for (const name of ['bold', 'dim', 'italic', 'underline', 'strike'] as const) {
    if (style[name]) span.classList.add(`ansi-${name}`);
  }
  const paper = themeColor('--ty-output-background');
  const ink = themeColor('--ty-output-foreground');
  const front = cssColor(style.color) ?? ink;
  const back = cssColor(style.background) ?? paper;
  const [text, ground] = style.inverse ? [back, front] : [front, back];
  span.style.color = readable(text, ground);
  if (ground !== paper) span.style.backgroundColor = ground;
}

function cssColor(color: number | string | undefined): string | undefined {
  return typeof color === 'number' ? themeColor(`--ty-ansi-${color}`) : color;
}
