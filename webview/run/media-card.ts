import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { MediaItem, MediaTag } from '../../src/contract/media.ts';
import { formatCount, formatStep, formatTime } from '../shared/format.ts';
import { icons } from '../shared/icons.ts';
import { t } from '../shared/l10n.ts';
import { LightElement } from '../shared/light-element.ts';
import type { Loaded } from '../shared/loaded.ts';
import { failureBox, skeleton } from '../shared/states.ts';
import { visible, visibleLines } from '../shared/text.ts';
import { histogramChart } from './histogram-chart.ts';
import type { RunModel } from './model.ts';

/** Histograms that are drawn of one tag, spread evenly over its steps. */
const mostHistograms = 40;

/** One tag's images or texts, of which one is shown at a time, or its histograms. Fetched when it comes into sight. */
export class MediaCard extends LightElement {
  static override properties = {
    model: { attribute: false },
    media: { attribute: false },
    active: { attribute: false },
  };
  declare model: RunModel;
  declare media: MediaTag;
  declare active: boolean;
  #items: Loaded<MediaItem[]> = { state: 'loading' };
  /** Which one the person chose; the newest where nothing was chosen. */
  #chosen: number | undefined;
  #shownFor = '';
  #inSight = false;
  #loading = false;
  #sight: IntersectionObserver | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#sight = new IntersectionObserver(
      (entries) => {
        this.#inSight = entries.some((entry) => entry.isIntersecting);
        void this.#load();
      },
      { rootMargin: '300px' },
    );
    this.#sight.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#sight?.disconnect();
  }

  override updated(changed: PropertyValues<this>): void {
    if (changed.has('media') || changed.has('active')) void this.#load();
  }

  override render() {
    return html`<article class="media-card">
      <h3><bdi>${visible(this.media.tag)}</bdi></h3>
      ${this.media.kind === 'histogram' || this.media.count < 2 ? nothing : this.#slider()} ${this.#content()}
    </article>`;
  }

  #index(): number {
    return Math.min(this.#chosen ?? Number.POSITIVE_INFINITY, this.media.count - 1);
  }

  #slider(): TemplateResult {
    const { count, tag } = this.media;
    const index = this.#index();
    return html`<div class="media-steps">
      <button class="icon-button" title=${t('Earlier')} aria-label=${t('Earlier')} ?disabled=${index === 0} @click=${() => this.#choose(index - 1)}>
        ${icons.down}
      </button>
      <input
        type="range"
        min="0"
        max=${count - 1}
        step="1"
        .value=${String(index)}
        aria-label=${t('Which of {tag}', { tag: visible(tag) })}
        aria-valuetext=${this.#place()}
        @input=${(event: Event) => this.#choose(Number((event.target as HTMLInputElement).value))}
      />
      <button class="icon-button" title=${t('Later')} aria-label=${t('Later')} ?disabled=${index === count - 1} @click=${() => this.#choose(index + 1)}>
        ${icons.up}
      </button>
    </div>`;
  }

  #place(): string {
    const item = this.#items.state === 'ready' ? this.#items.value[0] : undefined;
    const number = t('{number} of {count}', {
      number: formatCount(this.#index() + 1),
      count: formatCount(this.media.count),
    });
    return item ? `${t('Step {step}', { step: formatStep(item.step) })}, ${number}` : number;
  }

  #content(): TemplateResult {
    const items = this.#items;
    if (items.state === 'loading') return skeleton(3);
    if (items.state === 'failed') return failureBox(items.error, () => this.#reload());
    if (this.media.kind === 'histogram') return this.#histograms(items.value);
    const [item] = items.value;
    if (!item) return html`<p class="faint">${t('It is no longer there.')}</p>`;
    return html`<p class="faint media-place" title=${formatTime(item.time)}>${this.#place()}</p>
      ${this.#shown(item)}`;
  }

  #shown({ shown, step }: MediaItem): TemplateResult {
    switch (shown.kind) {
      case 'image': {
        const alt = t('{tag} at step {step}', { tag: visible(this.media.tag), step: formatStep(step) });
        const look = shown.width > 0 && shown.width <= 64 ? 'media-image small' : 'media-image';
        return html`<img class=${look} src="data:${shown.type};base64,${shown.base64}" alt=${alt} />`;
      }
      case 'text':
        return html`<pre class="media-text" tabindex="0">${visibleLines(shown.text)}${shown.cut ? '…' : nothing}</pre>`;
      case 'histogram':
        return histogramChart(this.media.tag, [{ step, histogram: shown.histogram }]);
      case 'none':
        return html`<p class="faint">${notShown(shown.reason)}</p>`;
    }
  }

  #histograms(items: readonly MediaItem[]): TemplateResult {
    const all = items.flatMap(({ step, shown }) =>
      shown.kind === 'histogram' ? [{ step, histogram: shown.histogram }] : [],
    );
    if (all.length === 0) return html`<p class="faint">${notShown('unreadable')}</p>`;
    const shown = t('{count} of {all} steps', { count: formatCount(all.length), all: formatCount(this.media.count) });
    return html`<p class="faint media-place">${t('Steps {first} to {last}, from top to bottom', {
      first: formatStep(this.media.firstStep),
      last: formatStep(this.media.lastStep),
    })}${all.length < this.media.count ? `, ${shown}` : nothing}</p>
      ${histogramChart(this.media.tag, all)}`;
  }

  #choose(index: number): void {
    const last = this.media.count - 1;
    this.#chosen = index >= last ? undefined : Math.max(0, index);
    this.requestUpdate();
    void this.#load();
  }

  #reload(): void {
    this.#shownFor = '';
    this.#items = { state: 'loading' };
    this.requestUpdate();
    void this.#load();
  }

  #wanted(): number[] {
    const { kind, count } = this.media;
    if (kind !== 'histogram') return [this.#index()];
    const shown = Math.min(count, mostHistograms);
    return Array.from({ length: shown }, (_, place) =>
      shown === 1 ? 0 : Math.round((place * (count - 1)) / (shown - 1)),
    );
  }

  /** One call at a time: what is wished for meanwhile is asked for after it. */
  async #load(): Promise<void> {
    if (!this.#inSight || !this.active || this.#loading) return;
    const indexes = this.#wanted();
    const wish = indexes.join();
    if (wish === this.#shownFor) return;
    this.#loading = true;
    this.#shownFor = wish;
    try {
      const { kind, tag } = this.media;
      this.#items = { state: 'ready', value: await this.model.host.call('media', { kind, tag, indexes }) };
    } catch (error) {
      this.#items = { state: 'failed', error };
    } finally {
      this.#loading = false;
    }
    this.requestUpdate();
    void this.#load();
  }
}

function notShown(reason: 'format' | 'large' | 'unreadable'): string {
  if (reason === 'format') return t('Only PNG, JPEG and GIF are shown; this is something else.');
  if (reason === 'large') return t('It is too large to be shown here.');
  return t('It cannot be read from the event file any more.');
}

customElements.define('ty-media-card', MediaCard);
