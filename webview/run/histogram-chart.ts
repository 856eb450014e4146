import { html, svg, type TemplateResult } from 'lit';
import type { Histogram } from '../../src/contract/media.ts';
import { formatCount, formatNumber, formatStep, formatTick } from '../shared/format.ts';
import { t } from '../shared/l10n.ts';
import { visible } from '../shared/text.ts';
import { binned, quantile } from './histogram-bins.ts';

export interface StepHistogram {
  step: number;
  histogram: Histogram;
}

const bins = 48;
const height = 160;
const width = 320;

/** Histograms over steps, the first at the top: the more values in a place, the stronger its colour. */
export function histogramChart(tag: string, all: readonly StepHistogram[]): TemplateResult {
  const { from, to, rows, most } = binned(
    all.map(({ histogram }) => histogram),
    bins,
  );
  const [first, last] = [all[0], all.at(-1)];
  const label = t('Histograms of {tag}, steps {first} to {last}, values {from} to {to}', {
    tag: visible(tag),
    first: formatStep(first?.step ?? 0),
    last: formatStep(last?.step ?? 0),
    from: formatNumber(from),
    to: formatNumber(to),
  });
  const [cellWidth, cellHeight] = [width / bins, height / rows.length];
  return html`<svg
      class="histograms"
      role="img"
      aria-label=${label}
      viewBox="0 0 ${width} ${height}"
      preserveAspectRatio="none"
    >
      ${rows.map((row, y) =>
        row.map((count, x) =>
          count > 0
            ? svg`<rect x=${x * cellWidth} y=${y * cellHeight} width=${cellWidth + 0.3} height=${cellHeight + 0.3}
                fill-opacity=${(0.12 + 0.88 * Math.sqrt(count / most)).toFixed(3)}></rect>`
            : '',
        ),
      )}
    </svg>
    <div class="histogram-axis faint" aria-hidden="true"><span>${formatTick(from)}</span><span>${formatTick(to)}</span></div>
    ${histogramTable(tag, all)}`;
}

function histogramTable(tag: string, all: readonly StepHistogram[]): TemplateResult {
  const headings = [t('Step'), t('Count'), t('Min'), t('Median'), t('Max')];
  return html`<details class="histogram-table">
    <summary>${t('Table')}</summary>
    <div class="table-frame" tabindex="0" role="region" aria-label=${t('Histograms of {tag}', { tag: visible(tag) })}>
      <table class="data">
        <thead>
          <tr>${headings.map((heading) => html`<th scope="col" class="number">${heading}</th>`)}</tr>
        </thead>
        <tbody>
          ${all.map(({ step, histogram }) => {
            const count = histogram.counts.reduce((sum, one) => sum + one, 0);
            const values = [histogram.left[0], quantile(histogram, 0.5), histogram.right.at(-1)];
            return html`<tr>
              <th scope="row" class="number">${formatStep(step)}</th>
              <td class="number">${formatCount(count)}</td>
              ${values.map((value) => html`<td class="number">${formatNumber(value ?? Number.NaN)}</td>`)}
            </tr>`;
          })}
        </tbody>
      </table>
    </div>
  </details>`;
}
