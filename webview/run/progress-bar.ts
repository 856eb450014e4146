import { html, nothing, type PropertyValues } from 'lit';
import type { RunDetails } from '../../src/contract/run.ts';
import { faultText } from '../shared/fault-text.ts';
import { formatCount, formatSeconds } from '../shared/format.ts';
import { icons } from '../shared/icons.ts';
import { t } from '../shared/l10n.ts';
import { LightElement } from '../shared/light-element.ts';
import { coalesced } from './coalesce.ts';
import type { RunModel } from './model.ts';
import { progressOf, secondsLeft } from './progress.ts';

/** Bytes of the output's end that may hold a progress bar, and the shortest time between two looks at it, in milliseconds. */
const tail = 4096;
const between = 1000;

/** How far a running run is, if that is known. */
export class ProgressBar extends LightElement {
  static override properties = {
    model: { attribute: false },
    run: { attribute: false },
    revision: { attribute: false },
  };
  declare model: RunModel;
  declare run: RunDetails;
  declare revision: number;
  #text = '';
  #problem: string | undefined;
  #timer: number | undefined;
  readonly #look = coalesced(async () => {
    try {
      const page = await this.model.host.call('output', { stream: 'both', tail });
      this.#text = page.chunks.map(({ text }) => text).join('');
      this.#problem = undefined;
    } catch (error) {
      // The parameters still may tell.
      this.#text = '';
      this.#problem = faultText(error);
    }
    this.requestUpdate();
  });

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (this.run.status !== 'running' || !changed.has('revision') || this.#timer !== undefined) return;
    this.#look();
    this.#timer = window.setTimeout(() => {
      this.#timer = undefined;
      this.#look();
    }, between);
  }

  override render() {
    const { run } = this;
    if (run.status !== 'running' || run.started === null) return nothing;
    const problem =
      this.#problem === undefined
        ? nothing
        : html`<p class="progress-problem">${icons.warning}
            ${t('The progress cannot be read from the output: {problem}', { problem: this.#problem })}</p>`;
    const progress = progressOf(run, this.#text);
    if (!progress) return problem;
    const left = secondsLeft(progress, Date.now() / 1000 - run.started / 1e6);
    const percent = Math.floor((progress.done / progress.total) * 100);
    const count = progress.unit === 'percent' ? '' : `${formatCount(progress.done)} / ${formatCount(progress.total)}`;
    return html`<div class="progress">
      <div
        class="progress-track"
        role="progressbar"
        aria-label=${t('Progress')}
        aria-valuemin="0"
        aria-valuemax="100"
        aria-valuenow=${percent}
      ><div class="progress-done" .style=${`inline-size: ${percent}%`}></div></div>
      <span>${t('{percent}%', { percent })}</span>
      <span class="faint">${count}</span>
      ${left === null ? nothing : html`<span class="faint">${t('about {time} left', { time: formatSeconds(left) })}</span>`}
    </div>${problem}`;
  }
}

customElements.define('ty-progress', ProgressBar);
