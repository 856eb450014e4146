import '@vscode-elements/elements/dist/vscode-button/index.js';
import { html, nothing, type TemplateResult } from 'lit';
import type { RunDetails } from '../../src/contract/run.ts';
import { formatBytes, formatCount } from '../shared/format.ts';
import { t } from '../shared/l10n.ts';
import { emptyBox } from '../shared/states.ts';
import { visible } from '../shared/text.ts';
import type { RunModel } from './model.ts';

const most = 500;

/** The files that the run kept. */
export function artifactsPanel(run: RunDetails, model: RunModel): TemplateResult {
  if (run.artifacts.length === 0) {
    return emptyBox(
      run.status === 'running' ? t('No artifacts yet') : t('No artifacts were kept'),
      t('A file handed to trainyard.artifact is copied into the run, with its checksum:'),
      "import trainyard\ntrainyard.artifact('model.pkl')",
    );
  }
  return html`<div class="toolbar">
      <span class="faint">${formatBytes(run.artifacts.reduce((sum, { bytes }) => sum + bytes, 0))}</span>
      <span class="push"></span>
      <vscode-button secondary @click=${() => model.act('revealFolder')}>${t('Reveal Folder')}</vscode-button>
    </div>
    <div class="table-frame" tabindex="0" role="region" aria-label=${t('Artifacts')}>
      <table class="data">
        <thead>
          <tr>
            <th scope="col">${t('Name')}</th>
            <th scope="col">${t('Kind')}</th>
            <th scope="col" class="number">${t('Size')}</th>
            <th scope="col">SHA-256</th>
          </tr>
        </thead>
        <tbody>
          ${run.artifacts.slice(0, most).map(
            ({ name, kind, bytes, sha256 }) => html`<tr>
              <th scope="row"><bdi>${visible(name)}</bdi></th>
              <td>${visible(kind)}</td>
              <td class="number">${formatBytes(bytes)}</td>
              <td><code title=${sha256}>${sha256.slice(0, 12)}</code></td>
            </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${run.artifacts.length > most ? html`<p class="faint">${t('{count} more are in the run’s folder.', { count: formatCount(run.artifacts.length - most) })}</p>` : nothing}`;
}
