import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { type MediaKind, type MediaTag, mediaKinds } from '../../src/contract/media.ts';
import type { RunDetails } from '../../src/contract/run.ts';
import { formatCount } from '../shared/format.ts';
import { icons } from '../shared/icons.ts';
import { t } from '../shared/l10n.ts';
import { LightElement } from '../shared/light-element.ts';
import { emptyBox } from '../shared/states.ts';
import { visible } from '../shared/text.ts';
import './media.css';
import './media-card.ts';
import type { RunModel } from './model.ts';

const searchFrom = 7;
const mostCards = 500;

/** Images, texts and histograms that the run logged, a card per tag. */
export class MediaPanel extends LightElement {
  static override properties = {
    model: { attribute: false },
    run: { attribute: false },
    active: { attribute: false },
  };
  declare model: RunModel;
  declare run: RunDetails;
  declare active: boolean;
  #query = '';

  override render() {
    const { media, status } = this.run;
    if (media.length === 0) {
      return html`${emptyBox(
        status === 'running' ? t('No images, texts or histograms yet') : t('No images, texts or histograms'),
        t(
          'Figures that a script saves are shown here, what it writes with TensorBoard’s SummaryWriter or tf.summary, and images:',
        ),
        "import trainyard\ntrainyard.image(array, 'sample', step=step)",
      )}${this.#skipped()}`;
    }
    const found = media.filter(({ tag }) => tag.toLowerCase().includes(this.#query));
    return html`${media.length >= searchFrom ? this.#search(found.length) : nothing}
      ${mediaKinds.map((kind) =>
        this.#group(
          kind,
          found.filter((one) => one.kind === kind),
        ),
      )} ${this.#skipped()}`;
  }

  #search(found: number): TemplateResult {
    const counts = { found: formatCount(found), count: formatCount(this.run.media.length) };
    return html`<div class="toolbar">
      <vscode-textfield .label=${t('Search tags')} placeholder=${t('Search tags')} @input=${this.#onSearch}
        ><span slot="content-before">${icons.search}</span></vscode-textfield>
      <output class="faint">${this.#query ? t('{found} of {count}', counts) : nothing}</output>
    </div>`;
  }

  #group(kind: MediaKind, tags: readonly MediaTag[]): TemplateResult | typeof nothing {
    if (tags.length === 0) return nothing;
    return html`<section>
      <h2>${kindTitle(kind)} <span class="badge">${formatCount(tags.length)}</span></h2>
      <div class="media-cards">
        ${repeat(
          tags.slice(0, mostCards),
          ({ tag }) => tag,
          (media) => html`<ty-media-card .model=${this.model} .media=${media} .active=${this.active}></ty-media-card>`,
        )}
      </div>
      ${tags.length > mostCards ? html`<p class="faint">${t('{count} more: search for them.', { count: formatCount(tags.length - mostCards) })}</p>` : nothing}
    </section>`;
  }

  #skipped(): TemplateResult | typeof nothing {
    const kinds = Object.entries(this.run.skippedMedia);
    if (kinds.length === 0) return nothing;
    const list = kinds.map(([kind, count]) => `${visible(kind)} (${formatCount(count)})`).join(', ');
    return html`<p class="faint">${t('In the event files, but not shown here: {list}.', { list })}</p>`;
  }

  readonly #onSearch = (event: Event) => {
    this.#query = (event.target as HTMLInputElement).value.trim().toLowerCase();
    this.requestUpdate();
  };
}

function kindTitle(kind: MediaKind): string {
  return { image: t('Images'), text: t('Texts'), histogram: t('Histograms') }[kind];
}

customElements.define('ty-media-panel', MediaPanel);
