import { html, nothing, type PropertyValues } from 'lit';
import type uPlot from 'uplot';
import type { Curve } from '../../src/contract/run.ts';
import { inSomeFrame, notInAFrame } from '../shared/frames.ts';
import { t } from '../shared/l10n.ts';
import { LightElement } from '../shared/light-element.ts';
import type { Loaded } from '../shared/loaded.ts';
import '../shared/menu-button.ts';
import type { MenuItem } from '../shared/menu-button.ts';
import { failureBox } from '../shared/states.ts';
import { visible } from '../shared/text.ts';
import { onThemeChange } from '../shared/theme.ts';
import { type ChartColumns, type ChartView, chartColumns, type Stretch, sameX } from './chart-data.ts';
import { chartTable } from './chart-table.ts';
import {
  briefText,
  chartSummary,
  lastText,
  nonFiniteText,
  plainTexts,
  spokenText,
  type ValueTexts,
} from './chart-text.ts';
import { createPlot, cursorPlace } from './plot.ts';

const height = 180;

export type ChartChoice = 'table' | 'png' | 'svg' | 'csv' | 'all';

/**
 * One metric's curve. Says `zoom` with a stretch of the axis or null, `choose` with what was chosen from its menu, and `retry`.
 */
export class MetricChart extends LightElement {
  static override properties = {
    name: { attribute: false },
    heading: { attribute: false },
    hint: { attribute: false },
    curve: { attribute: false },
    view: { attribute: false },
    zoom: { attribute: false },
    synced: { attribute: false },
    texts: { attribute: false },
    tabled: { attribute: false },
    marks: { attribute: false, hasChanged: (fresh: number[], old?: number[]) => String(fresh) !== String(old) },
  };
  declare name: string;
  /** What stands over it, where that is not the name. */
  declare heading: string | undefined;
  /** Told with the name. */
  declare hint: string | undefined;
  declare curve: Loaded<Curve>;
  declare view: ChartView;
  declare zoom: Stretch | null;
  declare synced: boolean;
  declare texts: ValueTexts;
  /** A table stands where the curve would. */
  declare tabled: boolean;
  /** Places along the axis, as it is drawn, that a line goes through. */
  declare marks: number[];

  #plot: uPlot | undefined;
  #columns: ChartColumns | undefined;
  #resize: ResizeObserver | undefined;
  #stopTheme: (() => void) | undefined;
  #otherScale = false;
  #width = 0;

