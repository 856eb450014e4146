import { html, nothing, type PropertyValues } from 'lit';
import { LightElement } from './light-element.ts';

export interface Tab {
  id: string;
  label: string;
  /** A short number or mark behind the label. */
  badge?: string | undefined;
}

/** A row of tabs (ARIA's pattern with automatic selection). Says `select` with the tab's id. */
export class TabStrip extends LightElement {
  static override properties = {
    tabs: { attribute: false },
    selected: { attribute: false },
    label: { attribute: false },
  };
  declare tabs: Tab[];
  declare selected: string;
  declare label: string;

  constructor() {
    super();
    this.tabs = [];
    this.selected = '';
    this.label = '';
  }

  override render() {
    return html`<div class="tabs" role="tablist" aria-label=${this.label} @keydown=${this.#onKey}>
      ${this.tabs.map(
        ({ id, label, badge }) => html`<button
          type="button"
          role="tab"
          id="tab-${id}"
          aria-controls="panel-${id}"
          aria-selected=${id === this.selected}
          tabindex=${id === this.selected ? 0 : -1}
          @click=${() => this.#select(id)}
        >${label}${badge ? html`<span class="badge">${badge}</span>` : nothing}</button>`,
      )}
    </div>`;
  }

  override updated(changed: PropertyValues<this>): void {
    if (!changed.has('selected')) return;
    // At once it would lay out the page, of which the rest is not made yet.
    requestAnimationFrame(() => this.#button(this.selected)?.scrollIntoView({ block: 'nearest', inline: 'nearest' }));
  }

  #onKey(event: KeyboardEvent): void {
    const index = this.tabs.findIndex(({ id }) => id === this.selected);
    const rightward = getComputedStyle(this).direction === 'rtl' ? -1 : 1;
    const targets: Record<string, number> = {
      ArrowRight: index + rightward,
      ArrowLeft: index - rightward,
      Home: 0,
      End: this.tabs.length - 1,
    };
    const target = targets[event.key];
    if (target === undefined) return;
    event.preventDefault();
    const tab = this.tabs[(target + this.tabs.length) % this.tabs.length];
    if (!tab) return;
    this.#select(tab.id);
    this.#button(tab.id)?.focus();
  }

  #select(id: string): void {
    this.dispatchEvent(new CustomEvent('select', { detail: id }));
  }

  #button(id: string): HTMLElement | null {
    return this.querySelector(`#tab-${CSS.escape(id)}`);
  }
}

customElements.define('ty-tabs', TabStrip);
