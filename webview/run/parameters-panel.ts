import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import { html, nothing } from 'lit';
import type { ParameterValue } from '../../src/contract/journal.ts';
import { formatBytes, formatCount } from '../shared/format.ts';
import { icons } from '../shared/icons.ts';
import { t } from '../shared/l10n.ts';
import { LightElement } from '../shared/light-element.ts';
import { emptyBox } from '../shared/states.ts';
import { visible, visibleLines } from '../shared/text.ts';
import type { RunModel } from './model.ts';
import { parameterText } from './parameter-value.ts';

const foldedLength = 200;
/** More of one value is never on the page at once. */
const longestValue = 100_000;
const rowsAtFirst = 500;
const longestMatched = 10_000;

/** The parameters by name, with a search through names and values. */
export class ParametersPanel extends LightElement {
  static override properties = {
    model: { attribute: false },
    params: { attribute: false },
    query: { attribute: false },
  };
  declare model: RunModel;
  declare query: string;
  declare params: Record<string, ParameterValue>;
  readonly #open = new Set<string>();
  #all = false;

  override render() {
    const rows = Object.entries(this.params);
    if (rows.length === 0) {
      return emptyBox(
        t('No parameters'),
        t('Arguments parsed by argparse appear by themselves. Others can be logged:'),
        'import trainyard\ntrainyard.params(lr=0.1, batch_size=32)',
      );
    }
    const found = rows.filter(([name, value]) => this.#matches(name, value));
    const shown = this.#all ? found : found.slice(0, rowsAtFirst);
    return html`<div class="toolbar">
        <vscode-textfield .label=${t('Search parameters')} placeholder=${t('Search names and values')} .value=${this.query} @input=${this.#onSearch}
          ><span slot="content-before">${icons.search}</span></vscode-textfield>
        <output class="faint">
          ${this.query ? t('{found} of {count}', { found: formatCount(found.length), count: formatCount(rows.length) }) : nothing}
        </output>
      </div>
      ${
        found.length === 0
          ? html`<p class="faint">${t('No parameter matches.')}</p>`
          : html`<table class="data parameters">
              <thead>
                <tr><th scope="col">${t('Name')}</th><th scope="col">${t('Value')}</th></tr>
              </thead>
              <tbody>
                ${shown.map(([name, value]) => this.#row(name, value))}
              </tbody>
            </table>`
      }
      ${
        shown.length < found.length
          ? html`<button class="link" @click=${this.#showAll}>
              ${t('Show all {count} parameters', { count: formatCount(found.length) })}
            </button>`
          : nothing
      }`;
  }

  #row(name: string, value: ParameterValue) {
    const open = this.#open.has(name);
    const text = parameterText(value, open ? 2 : 0);
    const long = text.length > foldedLength || (open && parameterText(value).length > foldedLength);
    const shown = open ? text.slice(0, longestValue) : text.slice(0, foldedLength);
    return html`<tr>
      <th scope="row"><bdi>${visible(name)}</bdi></th>
      <td>
        <code class=${open ? 'value open' : 'value'} dir="auto">${open ? visibleLines(shown) : visible(shown)}${long && !open ? '…' : nothing}</code>
        ${
          long
            ? html`<button class="link" aria-expanded=${open} @click=${() => this.#toggle(name)}>
                ${open ? t('Show less') : t('Show all ({size})', { size: formatBytes(text.length) })}
              </button>`
            : nothing
        }
        ${
          open && text.length > longestValue
            ? html`<p class="faint">${t('The first {shown} of {size} are shown.', { shown: formatBytes(longestValue), size: formatBytes(text.length) })}</p>`
            : nothing
        }
      </td>
    </tr>`;
  }

  #matches(name: string, value: ParameterValue): boolean {
    const query = this.query.trim().toLowerCase();
    if (query === '' || name.toLowerCase().includes(query)) return true;
    return parameterText(value).slice(0, longestMatched).toLowerCase().includes(query);
  }

  readonly #onSearch = (event: Event) => {
    this.model.setView({ parameters: (event.target as HTMLInputElement).value });
  };

  readonly #showAll = () => {
    this.#all = true;
    this.requestUpdate();
  };

  #toggle(name: string): void {
    if (!this.#open.delete(name)) this.#open.add(name);
    this.requestUpdate();
  }
}

customElements.define('ty-parameters', ParametersPanel);
