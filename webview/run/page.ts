import { html, nothing, type TemplateResult } from 'lit';
import type { RunDetails } from '../../src/contract/run.ts';
import { faultText } from '../shared/fault-text.ts';
import { formatCount } from '../shared/format.ts';
import { icons } from '../shared/icons.ts';
import { t } from '../shared/l10n.ts';
import { LightElement } from '../shared/light-element.ts';
import { failureBox, skeleton } from '../shared/states.ts';
import type { Tab } from '../shared/tab-strip.ts';
import '../shared/tab-strip.ts';
import { anomalyBanner } from './anomalies.ts';
import { artifactsPanel } from './artifacts.ts';
import './code-panel.ts';
import './curves-panel.ts';
import { environmentPanel } from './environment.ts';
import './files-panel.ts';
import './header.ts';
import './media-panel.ts';
import type { RunModel } from './model.ts';
import './note-panel.ts';
import './output-panel.ts';
import './parameters-panel.ts';
import './queue-notice.ts';
import { statusText } from './status.ts';
import { summaryPanel } from './summary.ts';
import { systemPanel } from './system-panel.ts';
import { type TabId, tabIds } from './view-state.ts';

/** Charts that the summary shows. */
const previewed = 4;

/** The whole page of a run. A tab's panel is made when it is first chosen, and kept. */
export class RunPage extends LightElement {
  declare model: RunModel;
  readonly #visited = new Set<TabId>();
  #spoken = '';
  #lastTab: TabId | undefined;
  #scrollTimer: number | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('scroll', this.#onScroll, { passive: true });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('scroll', this.#onScroll);
  }

  override render() {
    const { details, stale } = this.model.state();
    if (details.state === 'loading') return html`<main class="page">${skeleton(6)}</main>`;
    if (details.state === 'failed') {
      return html`<main class="page">
        <h1 class="sr-only">${t('Run')}</h1>
        ${failureBox(details.error, () => this.model.retry())}
      </main>`;
    }
    const filled = this.model.state().view.tab === 'output';
    return html`<main class=${filled ? 'page filled' : 'page'}>
      <ty-run-header .model=${this.model} .run=${details.value} .busy=${this.model.state().busy}></ty-run-header>
      ${this.#notices(stale)}
      <ty-queue-notice .model=${this.model} .run=${details.value} .revision=${this.model.state().revision} .busy=${this.model.state().busy}></ty-queue-notice>
      ${anomalyBanner(details.value, this.model)} ${this.#tabs(details.value)}
      <p class="sr-only" role="status">${this.#announcement(details.value)}</p>
    </main>`;
  }

  override updated(): void {
    const { details, view } = this.model.state();
    if (details.state !== 'ready' || this.#lastTab === view.tab) return;
    this.#lastTab = view.tab;
    const top = view.scroll[view.tab] ?? 0;
    requestAnimationFrame(() => window.scrollTo({ top, behavior: 'instant' }));
  }

  #notices(stale: unknown): TemplateResult {
    const { actionError } = this.model.state();
    return html`${stale === undefined ? nothing : failureBox(stale, () => this.model.retry())}
    ${
      actionError === undefined
        ? nothing
        : html`<div class="notice error" role="alert">
            ${icons.error}
            <p>${faultText(actionError)}</p>
            <button class="icon-button" title=${t('Dismiss')} aria-label=${t('Dismiss')} @click=${this.model.dismissActionError}>
              ${icons.close}
            </button>
          </div>`
    }`;
  }

  #tabs(run: RunDetails): TemplateResult {
    const { tab } = this.model.state().view;
    this.#visited.add(tab);
    return html`<ty-tabs
        .tabs=${tabsOf(run)}
        .selected=${tab}
        .label=${t('Parts of the run')}
        @select=${({ detail }: CustomEvent<TabId>) => this.#choose(detail)}
      ></ty-tabs>
      ${tabIds.map(
        (id) => html`<section
          role="tabpanel"
          id="panel-${id}"
          class="panel panel-${id}"
          aria-labelledby="tab-${id}"
          ?hidden=${id !== tab}
        >${this.#visited.has(id) ? this.#panel(id, run) : nothing}</section>`,
      )}`;
  }

  #panel(id: TabId, run: RunDetails): TemplateResult {
    const model = this.model;
    const { revision, view } = model.state();
    const active = id === view.tab;
    switch (id) {
      case 'summary':
        return html`${summaryPanel(run, model, {
          choose: (next) => this.#choose(next),
          curves: html`<ty-curves .model=${model} .run=${run} .kind=${'logged'} .settings=${view.charts.logged} .revision=${revision} .active=${active} .most=${previewed}></ty-curves>`,
        })}`;
      case 'curves':
        return html`<ty-curves .model=${model} .run=${run} .kind=${'logged'} .settings=${view.charts.logged} .revision=${revision} .active=${active}></ty-curves>`;
      case 'system':
        return systemPanel(
          run,
          html`<ty-curves .model=${model} .run=${run} .kind=${'system'} .settings=${view.charts.system} .revision=${revision} .active=${active}></ty-curves>`,
        );
      case 'output':
        return html`<ty-output .model=${model} .run=${run} .view=${view.output} .revision=${revision} .active=${active}></ty-output>`;
      case 'parameters':
        return html`<ty-parameters .model=${model} .params=${run.params} .query=${view.parameters}></ty-parameters>`;
      case 'files':
        return html`<ty-files .model=${model} .run=${run}></ty-files>`;
      case 'code':
        return html`<ty-code .model=${model} .code=${run.code} .busy=${model.state().busy.has('openDiff')}></ty-code>`;
      case 'environment':
        return environmentPanel(run);
      case 'artifacts':
        return artifactsPanel(run, model);
      case 'media':
        return html`<ty-media-panel .model=${model} .run=${run} .active=${active}></ty-media-panel>`;
      case 'note':
        return html`<ty-note .model=${model} .saved=${run.note}></ty-note>`;
    }
  }

  #choose(tab: TabId): void {
    const { view } = this.model.state();
    if (tab === view.tab) return;
    this.model.setView({ tab, scroll: { ...view.scroll, [view.tab]: window.scrollY } });
  }

  #announcement(run: RunDetails): string {
    const text = statusText(run);
    if (this.#spoken === '') this.#spoken = text;
    if (text === this.#spoken) return '';
    return t('The run is now: {status}', { status: text });
  }

  readonly #onScroll = () => {
    clearTimeout(this.#scrollTimer);
    this.#scrollTimer = window.setTimeout(() => {
      const { view, details } = this.model.state();
      if (details.state === 'ready') this.model.setView({ scroll: { ...view.scroll, [view.tab]: window.scrollY } });
    }, 250);
  };
}

function tabsOf(run: RunDetails): Tab[] {
  const some = (count: number) => (count > 0 ? formatCount(count) : undefined);
  const labels: Record<TabId, Omit<Tab, 'id'>> = {
    summary: { label: t('Summary') },
    curves: { label: t('Curves'), badge: some(Object.keys(run.metrics).length) },
    output: { label: t('Output') },
    system: { label: t('System') },
    parameters: { label: t('Parameters'), badge: some(Object.keys(run.params).length) },
    files: { label: t('Files'), badge: some(run.inputs.length + run.outputs.length) },
    code: { label: t('Code') },
    environment: { label: t('Environment') },
    artifacts: { label: t('Artifacts'), badge: some(run.artifacts.length) },
    media: { label: t('Media'), badge: some(run.media.length) },
    note: { label: t('Note'), badge: run.note ? '•' : undefined },
  };
  return tabIds.map((id) => ({ id, ...labels[id] }));
}

customElements.define('ty-run-page', RunPage);
