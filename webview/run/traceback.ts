import { html, type TemplateResult } from 'lit';
import { t } from '../shared/l10n.ts';
import { visibleLines } from '../shared/text.ts';
import { traceParts } from './trace-parts.ts';

export function tracebackView(text: string, open: (file: string, line: number) => void): TemplateResult {
  return html`<pre class="traceback" tabindex="0" role="region" aria-label=${t('Traceback')} dir="ltr">${traceParts(
    text.trimEnd(),
  ).map(({ text: part, place }) =>
    place
      ? html`<button class="link" @click=${() => open(place.file, place.line)}>${visibleLines(part)}</button>`
      : visibleLines(part),
  )}</pre>`;
}
