import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { MetricKind } from '../../src/contract/curve.ts';
import type { RunDetails } from '../../src/contract/run.ts';
import { formatCount } from '../shared/format.ts';
import { LightElement } from '../shared/light-element.ts';
import { visible } from '../shared/text.ts';
import './chart.ts';
import type { ChartChoice, MetricChart } from './chart.ts';
import {
  blockHeight,
  type ChartGroup,
  type ChartSection,
  chartColumnsIn,
  chartSections,
  sectionHeight,
} from './chart-blocks.ts';
import { type ChartView, metricGroup, type Stretch, sameX } from './chart-data.ts';
import { type ChartSettings, zoomed, zoomOf } from './chart-settings.ts';
import { plainTexts } from './chart-text.ts';
import { chartTools, unzoomButton } from './chart-tools.ts';
import { type CurveFeed, createCurveFeed } from './curve-feed.ts';
import { anomalyMarks } from './marks.ts';
import type { RunModel } from './model.ts';
import { createSight, type Sight } from './sight.ts';
import { noMetrics } from './summary.ts';
import { isCurve, systemGroup, systemHint, systemLabel, systemTexts } from './system-text.ts';

const pixelsPerBucket = 2;
/** So many charts are taken to be in sight before that is known. */
const guessed = 4;

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
  #sections: ChartSection[] = [];
  #lazy: Sight | undefined;
  #slots: Sight | undefined;
  readonly #heights = new Map<string, number>();
  #chartView: ChartView | undefined;
  #columns = 1;
  #width = 400;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#lazy = createSight({
      margin: '100%',
      changed: () => this.requestUpdate(),
      measured: (key, { width, height }) => this.#measured(key, width, height),
    });
    this.#slots = createSight({
      margin: '200px',
      changed: () => {
        if (this.active) this.#ask();
        this.requestUpdate();
      },
      measured: (_name, { width }) => {
        this.#width = width;
      },
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#lazy?.stop();
    this.#slots?.stop();
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
    if (changed.has('run') || changed.has('settings') || changed.has('kind')) {
      this.#sections = chartSections(Map.groupBy(this.#found(), this.kind === 'system' ? systemGroup : metricGroup));
    }
    if (this.active && (changed.has('revision') || changed.has('active') || changed.has('settings'))) this.#ask();
  }

  override render() {
    const all = this.#names();
    if (all.length === 0) return noMetrics(this.run);
    const set = (part: Partial<ChartSettings>) => this.#set(part);
    if (this.most !== undefined) {
      return html`${this.#charts(all.slice(0, this.most))}${unzoomButton(this.settings, set)}`;
    }
    const along = this.kind === 'system' ? [] : all;
    const found = this.#sections.flatMap(({ groups }) => groups).reduce((sum, { count }) => sum + count, 0);
    return html`${chartTools({ settings: this.settings, along, count: all.length, found, set })}
      ${repeat(
        this.#sections,
        ({ key }) => key,
        (section, index) =>
          this.#whenNear(
            section.key,
            index === 0,
            sectionHeight(section, this.#columns, this.settings.closedGroups),
            () =>
              html`${repeat(
                section.groups,
                ({ name }) => name,
                (group, place) => this.#group(group, index === 0 && place === 0),
              )}`,
          ),
      )}`;
  }

  override updated(): void {
    this.#lazy?.watch(this.querySelectorAll<HTMLElement>('[data-lazy]'), ({ dataset }) => dataset.lazy ?? '');
    this.#slots?.watch(this.querySelectorAll<HTMLElement>('.chart-slot'), ({ dataset }) => dataset.name ?? '');
  }

  /** Scrolls to a metric's chart. */
  async reveal(name: string): Promise<void> {
    for (const section of this.#sections) {
      const block = section.groups.flatMap(({ blocks }) => blocks).find(({ names }) => names.includes(name));
      if (!block) continue;
      this.#lazy?.add(section.key);
      this.#lazy?.add(block.key);
    }
    this.requestUpdate();
    await this.updateComplete;
    const slot = this.querySelector(`.chart-slot[data-name="${CSS.escape(name)}"]`);
    slot?.scrollIntoView({ block: 'center', behavior: 'instant' });
  }

  #names(): string[] {
    return this.kind === 'system' ? Object.keys(this.run.systemMetrics).filter(isCurve) : Object.keys(this.run.metrics);
  }

  #found(): string[] {
    const query = this.settings.query.trim().toLowerCase();
    const all = this.#names();
    return query === '' ? all : all.filter((name) => name.toLowerCase().includes(query));
  }

  /** Until it is known what is in sight, the first ones are taken to be. */
  #inSight(): ReadonlySet<string> {
    if (!this.#slots || this.#slots.answered()) return this.#slots?.near ?? new Set();
    if (this.most !== undefined) return new Set(this.#names().slice(0, this.most));
    const [first] = this.#sections[0]?.groups ?? [];
    if (!first || this.settings.closedGroups.includes(first.name)) return new Set();
    return new Set(first.blocks[0]?.names.slice(0, guessed));
  }

  #measured(key: string, width: number, height: number): void {
    const columns = chartColumnsIn(width);
    if (columns !== this.#columns) {
      this.#columns = columns;
      this.#heights.clear();
      this.requestUpdate();
    }
    if (this.#lazy?.near.has(key)) this.#heights.set(key, height);
  }

  /** Nothing but its room is there of what is far from sight. */
  #whenNear(key: string, first: boolean, height: number, content: () => TemplateResult): TemplateResult {
    const near = this.#lazy?.near.has(key) || (first && !this.#lazy?.answered());
    const room = near ? '' : `block-size: ${this.#heights.get(key) ?? height}px`;
    return html`<div data-lazy=${key} .style=${room}>${near ? content() : nothing}</div>`;
  }

  #group({ name, count, blocks }: ChartGroup, first: boolean): TemplateResult {
    const charts =
      blocks.length === 1
        ? this.#charts(blocks[0]?.names ?? [])
        : html`${repeat(
            blocks,
            ({ key }) => key,
            (block, index) =>
              this.#whenNear(block.key, first && index === 0, blockHeight(block, this.#columns), () =>
                this.#charts(block.names),
              ),
          )}`;
    if (name === '') return charts;
    return html`<details
      class="group"
      ?open=${!this.settings.closedGroups.includes(name)}
      @toggle=${(event: Event) => this.#onToggle(name, (event.target as HTMLDetailsElement).open)}
    >
      <summary><bdi>${visible(name)}</bdi> <span class="badge">${formatCount(count)}</span></summary>
      ${charts}
    </details>`;
  }

  #charts(names: string[]): TemplateResult {
    const inSight = this.#inSight();
    return html`<div class="charts">
      ${repeat(
        names,
        (name) => name,
        (name) => html`<div class="chart-slot" data-name=${name}>
          ${inSight.has(name) ? this.#chart(name) : html`<bdi class="metric-name">${visible(name)}</bdi>`}
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
      .hint=${kind === 'system' ? systemHint(name) : undefined}
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

  #ask(): void {
    const inSight = this.#inSight();
    if (inSight.size === 0) return;
    const { settings } = this;
    const wanted = Math.ceil(this.#width / pixelsPerBucket) * (settings.logX ? 4 : 1);
    this.#feed?.show({
      kind: this.kind,
      names: [...inSight],
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
