import { html, nothing, type TemplateResult } from 'lit';
import { fillIn } from '../../src/contract/errors.ts';
import type { RunWarning } from '../../src/contract/run.ts';
import { warningMessages } from '../../src/contract/warnings.ts';
import { formatCount } from '../shared/format.ts';
import { icons } from '../shared/icons.ts';
import { t } from '../shared/l10n.ts';
import { visible } from '../shared/text.ts';

const mostShown = 50;

export function warningText({ code, params }: RunWarning): string {
  const template = Object.hasOwn(warningMessages, code)
    ? t(warningMessages[code as keyof typeof warningMessages])
    : code;
  return visible(fillIn(template, params));
}

export function warningList(warnings: readonly RunWarning[]): TemplateResult | typeof nothing {
  if (warnings.length === 0) return nothing;
  const counted = new Map<string, number>();
  for (const warning of warnings) {
    const text = warningText(warning);
    counted.set(text, (counted.get(text) ?? 0) + 1);
  }
  const texts = [...counted];
  return html`<section class="warnings" aria-label=${t('Warnings')}>
    ${texts.slice(0, mostShown).map(
      ([text, count]) => html`<div class="notice warning">
        ${icons.warning}
        <p><bdi>${text}</bdi> ${count > 1 ? html`<span class="badge">${formatCount(count)}×</span>` : nothing}</p>
      </div>`,
    )}
    ${texts.length > mostShown ? html`<p>${t('{count} more warnings', { count: formatCount(texts.length - mostShown) })}</p>` : nothing}
  </section>`;
}
