import { html, nothing, type TemplateResult } from 'lit';
import { heldText } from '../../src/contract/held-text.ts';
import type { LocalFrame, LocalVariable } from '../../src/contract/journal.ts';
import { formatCount } from '../shared/format.ts';
import { t } from '../shared/l10n.ts';
import { visible } from '../shared/text.ts';

/** What the functions held when the exception came, the innermost first and open. */
export function localsView(
  frames: readonly LocalFrame[],
  open: (file: string, line: number | null) => void,
): TemplateResult | typeof nothing {
  const telling = frames.filter(({ variables }) => variables.length > 0);
  if (telling.length === 0) return nothing;
  return html`<section class="locals">
    <h3>${t('Variables')}</h3>
    ${telling.map(
      (frame, index) => html`<details ?open=${index === 0}>
        <summary><code><bdi>${visible(frame.function)}</bdi></code></summary>
        <button class="link" @click=${() => open(frame.file, frame.line)}><bdi>${visible(frame.file)}</bdi>${frame.line === null ? nothing : `:${frame.line}`}</button>
        ${variableTable(frame)}
      </details>`,
    )}
  </section>`;
}

function variableTable({ function: name, variables, omitted }: LocalFrame): TemplateResult {
  return html`<table class="data" aria-label=${t('Variables of {name}', { name: visible(name) })}>
      <tbody>
        ${variables.map(
          (variable: LocalVariable) => html`<tr>
            <th scope="row"><bdi>${visible(variable.name)}</bdi></th>
            <td><code><bdi>${visible(heldText(variable))}</bdi></code></td>
          </tr>`,
        )}
      </tbody>
    </table>
    ${omitted > 0 ? html`<p class="faint">${t('{count} more variables', { count: formatCount(omitted) })}</p>` : nothing}`;
}
