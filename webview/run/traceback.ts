import { html, type TemplateResult } from 'lit';
import { t } from '../shared/l10n.ts';
import { visibleLines } from '../shared/text.ts';

export interface TracePart {
  text: string;
  /** Set where the part names a place in a file. */
  place?: { file: string; line: number };
}

const placePattern = /File "([^"\n]+)", line (\d+)/g;

/** Cuts Python's output where it names a line of a file. Names in angle brackets (`<stdin>`) are no files. */
export function traceParts(text: string): TracePart[] {
  const parts: TracePart[] = [];
  let end = 0;
  for (const found of text.matchAll(placePattern)) {
    const [whole, file = '', line = ''] = found;
    if (file.startsWith('<')) continue;
    if (found.index > end) parts.push({ text: text.slice(end, found.index) });
    parts.push({ text: whole, place: { file, line: Number(line) } });
    end = found.index + whole.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end) });
  return parts;
}

export function tracebackView(text: string, open: (file: string, line: number) => void): TemplateResult {
  return html`<pre class="traceback" tabindex="0" role="region" aria-label=${t('Traceback')} dir="ltr">${traceParts(
    text.trimEnd(),
  ).map(({ text: part, place }) =>
    place
      ? html`<button class="link" @click=${() => open(place.file, place.line)}>${visibleLines(part)}</button>`
      : visibleLines(part),
  )}</pre>`;
}
