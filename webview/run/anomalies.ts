import '@vscode-elements/elements/dist/vscode-button/index.js';
import './anomalies.css';
import { html, nothing, type TemplateResult } from 'lit';
import type { Anomaly } from '../../src/contract/anomaly.ts';
import { anomalyMessage } from '../../src/contract/anomaly-messages.ts';
import type { RunDetails } from '../../src/contract/run.ts';
import { formatNumber, formatStep } from '../shared/format.ts';
import { icons } from '../shared/icons.ts';
import { t } from '../shared/l10n.ts';
import { shortened, visible } from '../shared/text.ts';
import { metricGroup } from './chart-data.ts';
import { type ChartSettings, zoomed } from './chart-settings.ts';
import type { CurvesPanel } from './curves-panel.ts';
import type { RunModel } from './model.ts';

/** More are counted. */
const mostShown = 5;

/** What went wrong with the metrics, over everything else on the page. Hints and what is turned off stay folded. */
export function anomalyBanner(run: RunDetails, model: RunModel): TemplateResult | typeof nothing {
  const told = run.anomalyList.filter(({ off, severity }) => !off && severity === 'warning');
  const rest = run.anomalyList.filter((anomaly) => !told.includes(anomaly));
  if (run.anomalyList.length === 0) return nothing;
  return html`<section class="anomalies" aria-label=${t('Anomalies')}>
    <div role="status">${told.slice(0, mostShown).map((anomaly, index) => notice(anomaly, run, model, index === 0))}</div>
    ${told.length > mostShown ? folded(t('More anomalies'), told.slice(mostShown), run, model) : nothing}
    ${rest.length > 0 ? folded(t('Hints, and what is turned off'), rest, run, model) : nothing}
  </section>`;
}

function folded(title: string, anomalies: Anomaly[], run: RunDetails, model: RunModel): TemplateResult {
  return html`<details class="group">
    <summary>${title} <span class="badge">${anomalies.length}</span></summary>
    ${anomalies.map((anomaly) => notice(anomaly, run, model, false))}
  </details>`;
}

function notice(anomaly: Anomaly, run: RunDetails, model: RunModel, canStop: boolean): TemplateResult {
  const { metric, step, off } = anomaly;
  const { busy } = model.state();
  const name = shortened(visible(metric), 40);
  const running = run.status === 'running' || run.status === 'queued';
  return html`<div class="notice anomaly">
    ${icons.warning}
    <p><bdi>${sentence(anomaly)}</bdi></p>
    <button class="link" @click=${() => showPlace(anomaly, run, model)}>${t('Show step {step}', { step: formatStep(step) })}</button>
    ${
      canStop && running
        ? html`<vscode-button ?disabled=${busy.has('stop')} @click=${() => model.act('stop')}>${t('Stop Run')}</vscode-button>`
        : nothing
    }
    <vscode-button secondary ?disabled=${busy.has('watchAnomalies')} @click=${() => model.watchAnomalies(metric, off)}
      >${off ? t('Turn On for “{metric}”', { metric: name }) : t('Turn Off for “{metric}”', { metric: name })}</vscode-button>
  </div>`;
}

const steps = new Set(['step', 'bestStep', 'foundStep', 'count']);

function sentence(anomaly: Anomaly): string {
  const { text, values } = anomalyMessage(anomaly);
  const shown = Object.entries(values).map(([name, value]): [string, string] => {
    if (typeof value === 'string') return [name, shortened(visible(value), 80)];
    return [name, steps.has(name) ? formatStep(value) : formatNumber(value)];
  });
  return t(text, Object.fromEntries(shown));
}

/** Part of all steps that is shown on either side. */
const around = 0.05;
const leastAround = 10;

/** Zooms all curves to the surroundings of a step, and brings the metric's chart into sight. */
function showPlace({ metric, step }: Anomaly, run: RunDetails, model: RunModel): void {
  const width = Math.max(leastAround, around * Math.abs(run.metrics[metric]?.lastStep ?? 0));
  const { charts } = model.state().view;
  const before = charts.logged;
  const known = before.x === 'step' ? before : { ...before, zoom: null, zooms: {} };
  const logged: ChartSettings = {
    ...known,
    ...zoomed(known, metric, { from: step - width, to: step + width }),
    x: 'step',
    query: '',
    closedGroups: before.closedGroups.filter((group) => group !== metricGroup(metric)),
  };
  model.setView({ tab: 'curves', charts: { ...charts, logged } });
  bringIntoSight(metric, frames);
}

/** The page scrolls a tab to where it was left, and a new tab's charts take their places, in the next frames. */
const frames = 6;

function bringIntoSight(metric: string, left: number): void {
  if (left > 0) {
    requestAnimationFrame(() => bringIntoSight(metric, left - 1));
    return;
  }
  void document.querySelector<CurvesPanel>('#panel-curves ty-curves')?.reveal(metric);
}
