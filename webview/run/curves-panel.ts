import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-checkbox/index.js';
import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { RunDetails } from '../../src/contract/run.ts';
import { formatCount, formatNumber } from '../shared/format.ts';
import { icons } from '../shared/icons.ts';
import { t } from '../shared/l10n.ts';
import { LightElement } from '../shared/light-element.ts';
import { visible } from '../shared/text.ts';
import './chart.ts';
import type { MetricChart } from './chart.ts';
import { type ChartView, metricGroup } from './chart-data.ts';
import { type CurveFeed, createCurveFeed, type Stretch } from './curve-feed.ts';
import type { RunModel } from './model.ts';
import { noMetrics } from './summary.ts';
import type { ViewState } from './view-state.ts';

const searchFrom = 7;
const pixelsPerBucket = 2;

/** All metrics as small charts, of which only those in sight are drawn and fetched. */
export class CurvesPanel extends LightElement {
  static override properties = {
    model: { attribute: false },
    run: { attribute: false },
    view: { attribute: false },
    revision: { attribute: false },
    active: { attribute: false },
    most: { attribute: false },
  };
  declare model: RunModel;
  declare run: RunDetails;
  declare view: ViewState;
  declare revision: number;
  declare active: boolean;
  /** Only the first so many, without the tools. */
  declare most: number | undefined;
  #query = '';
  #feed: CurveFeed | undefined;
  #sight: IntersectionObserver | undefined;
  readonly #inSight = new Set<string>();
  readonly #observed = new Set<Element>();
  #chartView: ChartView | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#sight = new IntersectionObserver((entries) => this.#sighted(entries), { rootMargin: '300px' });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#sight?.disconnect();
    this.#observed.clear();
  }

  override willUpdate(changed: PropertyValues<this>): void {
    const { axis, log, smoothing } = this.view;
    const origin = this.run.started ?? this.run.created;
    const now = this.#chartView;
    if (!now || now.axis !== axis || now.log !== log || now.smoothing !== smoothing || now.origin !== origin) {
      this.#chartView = { axis, log, smoothing, origin };
    }
    this.#feed ??= createCurveFeed(
      (input) => this.model.host.call('curves', input),
      () => this.requestUpdate(),
    );
    const before = changed.get('view');
    const elsewhere = before !== undefined && (before.zoom !== this.view.zoom || before.axis !== axis);
    if (this.active && (changed.has('revision') || changed.has('active') || elsewhere)) this.#ask();
  }

  override render() {
    const names = Object.keys(this.run.metrics);
    if (names.length === 0) return noMetrics(this.run);
    if (this.most !== undefined) return html`${this.#charts(names.slice(0, this.most))}${this.#unzoom()}`;
    const found = names.filter((name) => name.toLowerCase().includes(this.#query));
    const groups = Map.groupBy(found, metricGroup);
    return html`${this.#toolbar(names.length, found.length)}
      ${[...groups].map(([group, members]) => (group === '' ? this.#charts(members) : this.#group(group, members)))}`;
  }

  override updated(): void {
    const charts = new Set<Element>(this.querySelectorAll('ty-chart'));
    for (const chart of charts) {
      if (this.#observed.has(chart)) continue;
      this.#observed.add(chart);
      this.#sight?.observe(chart);
    }
    for (const chart of this.#observed) {
      if (charts.has(chart)) continue;
      this.#observed.delete(chart);
      this.#sight?.unobserve(chart);
    }
  }

  #toolbar(count: number, found: number): TemplateResult {
    const { axis, log, smoothing } = this.view;
    return html`<div class="toolbar">
      <div class="choices" role="group" aria-label=${t('Horizontal axis')}>
        <button aria-pressed=${axis === 'step'} @click=${() => this.#setAxis('step')}>${t('Step')}</button>
        <button aria-pressed=${axis === 'time'} @click=${() => this.#setAxis('time')}>${t('Time')}</button>
      </div>
      <vscode-checkbox ?checked=${log} @change=${this.#onLog}>${t('Log scale')}</vscode-checkbox>
      <label class="slider">
        ${t('Smoothing')}
        <input type="range" min="0" max="0.99" step="0.01" .value=${String(smoothing)} @input=${this.#onSmoothing} />
        <output>${formatNumber(smoothing)}</output>
      </label>
      ${this.#unzoom()}
      <span class="push"></span>
      ${
        count >= searchFrom
          ? html`<vscode-textfield .label=${t('Search metrics')} placeholder=${t('Search metrics')} @input=${this.#onSearch}
                ><span slot="content-before">${icons.search}</span></vscode-textfield>
              <output class="faint">${this.#query ? t('{found} of {count}', { found: formatCount(found), count: formatCount(count) }) : nothing}</output>`
          : nothing
      }
    </div>`;
  }

  #unzoom(): TemplateResult | typeof nothing {
    if (!this.view.zoom) return nothing;
    return html`<vscode-button secondary @click=${() => this.#zoom(null)}>${t('Show Everything')}</vscode-button>`;
  }

  #group(group: string, members: string[]): TemplateResult {
    return html`<details
      class="group"
      ?open=${!this.view.closedGroups.includes(group)}
      @toggle=${(event: Event) => this.#onToggle(group, (event.target as HTMLDetailsElement).open)}
    >
      <summary><bdi>${visible(group)}</bdi> <span class="badge">${formatCount(members.length)}</span></summary>
      ${this.#charts(members)}
    </details>`;
  }

  #charts(names: string[]): TemplateResult {
    const feed = this.#feed;
    if (!feed) return html``;
    return html`<div class="charts">
      ${repeat(
        names,
        (name) => name,
        (name) => html`<ty-chart
          .name=${name}
          .curve=${feed.curve(name, this.view.zoom)}
          .view=${this.#chartView}
          .zoom=${this.view.zoom}
          .shown=${this.#inSight.has(name)}
          @zoom=${({ detail }: CustomEvent<Stretch | null>) => this.#zoom(detail)}
          @retry=${() => this.#ask()}
        ></ty-chart>`,
      )}
    </div>`;
  }

  #sighted(entries: IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting } of entries) {
      const { name } = target as MetricChart;
      if (isIntersecting) this.#inSight.add(name);
      else this.#inSight.delete(name);
    }
    this.#ask();
    this.requestUpdate();
  }

  #ask(): void {
    if (!this.#feed || !this.#chartView || this.#inSight.size === 0) return;
    const width = this.querySelector('ty-chart')?.clientWidth ?? 400;
    this.#feed.show({
      names: [...this.#inSight],
      buckets: Math.min(1000, Math.max(100, Math.ceil(width / pixelsPerBucket))),
      zoom: this.view.zoom,
      view: this.#chartView,
    });
  }

  #zoom(zoom: Stretch | null): void {
    this.model.setView({ zoom });
  }

  #setAxis(axis: ViewState['axis']): void {
    if (axis !== this.view.axis) this.model.setView({ axis, zoom: null });
  }

  #onToggle(group: string, open: boolean): void {
    const others = this.view.closedGroups.filter((closed) => closed !== group);
    const closedGroups = open ? others : [...others, group];
    if (closedGroups.length !== this.view.closedGroups.length) this.model.setView({ closedGroups });
  }

  readonly #onLog = (event: Event) => this.model.setView({ log: (event.target as HTMLInputElement).checked });

  readonly #onSmoothing = (event: Event) =>
    this.model.setView({ smoothing: Number((event.target as HTMLInputElement).value) });

  readonly #onSearch = (event: Event) => {
    this.#query = (event.target as HTMLInputElement).value.trim().toLowerCase();
    this.requestUpdate();
  };
}

customElements.define('ty-curves', CurvesPanel);
