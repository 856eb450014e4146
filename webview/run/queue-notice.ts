import '@vscode-elements/elements/dist/vscode-button/index.js';
import './queue-notice.css';
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { QueuePlace } from '../../src/contract/panel.ts';
import type { RunDetails } from '../../src/contract/run.ts';
import { formatCount } from '../shared/format.ts';
import { icons } from '../shared/icons.ts';
import { plural, t } from '../shared/l10n.ts';
import { LightElement } from '../shared/light-element.ts';
import { failureBox } from '../shared/states.ts';
import type { RunModel } from './model.ts';
import { warningText } from './warnings.ts';

/** Where a run waits and what for, and what can be done about it. Nothing for other runs. */
export class QueueNotice extends LightElement {
  static override properties = {
    model: { attribute: false },
    run: { attribute: false },
    revision: { attribute: false },
    busy: { attribute: false },
    place: { state: true },
    error: { state: true },
  };
  declare model: RunModel;
  declare run: RunDetails;
  declare revision: number;
  declare busy: ReadonlySet<string>;
  declare place: QueuePlace | null | undefined;
  declare error: unknown;

  override willUpdate(changed: PropertyValues<this>): void {
    if (this.run.status !== 'queued') this.place = undefined;
    else if (changed.has('run') || changed.has('revision')) void this.#load();
  }

  async #load(): Promise<void> {
    try {
      this.place = await this.model.host.call('queue', null);
      this.error = undefined;
    } catch (error) {
      this.error = error;
    }
  }

  override render() {
    const { place } = this;
    if (this.run.status !== 'queued') return nothing;
    if (this.error !== undefined) return failureBox(this.error, () => void this.#load());
    if (!place) return nothing;
    const { position, problem, paused } = place;
    return html`<section class="notice queue" aria-label=${t('Queue')}>
      ${problem ? icons.warning : icons.queued}
      <div role="status">
        <p class="title">${problem || position === null ? t('This run is never started') : placeText(position)}</p>
        <p>${problem ? warningText({ ...problem, time: 0 }) : waitsFor(place)}</p>
      </div>
      ${paused && !problem ? this.#button('resume', t('Resume Queue'), true) : nothing}
      ${!problem && position !== null && position > 1 ? this.#button('top', t('Move to Top'), false) : nothing}
      ${this.#button('remove', t('Remove from Queue'), false)}
    </section>`;
  }

  #button(change: 'resume' | 'top' | 'remove', label: string, first: boolean): TemplateResult {
    return html`<vscode-button
      ?secondary=${!first}
      ?disabled=${this.busy.has('changeQueue')}
      @click=${() => this.model.changeQueue(change)}
      >${label}</vscode-button>`;
  }
}

function placeText(position: number): string {
  return position === 1
    ? t('Waits in the queue: it is next')
    : t('Waits in the queue: place {position}', { position: formatCount(position) });
}

function waitsFor({ paused, running, jobs, position, attempt, retries }: QueuePlace): string {
  const values = { running: formatCount(running), jobs: formatCount(jobs) };
  const limit = plural(
    jobs,
    t('{running} of the queue’s runs is running, and {jobs} may run at once.', values),
    t('{running} of the queue’s runs are running, and {jobs} may run at once.', values),
  );
  const turn = paused
    ? t('The queue is paused, so nothing is started.')
    : position === 1
      ? t('It starts when one of them ends.')
      : t('It starts when those before it have started and one of them ends.');
  const tries =
    attempt + retries > 1
      ? t('This is try {attempt} of {all}.', { attempt: formatCount(attempt), all: formatCount(attempt + retries) })
      : '';
  return [running > 0 && !paused ? `${limit} ${turn}` : paused ? turn : t('It starts in a moment.'), tries]
    .filter(Boolean)
    .join(' ');
}

customElements.define('ty-queue-notice', QueueNotice);
