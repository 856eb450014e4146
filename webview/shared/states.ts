import '@vscode-elements/elements/dist/vscode-button/index.js';
import { html, nothing, type TemplateResult } from 'lit';
import { faultText } from './fault-text.ts';
import { icons } from './icons.ts';
import { t } from './l10n.ts';

export function failureBox(error: unknown, retry?: () => void): TemplateResult {
  return html`<div class="notice error" role="alert">
    ${icons.error}
    <p>${faultText(error)}</p>
    ${retry ? html`<vscode-button secondary @click=${retry}>${t('Try Again')}</vscode-button>` : nothing}
  </div>`;
}

/** Grey bars that appear only when the wait is long enough to be noticed. */
export function skeleton(lines = 4): TemplateResult {
  return html`<div class="skeleton" role="status" aria-label=${t('Loading…')}>
    ${Array.from({ length: lines }, () => html`<span></span>`)}
  </div>`;
}

export function emptyBox(title: string, advice: string | TemplateResult, code?: string): TemplateResult {
  return html`<div class="empty">
    <p class="title">${title}</p>
    <p>${advice}</p>
    ${code ? html`<pre><code>${code}</code></pre>` : nothing}
  </div>`;
}
