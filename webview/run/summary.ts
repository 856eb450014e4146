import { html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import type { RunDetails } from '../../src/contract/run.ts';
import { formatBytes, formatCount, formatNumber, formatSeconds, formatStep, formatTime } from '../shared/format.ts';
import { plural, t } from '../shared/l10n.ts';
import { emptyBox } from '../shared/states.ts';
import { shortened, visible } from '../shared/text.ts';
import { factList } from './facts.ts';
import { failureView } from './failure.ts';
import type { RunModel } from './model.ts';
import { parameterText } from './parameter-value.ts';
import type { TabId } from './view-state.ts';
import { warningList } from './warnings.ts';

const mostMetrics = 50;
const mostParameters = 12;
const longestHeadline = 120;

interface SummaryParts {
  choose: (tab: TabId) => void;
  curves: TemplateResult;
}

/** What matters first: why it failed, the numbers, what it was run with. */
export function summaryPanel(run: RunDetails, model: RunModel, { choose, curves }: SummaryParts): TemplateResult {
  return html`${failureView(run, model, choose)} ${warningList(run.warnings)}
    <div class="columns">
      <div class="wide">
        ${hasMetrics(run) ? curvesSection(run, choose, curves) : nothing}
        <section>
          <h2>${t('Metrics')}</h2>
          ${guard([run], () => metricTable(run, choose))}
        </section>
      </div>
      <div class="side">
        <section>
          <h2>${t('Parameters')}</h2>
          ${headline(run, choose)}
        </section>
        <section>
          <h2>${t('About this run')}</h2>
          ${facts(run)}
        </section>
      </div>
    </div>`;
}

const hasMetrics = (run: RunDetails) => Object.keys(run.metrics).length > 0;

function curvesSection(run: RunDetails, choose: (tab: TabId) => void, curves: TemplateResult): TemplateResult {
  const metrics = Object.keys(run.metrics).length;
  const count = formatCount(metrics);
  return html`<section>
    <div class="section-head">
      <h2>${t('Curves')}</h2>
      <button class="link" @click=${() => choose('curves')}>
        ${plural(metrics, t('Show {count} curve', { count }), t('Show all {count} curves', { count }))}
      </button>
    </div>
    ${curves}
  </section>`;
}

function metricTable(run: RunDetails, choose: (tab: TabId) => void): TemplateResult {
  const metrics = Object.entries(run.metrics);
  if (!hasMetrics(run)) return noMetrics(run);
  return html`<div class="table-frame" tabindex="0" role="region" aria-label=${t('Metrics')}>
      <table class="data metrics">
        <thead>
          <tr>
            <th scope="col">${t('Name')}</th>
            <th scope="col" class="number">${t('Last')}</th>
            <th scope="col" class="number">${t('Best')}</th>
            <th scope="col" class="number">${t('Min')}</th>
            <th scope="col" class="number">${t('Max')}</th>
            <th scope="col" class="number">${t('Step')}</th>
            <th scope="col" class="number">${t('Points')}</th>
          </tr>
        </thead>
        <tbody>
          ${metrics.slice(0, mostMetrics).map(
            ([name, metric]) => html`<tr>
              <th scope="row" title=${visible(name)}><bdi>${visible(name)}</bdi></th>
              <td class="number strong" title=${String(metric.last)}>${formatNumber(metric.last)}</td>
              <td class="number" title=${String(metric.best)}>${formatNumber(metric.best)}</td>
              <td class="number" title=${String(metric.min)}>${formatNumber(metric.min)}</td>
              <td class="number" title=${String(metric.max)}>${formatNumber(metric.max)}</td>
              <td class="number">${formatStep(metric.lastStep)}</td>
              <td class="number">${formatCount(metric.count)}</td>
            </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${
      metrics.length > mostMetrics
        ? html`<p class="more">
            ${t('{count} more metrics have their curves.', { count: formatCount(metrics.length - mostMetrics) })}
            <button class="link" @click=${() => choose('curves')}>${t('Show Curves')}</button>
          </p>`
        : nothing
    }`;
}

export function noMetrics(run: RunDetails): TemplateResult {
  if (run.status === 'queued') return emptyBox(t('No metrics yet'), t('They appear here once the run has started.'));
  const title = run.status === 'running' ? t('No metrics yet') : t('No metrics were logged');
  return emptyBox(
    title,
    t('Add two lines to the script, and every value appears here as it is logged:'),
    'import trainyard\ntrainyard.log(loss=loss)',
  );
}

function headline(run: RunDetails, choose: (tab: TabId) => void): TemplateResult {
  const params = Object.entries(run.params);
  if (params.length === 0) {
    return emptyBox(
      t('No parameters'),
      t('Arguments parsed by argparse appear by themselves. Others can be logged:'),
      'trainyard.params(lr=0.1)',
    );
  }
  return html`${factList(
    params
      .slice(0, mostParameters)
      .map(([name, value]) => [
        visible(name),
        html`<code>${visible(shortened(parameterText(value), longestHeadline))}</code>`,
      ]),
  )}
  ${
    params.length > mostParameters
      ? html`<button class="link" @click=${() => choose('parameters')}>
          ${t('Show all {count} parameters', { count: formatCount(params.length) })}
        </button>`
      : nothing
  }`;
}

function facts(run: RunDetails): TemplateResult {
  const { code } = run;
  const commit = code?.commit ? `${code.commit.slice(0, 10)}${code.dirty ? ` ${t('with changes')}` : ''}` : null;
  const tags = Object.entries(run.tags);
  return factList([
    [t('Runs'), visible(run.title)],
    [t('Started'), run.started === null ? null : formatTime(run.started)],
    [t('Ended'), run.ended === null ? null : formatTime(run.ended)],
    [t('Exit code'), run.exitCode === null ? null : String(run.exitCode)],
    [t('Commit'), commit],
    [t('Branch'), code?.branch ? visible(code.branch) : null],
    [t('CPU time'), run.cpuSeconds === null ? null : formatSeconds(run.cpuSeconds)],
    [t('Peak memory'), run.peakMemoryBytes === null ? null : formatBytes(run.peakMemoryBytes)],
    [t('Host'), visible(run.host)],
    [t('User'), visible(run.user)],
    [t('Process'), run.pid === null ? null : String(run.pid)],
    [
      t('Tags'),
      tags.length === 0
        ? null
        : html`<span class="tags">${tags.map(([key, value]) => html`<span class="tag"><bdi>${visible(value ? `${key}: ${value}` : key)}</bdi></span>`)}</span>`,
    ],
    [t('Rerun of'), run.rerunOf],
    [t('Run'), html`<code>${run.id}</code>`],
  ]);
}