  constructor() {
    super();
    this.name = '';
    this.heading = undefined;
    this.hint = undefined;
    this.curve = { state: 'loading' };
    this.view = { x: 'step', logX: false, logY: false, smoothing: 0 };
    this.zoom = null;
    this.synced = true;
    this.texts = plainTexts;
    this.tabled = false;
    this.marks = [];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#resize = new ResizeObserver((entries) => this.#fit(entries.at(-1)?.contentRect.width ?? 0));
    this.#resize.observe(this);
    this.#stopTheme = onThemeChange(() => {
      this.#otherScale = true;
      inSomeFrame(this.#paint);
    });
    if (this.hasUpdated) inSomeFrame(this.#paint);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resize?.disconnect();
    this.#stopTheme?.();
    this.#drop();
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('curve') && !changed.has('view')) return;
    const ready = this.curve.state === 'ready' ? this.curve.value : undefined;
    this.#columns = ready && chartColumns(ready.buckets, this.view);
  }

  override render() {
    const ready = this.curve.state === 'ready' ? this.curve.value : undefined;
    const title = visible(this.heading ?? this.name);
    return html`<figure>
      <figcaption>
        <bdi class="metric-name" title=${[visible(this.name), this.hint].filter(Boolean).join(': ')}>${title}</bdi>
        <output class="readout" aria-live="off"></output>
        <ty-menu
          .label=${t('What can be done with {name}', { name: title })}
          .items=${this.#menu()}
          @choose=${({ detail }: CustomEvent<ChartChoice>) => this.#choose(detail)}
        ></ty-menu>
      </figcaption>
      ${
        this.tabled && ready
          ? chartTable(title, ready, this.view, this.texts)
          : html`<div
              class="plot"
              tabindex=${ready ? 0 : nothing}
              role="group"
              aria-roledescription=${t('chart')}
              aria-label=${ready ? chartSummary(title, ready, this.texts) : title}
              aria-description=${this.hint ?? nothing}
              @keydown=${this.#onKey}
            ></div>`
      }
      ${this.curve.state === 'failed' ? failureBox(this.curve.error, () => this.dispatchEvent(new Event('retry'))) : nothing}
      ${ready ? this.#notes(ready) : nothing}
      <p class="sr-only" aria-live="polite" data-spoken></p>
    </figure>`;
  }

  /** What is drawn now; undefined where nothing is there yet. */
  drawn(): { columns: ChartColumns; stretch: Stretch | null } | undefined {
    return this.#columns && { columns: this.#columns, stretch: this.zoom };
  }

  #notes(curve: Curve) {
    const nonFinite = curve.buckets.reduce((sum, bucket) => sum + bucket.nonFinite, 0);
    const { x, y } = this.#columns?.hidden ?? { x: false, y: false };
    if (nonFinite === 0 && !x && !y) return nothing;
    return html`<p class="chart-note">
      ${nonFinite > 0 ? nonFiniteText(nonFinite) : nothing}
      ${y ? t('Values of zero and below have no place on a logarithmic scale.') : nothing}
      ${x ? t('What lies at zero and below has no place on a logarithmic horizontal axis.') : nothing}
    </p>`;
  }

  #menu(): MenuItem[] {
    return [
      { id: 'table', label: t('Show as table'), checked: this.tabled },
      { id: 'png', label: t('Save as PNG…') },
      { id: 'svg', label: t('Save as SVG…') },
      { id: 'csv', label: t('Save all points as CSV…') },
      ...(this.zoom ? [{ id: 'all', label: t('Show Everything') }] : []),
    ];
  }

  #choose(choice: ChartChoice): void {
    if (choice === 'all') this.#zoomTo(null);
    else this.dispatchEvent(new CustomEvent('choose', { detail: choice }));
  }

  override updated(changed: PropertyValues<this>): void {
    const before = changed.has('view') ? changed.get('view') : this.view;
    if (isOtherScale(before, this.view) || changed.has('synced') || changed.has('texts')) this.#otherScale = true;
    inSomeFrame(this.#paint);
  }

  readonly #paint = () => {
    const place = this.querySelector<HTMLElement>('.plot');
    if (!place || this.curve.state !== 'ready' || !this.isConnected) {
      this.#drop();
      this.#read(null);
      return;
    }
    if (this.#width === 0) return;
    if (this.#otherScale || this.#plot?.root.parentElement !== place) this.#drop();
    this.#plot ??= createPlot(place, {
      width: Math.max(this.#width, 120),
      height,
      view: this.view,
      syncKey: this.synced ? `run-${JSON.stringify(this.view.x)}` : null,
      text: (value) => this.texts.short(value),
      columns: () => this.#columns,
      marks: () => this.marks,
      zoom: () => this.zoom,
      smoothed: () => this.view.smoothing > 0,
      onCursor: (index) => this.#read(index),
      onZoom: (stretch) => this.#zoomTo(stretch),
    });
    if (this.#columns) {
      const { xs, lows, highs, values, smooth } = this.#columns;
      this.#plot.setData([xs, lows, highs, values, smooth]);
    }
    this.#read(cursorPlace(this.#plot));
  };

  #drop(): void {
    notInAFrame(this.#paint);
    this.#plot?.destroy();
    this.#plot = undefined;
    this.#otherScale = false;
  }

  /** The width is told, because asking for it while charts are made would lay out the whole page for each of them. */
  #fit(width: number): void {
    const first = this.#width === 0;
    this.#width = width;
    if (width === 0) return;
    if (first) inSomeFrame(this.#paint);
    else if (this.#plot && width !== this.#plot.width) this.#plot.setSize({ width, height });
  }

  #read(index: number | null): void {
    const output = this.querySelector('.readout');
    if (!output || this.curve.state !== 'ready') return;
    const bucket = index === null ? undefined : this.#columns?.buckets[index];
    output.textContent = bucket ? briefText(bucket, this.view.x, this.texts) : lastText(this.curve.value, this.texts);
  }

  #zoomTo(stretch: Stretch | null): void {
    this.dispatchEvent(new CustomEvent('zoom', { detail: stretch }));
  }

  #onKey(event: KeyboardEvent): void {
    const plot = this.#plot;
    const xs = this.#columns?.xs;
    if (!plot || !xs || xs.length === 0) return;
    const here = plot.cursor.idx ?? -1;
    const page = Math.max(1, Math.round(xs.length / 10));
    const targets: Record<string, number> = {
      ArrowRight: here + 1,
      ArrowLeft: here < 0 ? xs.length - 1 : here - 1,
      PageDown: here + page,
      PageUp: here - page,
      Home: 0,
      End: xs.length - 1,
    };
    if (event.key === '0' || event.key === 'Escape') this.#zoomTo(null);
    if (event.key === '+') this.#zoomAt(xs[Math.max(here, 0)] ?? 0);
    const target = targets[event.key];
    if (target === undefined) return;
    event.preventDefault();
    const index = Math.min(Math.max(target, 0), xs.length - 1);
    plot.setCursor({ left: plot.valToPos(xs[index] ?? 0, 'x'), top: plot.over.clientHeight / 2 });
    const bucket = this.#columns?.buckets[index];
    const spoken = this.querySelector('[data-spoken]');
    if (bucket && spoken) spoken.textContent = spokenText(bucket, this.view.x, this.texts);
  }

  /** Half of what is in sight, around a place. */
  #zoomAt(x: number): void {
    const { min, max } = this.#plot?.scales.x ?? {};
    if (typeof min !== 'number' || typeof max !== 'number') return;
    const quarter = (max - min) / 4;
    this.#zoomTo({ from: Math.max(min, x - quarter), to: Math.min(max, x + quarter) });
  }
}

function isOtherScale(before: ChartView | undefined, now: ChartView): boolean {
  return before === undefined || !sameX(before.x, now.x) || before.logX !== now.logX || before.logY !== now.logY;
}

customElements.define('ty-chart', MetricChart);
