import { t } from '../shared/l10n.ts';
import { onThemeChange } from '../shared/theme.ts';
import type { OutputLine } from './output-buffer.ts';
import { outputRow } from './output-row.ts';
import { outputRows } from './output-rows.ts';
import type { Hit, OutputSearch } from './output-search.ts';

/** Lines drawn beyond what is in sight, so that scrolling shows no gaps. */
const margin = 40;
/** Pixels of a row that are not text: its padding and its edge. */
const besideText = 27;
/** Characters by which the width of one is measured. */
const probed = 100;

/** A list of lines of one height, of which only those in sight are elements. Says `follow` with whether it is at its end. */
export class OutputLines extends HTMLElement {
  search: OutputSearch | undefined;
  open: (file: string, line: number) => void = () => undefined;
  #wrap = false;
  #charWidth = 0;
  #rowMap = outputRows([], null);
  #lines: readonly OutputLine[] = [];
  #following = true;
  #fromEnd: number | null = null;
  #frame = 0;
  #rowHeight = 0;
  readonly #sizer = document.createElement('div');
  readonly #rows = document.createElement('div');
  readonly #resize = new ResizeObserver(() => this.#measure());
  #stopTheme: (() => void) | undefined;

  connectedCallback(): void {
    this.tabIndex = 0;
    this.setAttribute('role', 'region');
    this.setAttribute('aria-label', t('Output'));
    this.dir = 'ltr';
    this.#sizer.className = 'sizer';
    this.#rows.className = 'rows';
    this.#sizer.append(this.#rows);
    this.append(this.#sizer);
    this.addEventListener('scroll', this.#onScroll, { passive: true });
    this.#resize.observe(this);
    this.#stopTheme = onThemeChange(() => this.#measure());
  }

  disconnectedCallback(): void {
    this.removeEventListener('scroll', this.#onScroll);
    this.#resize.disconnect();
    this.#stopTheme?.();
    cancelAnimationFrame(this.#frame);
  }

  /** The lines to show from now on; at its end the list follows them. */
  show(lines: readonly OutputLine[]): void {
    this.#lines = lines;
    this.draw();
  }

  /** The next lines are more of the beginning: what is in sight stays where it is. */
  keepPlaceFromEnd(): void {
    if (!this.#following) this.#fromEnd = this.scrollHeight - this.scrollTop;
  }

  toEnd(): void {
    this.#setFollowing(true);
    this.draw();
  }

  /** Whether lines that are wider than the list go on below. */
  set wrap(wrap: boolean) {
    if (wrap === this.#wrap) return;
    this.#wrap = wrap;
    this.draw();
  }

  /** Brings a place in a line into the middle. */
  reveal(number: number, place: number): void {
    const row = this.#rowMap.rowOf(number - (this.#lines[0]?.number ?? 0), place);
    this.#setFollowing(false);
    this.scrollTop = Math.max(0, (row + 0.5) * this.#rowHeight - this.clientHeight / 2);
    this.draw();
  }

  draw(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#drawNow();
    });
  }

  #drawNow(): void {
    if (this.#rowHeight === 0) this.#measure();
    const height = this.#rowHeight;
    if (height === 0) return;
    this.#rowMap = outputRows(this.#lines, this.#wrap ? this.#columns() : null);
    this.#sizer.style.height = `${this.#rowMap.count * height}px`;
    if (this.#following) this.scrollTop = this.scrollHeight;
    else if (this.#fromEnd !== null) this.scrollTop = this.scrollHeight - this.#fromEnd;
    this.#fromEnd = null;
    const first = Math.max(0, Math.floor(this.scrollTop / height) - margin);
    const last = Math.min(this.#rowMap.count, Math.ceil((this.scrollTop + this.clientHeight) / height) + margin);
    this.#rows.style.transform = `translateY(${first * height}px)`;
    const chosen = this.search?.current();
    const focused = this.#rows.contains(document.activeElement);
    if (focused) this.focus({ preventScroll: true });
    this.#rows.replaceChildren(
      ...Array.from({ length: Math.max(0, last - first) }, (_, index) => this.#row(first + index, chosen)),
    );
  }

  #row(index: number, chosen: Hit | undefined): HTMLElement | string {
    const row = this.#rowMap.row(index);
    if (!row) return '';
    return outputRow(row, {
      hits: this.search?.inLine(row.line) ?? [],
      hitLength: this.search?.length() ?? 0,
      currentHit: chosen?.line === row.line.number ? chosen.start : undefined,
      open: this.open,
    });
  }

  #columns(): number {
    return Math.max(20, Math.floor((this.clientWidth - besideText) / Math.max(1, this.#charWidth)));
  }

  #measure(): void {
    const probe = document.createElement('div');
    probe.className = 'row';
    probe.textContent = 'X'.repeat(probed);
    probe.style.width = 'max-content';
    this.#rows.append(probe);
    const { width, height } = probe.getBoundingClientRect();
    this.#rowHeight = height;
    this.#charWidth = (width - besideText) / probed;
    probe.remove();
    this.draw();
  }

  readonly #onScroll = () => {
    this.#setFollowing(this.scrollTop + this.clientHeight >= this.scrollHeight - this.#rowHeight);
    this.draw();
  };

  #setFollowing(following: boolean): void {
    if (following === this.#following) return;
    this.#following = following;
    this.dispatchEvent(new CustomEvent('follow', { detail: following }));
  }
}

customElements.define('ty-output-lines', OutputLines);
