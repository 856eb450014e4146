import { html, type PropertyValues, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { MetricKind } from '../../src/contract/curve.ts';
import type { RunDetails } from '../../src/contract/run.ts';
import { formatCount } from '../shared/format.ts';
import { LightElement } from '../shared/light-element.ts';
import { visible } from '../shared/text.ts';
import './chart.ts';
import type { ChartChoice, MetricChart } from './chart.ts';
import { type ChartView, metricGroup, type Stretch, sameX } from './chart-data.ts';
import { type ChartSettings, zoomed, zoomOf } from './chart-settings.ts';
import { plainTexts } from './chart-text.ts';
import { chartTools, unzoomButton } from './chart-tools.ts';
import { type CurveFeed, createCurveFeed } from './curve-feed.ts';
import { anomalyMarks } from './marks.ts';
import type { RunModel } from './model.ts';
import { noMetrics } from './summary.ts';
import { isCurve, systemGroup, systemLabel, systemTexts } from './system-text.ts';

const pixelsPerBucket = 2;

/** Metrics as small charts, of which only those in sight are there, drawn and fetched; for the others room is kept. */
export class CurvesPanel extends LightElement {
  static override properties = {
    model: { attribute: false },
    run: { attribute: false },
    kind: { attribute: false },
    settings: { attribute: false },
    revision: { attribute: false },
    active: { attribute: false },
    most: { attribute: false },
  };
  declare model: RunModel;
  declare run: RunDetails;
  declare kind: MetricKind;
  declare settings: ChartSettings;
  declare revision: number;
  declare active: boolean;
  /** Only the first so many, without the tools. */
  declare most: number | undefined;
  #feed: CurveFeed | undefined;
  #sight: IntersectionObserver | undefined;
  readonly #inSight = new Set<string>();
  readonly #observed = new Map<Element, string>();
  #chartView: ChartView | undefined;
  #width = 400;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#sight = new IntersectionObserver((entries) => this.#sighted(entries), { rootMargin: '200px' });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#sight?.disconnect();
    this.#observed.clear();
  }

  override willUpdate(changed: PropertyValues<this>): void {
    const { x, logX, logY, smoothing } = this.settings;
    const now = this.#chartView;
    if (!now || !sameX(now.x, x) || now.logX !== logX || now.logY !== logY || now.smoothing !== smoothing) {
      this.#chartView = { x, logX, logY, smoothing };
    }
    this.#feed ??= createCurveFeed(
      (input) => this.model.host.call('curves', input),
      () => this.requestUpdate(),
    );
    if (this.active && (changed.has('revision') || changed.has('active') || changed.has('settings'))) this.#ask();
  }

  override render() {
    const all = this.#names();
    if (all.length === 0) return noMetrics(this.run);
    const set = (part: Partial<ChartSettings>) => this.#set(part);
    if (this.most !== undefined) {
      return html`${this.#charts(all.slice(0, this.most))}${unzoomButton(this.settings, set)}`;
    }
    const query = this.settings.query.trim().toLowerCase();
    const found = all.filter((name) => name.toLowerCase().includes(query));
    const groups = Map.groupBy(found, this.kind === 'system' ? systemGroup : metricGroup);
    const along = this.kind === 'system' ? [] : all;
    return html`${chartTools({ settings: this.settings, along, count: all.length, found: found.length, set })}
      ${[...groups].map(([group, members]) => (group === '' ? this.#charts(members) : this.#group(group, members)))}`;
  }

  override updated(): void {
    const slots = new Map<Element, string>();
    for (const slot of this.querySelectorAll<HTMLElement>('.chart-slot')) slots.set(slot, slot.dataset.name ?? '');
    for (const [slot, name] of this.#observed) {
      if (slots.get(slot) === name) continue;
      this.#observed.delete(slot);
      this.#sight?.unobserve(slot);
      this.#inSight.delete(name);
    }
    for (const [slot, name] of slots) {
      if (this.#observed.has(slot)) continue;
      this.#observed.set(slot, name);
      this.#sight?.observe(slot);
    }
  }

  #names(): string[] {
    return this.kind === 'system' ? Object.keys(this.run.systemMetrics).filter(isCurve) : Object.keys(this.run.metrics);
  }

  #group(group: string, members: string[]): TemplateResult {
    return html`<details
      class="group"
      ?open=${!this.settings.closedGroups.includes(group)}
      @toggle=${(event: Event) => this.#onToggle(group, (event.target as HTMLDetailsElement).open)}
    >
      <summary><bdi>${visible(group)}</bdi> <span class="badge">${formatCount(members.length)}</span></summary>
      ${this.#charts(members)}
    </details>`;
  }

  #charts(names: string[]): TemplateResult {
    return html`<div class="charts">
      ${repeat(
        names,
        (name) => name,
        (name) => html`<div class="chart-slot" data-name=${name}>
          ${this.#inSight.has(name) ? this.#chart(name) : html`<bdi class="metric-name">${visible(name)}</bdi>`}
        </div>`,
      )}
    </div>`;
  }

  #chart(name: string): TemplateResult {
    const { settings, kind } = this;
    const zoom = zoomOf(settings, name);
    return html`<ty-chart
      .name=${name}
      .heading=${kind === 'system' ? systemLabel(name) : undefined}
      .texts=${kind === 'system' ? systemTexts(name) : plainTexts}
      .curve=${this.#feed?.curve(name, settings.x, zoom) ?? { state: 'loading' }}
      .view=${this.#chartView}
      .zoom=${zoom}
      .synced=${settings.synced}
      .tabled=${settings.tables.includes(name)}
      .marks=${kind === 'logged' ? anomalyMarks(this.run, name, settings.x) : []}
      @zoom=${({ detail }: CustomEvent<Stretch | null>) => this.#set(zoomed(this.settings, name, detail))}
      @choose=${({ detail, target }: CustomEvent<ChartChoice>) => this.#choose(target as MetricChart, detail)}
      @retry=${() => this.#ask()}
    ></ty-chart>`;
  }

  #choose(chart: MetricChart, choice: ChartChoice): void {
    const { name } = chart;
    const { tables } = this.settings;
    if (choice === 'table') {
      this.#set({ tables: tables.includes(name) ? tables.filter((other) => other !== name) : [...tables, name] });
    } else if (choice !== 'all') void this.model.saveChart(chart, this.kind, choice);
  }

  #sighted(entries: IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting, boundingClientRect } of entries) {
      const name = this.#observed.get(target);
      if (name === undefined) continue;
      if (isIntersecting) this.#inSight.add(name);
      else this.#inSight.delete(name);
      if (boundingClientRect.width > 0) this.#width = boundingClientRect.width;
    }
    if (this.active) this.#ask();
    this.requestUpdate();
  }

  #ask(): void {
    if (this.#inSight.size === 0) return;
    const { settings } = this;
    const wanted = Math.ceil(this.#width / pixelsPerBucket) * (settings.logX ? 4 : 1);
    this.#feed?.show({
      kind: this.kind,
      names: [...this.#inSight],
      buckets: Math.min(1000, Math.max(100, wanted)),
      x: settings.x,
      zoom: (name) => zoomOf(settings, name),
      revision: this.revision,
    });
  }

  #set(part: Partial<ChartSettings>): void {
    this.model.setCharts(this.kind, part);
  }

  #onToggle(group: string, open: boolean): void {
    const others = this.settings.closedGroups.filter((closed) => closed !== group);
    const closedGroups = open ? others : [...others, group];
    if (closedGroups.length !== this.settings.closedGroups.length) this.#set({ closedGroups });
  }
}

customElements.define('ty-curves', CurvesPanel);
