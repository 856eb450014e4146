import { html, nothing, type PropertyValues } from 'lit';
import type uPlot from 'uplot';
import type { Bucket, Curve } from '../../src/contract/run.ts';
import { formatCount, formatNumber, formatSeconds, formatStep, formatTick } from '../shared/format.ts';
import { plural, t } from '../shared/l10n.ts';
import { LightElement } from '../shared/light-element.ts';
import type { Loaded } from '../shared/loaded.ts';
import { failureBox } from '../shared/states.ts';
import { visible } from '../shared/text.ts';
import { onThemeChange } from '../shared/theme.ts';
import { type Axis, type ChartColumns, type ChartView, chartColumns, coarser } from './chart-data.ts';
import type { Stretch } from './curve-feed.ts';
import { createPlot, cursorPlace } from './plot.ts';

const height = 180;
const tableRows = 24;

/** One metric's curve. Says `zoom` with a stretch of the axis or null, and `retry`. */
export class MetricChart extends LightElement {
  static override properties = {
    name: { attribute: false },
    curve: { attribute: false },
    view: { attribute: false },
    zoom: { attribute: false },
    shown: { attribute: false },
  };
  declare name: string;
  declare curve: Loaded<Curve>;
  declare view: ChartView;
  declare zoom: Stretch | null;
  /** Whether it is in sight: only then there is a canvas. */
  declare shown: boolean;

  #plot: uPlot | undefined;
  #columns: ChartColumns | undefined;
  #resize: ResizeObserver | undefined;
  #stopTheme: (() => void) | undefined;

  constructor() {
    super();
    this.name = '';
    this.curve = { state: 'loading' };
    this.view = { axis: 'step', origin: 0, smoothing: 0, log: false };
    this.zoom = null;
    this.shown = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#resize = new ResizeObserver(() => this.#fit());
    this.#resize.observe(this);
    this.#stopTheme = onThemeChange(() => this.#rebuild());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resize?.disconnect();
    this.#stopTheme?.();
    this.#drop();
  }

  override render() {
    const ready = this.curve.state === 'ready' ? this.curve.value : undefined;
    const hidden = ready?.buckets.some(({ min }) => min <= 0) && this.view.log;
    const nonFinite = ready?.buckets.reduce((sum, bucket) => sum + bucket.nonFinite, 0) ?? 0;
    return html`<figure>
      <figcaption>
        <bdi class="metric-name" title=${visible(this.name)}>${visible(this.name)}</bdi>
        <output class="readout" aria-live="off"></output>
      </figcaption>
      <div
        class="plot"
        tabindex=${ready ? 0 : nothing}
        role="group"
        aria-roledescription=${t('chart')}
        aria-label=${t('{name}: the arrow keys move through its points, 0 shows all of them', { name: visible(this.name) })}
        @keydown=${this.#onKey}
      ></div>
      ${this.curve.state === 'failed' ? failureBox(this.curve.error, () => this.dispatchEvent(new Event('retry'))) : nothing}
      ${
        nonFinite > 0 || hidden
          ? html`<p class="chart-note">
            ${nonFinite > 0 ? nonFiniteText(nonFinite) : nothing}
            ${hidden ? t('Values of zero and below have no place on a logarithmic scale.') : nothing}
          </p>`
          : nothing
      }
      <p class="sr-only" aria-live="polite" data-spoken></p>
      ${this.shown && ready ? readableTable(this.name, ready) : nothing}
    </figure>`;
  }

