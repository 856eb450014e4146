import { html, nothing, type TemplateResult } from 'lit';
import type { Dataset } from '../../src/contract/run.ts';
import { formatBytes, formatCount } from '../shared/format.ts';
import { t } from '../shared/l10n.ts';
import { visible } from '../shared/text.ts';

/** What the script named as its data, also where it is in memory only. */
export function datasetsView(datasets: readonly Dataset[]): TemplateResult | typeof nothing {
  if (datasets.length === 0) return nothing;
  return html`<section>
    <h2>${t('Datasets')} <span class="badge">${formatCount(datasets.length)}</span></h2>
    <div class="table-frame" tabindex="0" role="region" aria-label=${t('Datasets')}>
      <table class="data">
        <thead>
          <tr>
            <th scope="col">${t('Name')}</th>
            <th scope="col">${t('What it is')}</th>
            <th scope="col" class="number">${t('Size')}</th>
            <th scope="col">SHA-256</th>
          </tr>
        </thead>
        <tbody>
          ${datasets.map(
            (dataset) => html`<tr>
              <th scope="row"><bdi>${visible(dataset.name)}</bdi></th>
              <td><bdi>${visible(whatItIs(dataset))}</bdi></td>
              <td class="number">${dataset.bytes === null ? nothing : formatBytes(dataset.bytes)}</td>
              <td>${dataset.sha256 === null ? nothing : html`<code title=${dataset.sha256}>${dataset.sha256.slice(0, 12)}</code>`}</td>
            </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </section>`;
}

function whatItIs({ path, type, shape }: Dataset): string {
  return [path, type, shape?.join(' × ')].filter((part) => part).join('  ');
}
