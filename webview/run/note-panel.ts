import '@vscode-elements/elements/dist/vscode-textarea/index.js';
import { html, nothing, type PropertyValues } from 'lit';
import { t } from '../shared/l10n.ts';
import { LightElement } from '../shared/light-element.ts';
import { failureBox } from '../shared/states.ts';
import { markdownView } from './markdown-view.ts';
import type { RunModel } from './model.ts';

const pause = 700;

/** A person's words about the run, saved by themselves. */
export class NotePanel extends LightElement {
  static override properties = { model: { attribute: false }, saved: { attribute: false } };
  declare model: RunModel;
  declare saved: string;
  #text: string | undefined;
  #previewed = false;
  #state: 'clean' | 'dirty' | 'saving' | 'saved' | 'failed' = 'clean';
  #error: unknown;
  #timer: number | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener('visibilitychange', this.#flush);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('visibilitychange', this.#flush);
    clearTimeout(this.#timer);
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (this.#text === undefined) {
      const { draft } = this.model.state().view;
      this.#text = draft ?? this.saved;
      this.#previewed = draft === null && this.saved.trim() !== '';
      if (draft !== null && draft !== this.saved) this.#schedule();
    } else if (changed.has('saved') && (this.#state === 'clean' || this.#state === 'saved')) this.#text = this.saved;
  }

  override render() {
    return html`<div class="note">
      <div class="choices" role="group" aria-label=${t('How the note is shown')}>
        <button aria-pressed=${!this.#previewed} @click=${() => this.#preview(false)}>${t('Edit')}</button>
        <button aria-pressed=${this.#previewed} @click=${() => this.#preview(true)}>${t('Preview')}</button>
      </div>
      ${this.#previewed ? this.#rendered() : this.#editor()}
      <p class="faint" role="status">${this.#stateText()}</p>
      ${this.#state === 'failed' ? failureBox(this.#error, () => void this.#save()) : nothing}
    </div>`;
  }

  #rendered() {
    return this.#text?.trim() ? markdownView(this.#text) : html`<p class="faint">${t('There is no note yet.')}</p>`;
  }

  #preview(previewed: boolean): void {
    this.#previewed = previewed;
    this.#flush();
    this.requestUpdate();
  }

  #editor() {
    return html`<vscode-textarea
        .label=${t('Note')}
        .value=${this.#text ?? ''}
        placeholder=${t('What was this run about? What did it show? Markdown is understood.')}
        rows="14"
        resize="vertical"
        @input=${this.#onInput}
        @blur=${this.#flush}
      ></vscode-textarea>`;
  }

  #stateText(): string {
    switch (this.#state) {
      case 'dirty':
        return t('Not saved yet');
      case 'saving':
        return t('Saving…');
      case 'saved':
        return t('Saved');
      case 'failed':
        return t('Not saved');
      case 'clean':
        return this.#text === '' ? t('Notes are saved as you type.') : t('Saved');
    }
  }

  readonly #onInput = (event: Event) => {
    this.#text = (event.target as HTMLTextAreaElement).value;
    this.model.setView({ draft: this.#text });
    this.#schedule();
  };

  #schedule(): void {
    this.#state = 'dirty';
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#save(), pause);
    this.requestUpdate();
  }

  readonly #flush = () => {
    if (this.#state === 'dirty') void this.#save();
  };

  async #save(): Promise<void> {
    clearTimeout(this.#timer);
    const text = this.#text ?? '';
    this.#state = 'saving';
    this.requestUpdate();
    try {
      await this.model.host.call('note', { note: text });
      if (this.#text === text) {
        this.#state = 'saved';
        this.model.setView({ draft: null });
      } else this.#schedule();
    } catch (error) {
      this.#error = error;
      this.#state = 'failed';
    }
    this.requestUpdate();
  }
}

customElements.define('ty-note', NotePanel);