  override updated(changed: PropertyValues<this>): void {
    if (!this.shown || this.curve.state !== 'ready') {
      this.#drop();
      return;
    }
    if (!this.#plot || (changed.has('view') && isOtherScale(changed.get('view'), this.view))) this.#rebuild();
    else if (changed.has('curve') || changed.has('view') || changed.has('zoom')) this.#draw();
  }

  #rebuild(): void {
    this.#drop();
    const place = this.querySelector<HTMLElement>('.plot');
    if (!place || !this.shown || this.curve.state !== 'ready') return;
    this.#plot = createPlot(place, {
      width: Math.max(place.clientWidth, 120),
      height,
      axis: this.view.axis,
      log: this.view.log,
      columns: () => this.#columns,
      zoom: () => this.zoom,
      smoothed: () => this.view.smoothing > 0,
      onCursor: (index) => this.#read(index),
      onZoom: (stretch) => this.#zoomTo(stretch),
    });
    this.#draw();
  }

  #drop(): void {
    this.#plot?.destroy();
    this.#plot = undefined;
  }

  #fit(): void {
    const place = this.querySelector<HTMLElement>('.plot');
    const width = place?.clientWidth ?? 0;
    if (this.#plot && width > 0 && width !== this.#plot.width) this.#plot.setSize({ width, height });
  }

  #draw(): void {
    if (this.curve.state !== 'ready') return;
    const columns = chartColumns(this.curve.value.buckets, this.view);
    this.#columns = columns;
    const { xs, lows, highs, values, smooth } = columns;
    this.#plot?.setData([xs, lows, highs, values, smooth]);
    this.#read(this.#plot ? cursorPlace(this.#plot) : null);
  }

  #read(index: number | null): void {
    const output = this.querySelector('.readout');
    const bucket = index === null ? undefined : this.#columns?.buckets[index];
    if (!output || this.curve.state !== 'ready') return;
    output.textContent = bucket ? brief(bucket, this.view) : lastValue(this.curve.value);
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
    const target = targets[event.key];
    if (target === undefined) return;
    event.preventDefault();
    const index = Math.min(Math.max(target, 0), xs.length - 1);
    plot.setCursor({ left: plot.valToPos(xs[index] ?? 0, 'x'), top: plot.over.clientHeight / 2 });
    const bucket = this.#columns?.buckets[index];
    const spoken = this.querySelector('[data-spoken]');
    if (bucket && spoken) spoken.textContent = describe(bucket, this.view);
  }
}

function nonFiniteText(values: number): string {
  const count = formatCount(values);
  const one = t('{count} value is NaN or infinite (marked with a triangle).', { count });
  return plural(values, one, t('{count} values are NaN or infinite (marked with a triangle).', { count }));
}

function isOtherScale(before: ChartView | undefined, now: ChartView): boolean {
  return before === undefined || before.axis !== now.axis || before.log !== now.log;
}

function lastValue(curve: Curve): string {
  const last = curve.buckets.at(-1);
  return last ? formatNumber(last.last) : '';
}

/** As much of a bucket as there is room for over the chart. */
function brief(bucket: Bucket, { axis, origin }: ChartView): string {
  const [from, to] = [formatStep(bucket.fromStep), formatStep(bucket.toStep)];
  const where = axis === 'time' ? place(bucket, axis, origin) : from === to ? from : `${from}–${to}`;
  if (bucket.count === 1) return `${where}: ${formatNumber(bucket.first)}`;
  return `${where}: ${formatTick(bucket.min)} … ${formatTick(bucket.max)}`;
}

function describe(bucket: Bucket, view: ChartView): string {
  const where = place(bucket, view.axis, view.origin);
  if (bucket.count === 1) return `${where}  ${formatNumber(bucket.first)}`;
  const range = `${formatNumber(bucket.min)} … ${formatNumber(bucket.max)}`;
  return `${where}  ${range}  (${t('{count} points', { count: formatCount(bucket.count) })})`;
}

function place(bucket: Bucket, axis: Axis, origin: number): string {
  if (axis === 'time') return formatSeconds(Math.max(0, (bucket.fromTime - origin) / 1e6));
  const from = formatStep(bucket.fromStep);
  const to = formatStep(bucket.toStep);
  return from === to ? t('step {step}', { step: from }) : t('steps {from}–{to}', { from, to });
}

function readableTable(name: string, curve: Curve) {
  return html`<div class="sr-only">
    <table>
      <caption>${t('{name}, {count} points', { name: visible(name), count: formatCount(curve.count) })}</caption>
      <thead>
        <tr>
          <th scope="col">${t('Steps')}</th>
          <th scope="col">${t('First')}</th>
          <th scope="col">${t('Min')}</th>
          <th scope="col">${t('Max')}</th>
          <th scope="col">${t('Last')}</th>
        </tr>
      </thead>
      <tbody>
        ${coarser(curve.buckets, tableRows).map(
          (bucket) => html`<tr>
            <th scope="row">${place(bucket, 'step', 0)}</th>
            <td>${formatNumber(bucket.first)}</td>
            <td>${formatNumber(bucket.min)}</td>
            <td>${formatNumber(bucket.max)}</td>
            <td>${formatNumber(bucket.last)}</td>
          </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

customElements.define('ty-chart', MetricChart);
