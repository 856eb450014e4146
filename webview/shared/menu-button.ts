import { html, nothing } from 'lit';
import { icons } from './icons.ts';
import { LightElement } from './light-element.ts';

export interface MenuItem {
  id: string;
  label: string;
  /** Of an item that is on or off. */
  checked?: boolean;
}

/** A button with a menu (ARIA's pattern). Says `choose` with the item's id. */
export class MenuButton extends LightElement {
  static override properties = { items: { attribute: false }, label: { attribute: false } };
  declare items: readonly MenuItem[];
  declare label: string;
  #open = false;

  constructor() {
    super();
    this.items = [];
    this.label = '';
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener('focusout', this.#onFocusOut);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.removeEventListener('focusout', this.#onFocusOut);
  }

  override render() {
    return html`<button
        class="icon-button"
        title=${this.label}
        aria-label=${this.label}
        aria-haspopup="menu"
        aria-expanded=${this.#open}
        @click=${() => this.#toggle(!this.#open)}
        @keydown=${this.#onButtonKey}
      >${icons.more}</button>
      ${
        this.#open
          ? html`<div class="menu" role="menu" aria-label=${this.label} @keydown=${this.#onKey}>
              ${this.items.map(
                ({ id, label, checked }) => html`<button
                  role=${checked === undefined ? 'menuitem' : 'menuitemcheckbox'}
                  aria-checked=${checked ?? nothing}
                  tabindex="-1"
                  @click=${() => this.#choose(id)}
                ><span class="menu-mark">${checked ? icons.check : nothing}</span>${label}</button>`,
              )}
            </div>`
          : nothing
      }`;
  }

  #entries(): HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>('.menu > button')];
  }

  async #toggle(open: boolean): Promise<void> {
    this.#open = open;
    this.requestUpdate();
    await this.updateComplete;
    if (open) this.#entries()[0]?.focus();
  }

  #close(): void {
    this.querySelector<HTMLElement>('.icon-button')?.focus();
    void this.#toggle(false);
  }

  #choose(id: string): void {
    this.#close();
    this.dispatchEvent(new CustomEvent('choose', { detail: id }));
  }

  readonly #onFocusOut = (event: FocusEvent) => {
    if (this.#open && !this.contains(event.relatedTarget as Node | null)) void this.#toggle(false);
  };

  readonly #onButtonKey = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowDown' || this.#open) return;
    event.preventDefault();
    void this.#toggle(true);
  };

  readonly #onKey = (event: KeyboardEvent) => {
    if (event.key === 'Escape' || event.key === 'Tab') {
      if (event.key === 'Escape') event.preventDefault();
      this.#close();
      return;
    }
    const entries = this.#entries();
    const here = entries.indexOf(document.activeElement as HTMLElement);
    const targets: Record<string, number> = {
      ArrowDown: here + 1,
      ArrowUp: here - 1,
      Home: 0,
      End: entries.length - 1,
    };
    const target = targets[event.key];
    if (target === undefined) return;
    event.preventDefault();
    entries[(target + entries.length) % entries.length]?.focus();
  };
}

customElements.define('ty-menu', MenuButton);
