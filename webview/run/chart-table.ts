import { html, type TemplateResult } from 'lit';
import type { Curve } from '../../src/contract/run.ts';
import { formatCount } from '../shared/format.ts';
import { t } from '../shared/l10n.ts';
import { visible } from '../shared/text.ts';
import { type ChartView, coarser } from './chart-data.ts';
import { rangeText, type ValueTexts, xTitle } from './chart-text.ts';

const mostRows = 100;

/** The same buckets that the chart draws, at most so many rows. */
export function chartTable(title: string, curve: Curve, view: ChartView, texts: ValueTexts): TemplateResult {
  return html`<div class="chart-table" tabindex="0" role="region" aria-label=${visible(title)}>
    <table class="data">
      <caption class="sr-only">${t('{name}, {count} points', { name: visible(title), count: formatCount(curve.count) })}</caption>
      <thead>
        <tr>
          <th scope="col">${xTitle(view.x)}</th>
          <th scope="col" class="number">${t('First')}</th>
          <th scope="col" class="number">${t('Min')}</th>
          <th scope="col" class="number">${t('Max')}</th>
          <th scope="col" class="number">${t('Last')}</th>
        </tr>
      </thead>
      <tbody>
        ${coarser(curve.buckets, mostRows).map(
          (bucket) => html`<tr>
            <th scope="row">${rangeText(bucket, view.x)}</th>
            <td class="number">${texts.full(bucket.first)}</td>
            <td class="number">${texts.full(bucket.min)}</td>
            <td class="number">${texts.full(bucket.max)}</td>
            <td class="number">${texts.full(bucket.last)}</td>
          </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
