import '@vscode-elements/elements/dist/vscode-button/index.js';
import { html, nothing, type TemplateResult } from 'lit';
import type { RunDetails } from '../../src/contract/run.ts';
import { icons } from '../shared/icons.ts';
import { t } from '../shared/l10n.ts';
import { shortened, visible, visibleLines } from '../shared/text.ts';
import { localsView } from './locals.ts';
import type { RunModel } from './model.ts';
import { tracebackView } from './traceback.ts';
import type { TabId } from './view-state.ts';

const longestMessage = 2000;

/** Why the run failed, and the way to the line where it did. */
export function failureView(
  run: RunDetails,
  model: RunModel,
  choose: (tab: TabId) => void,
): TemplateResult | typeof nothing {
  const found = run.failure;
  if (run.status === 'failed' && !found) {
    return html`<section class="failure">
      <h2>${icons.error}${run.signal ? t('The process was ended by the signal {signal}', { signal: run.signal }) : t('The process ended with exit code {code}', { code: run.exitCode ?? '?' })}</h2>
      <p>${t('No exception was recorded. The last lines of the output may say more.')}</p>
      <vscode-button secondary @click=${() => choose('output')}>${t('Show Output')}</vscode-button>
    </section>`;
  }
  if (!found) return nothing;
  const { file, line } = found;
  return html`<section class="failure">
    <h2>${icons.error}<bdi>${visible(found.type)}</bdi></h2>
    ${found.message ? html`<p class="message"><bdi>${visibleLines(shortened(found.message, longestMessage))}</bdi></p>` : nothing}
    <p class="failure-actions">
      ${
        file
          ? html`<vscode-button secondary @click=${() => model.openFile(file, line)}>${t('Go to Line')}</vscode-button>`
          : nothing
      }
      <vscode-button secondary @click=${() => choose('output')}>${t('Show Output')}</vscode-button>
    </p>
    ${found.traceback ? tracebackView(found.traceback, model.openFile) : nothing}
    ${localsView(found.locals ?? [], model.openFile)}
  </section>`;
}
