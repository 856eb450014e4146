import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-checkbox/index.js';
import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { RunDetails } from '../../src/contract/run.ts';
import { formatBytes, formatCount } from '../shared/format.ts';
import { icons } from '../shared/icons.ts';
import { t } from '../shared/l10n.ts';
import { LightElement } from '../shared/light-element.ts';
import { emptyBox, failureBox, skeleton } from '../shared/states.ts';
import type { RunModel } from './model.ts';
import { createOutputReader, longestTail, type OutputReader } from './output-reader.ts';
import { createOutputSearch } from './output-search.ts';
import './output-lines.ts';
import type { OutputLines } from './output-lines.ts';
import type { OutputView } from './view-state.ts';

const streams: OutputView['stream'][] = ['both', 'stdout', 'stderr'];

/** What the run printed: the end of it, followed while it runs. */
export class OutputPanel extends LightElement {
  static override properties = {
    model: { attribute: false },
    run: { attribute: false },
    view: { attribute: false },
    revision: { attribute: false },
    active: { attribute: false },
  };
  declare model: RunModel;
  declare run: RunDetails;
  declare view: OutputView;
  declare revision: number;
  declare active: boolean;
  #reader: OutputReader | undefined;
  readonly #search = createOutputSearch();
  #following = true;

  override willUpdate(changed: PropertyValues<this>): void {
    if (!this.#reader) {
      const { host } = this.model;
      this.#reader = createOutputReader(
        (input) => host.call('output', input),
        (first, replaced) => this.#arrived(first, replaced),
      );
      this.#search.setCase(this.view.matchCase);
      this.#search.search(this.view.query, []);
      this.#reader.choose(this.view.stream);
    } else if (changed.has('view') && changed.get('view')?.stream !== this.view.stream) {
      this.#reader.choose(this.view.stream);
    }
    if (this.active && (changed.has('revision') || changed.has('active'))) this.#reader.refresh();
  }

  override render() {
    const reading = this.#reader?.reading();
    if (!reading || reading.state === 'loading') return skeleton(8);
    const empty = reading.buffer.lines().length === 0;
    const failed = reading.state === 'failed' ? failureBox(reading.error, () => this.#reader?.refresh()) : nothing;
    if (empty && this.view.stream === 'both')
      return html`${failed}${reading.state === 'failed' ? nothing : this.#nothingPrinted()}`;
    return html`${failed}
      <div class="toolbar">
        <div class="choices" role="group" aria-label=${t('Stream')}>
          ${streams.map(
            (
              stream,
            ) => html`<button aria-pressed=${stream === this.view.stream} @click=${() => this.model.setOutput({ stream })}>
              ${streamLabel(stream)}
            </button>`,
          )}
        </div>
        ${this.#searchBox()}
        <vscode-checkbox
          ?checked=${this.view.wrap}
          @change=${(event: Event) => this.model.setOutput({ wrap: (event.target as HTMLInputElement).checked })}
        >${t('Wrap lines')}</vscode-checkbox>
        <span class="push"></span>
        <span class="faint">${formatBytes(reading.total)}</span>
      </div>
      ${this.#earlier(reading.earlier)}
      <div class="output-frame">
        <ty-output-lines
          .open=${this.model.openFile}
          .search=${this.#search}
          .wrap=${this.view.wrap}
          @follow=${({ detail }: CustomEvent<boolean>) => this.#follow(detail)}
        ></ty-output-lines>
        ${
          this.#following
            ? nothing
            : html`<vscode-button class="to-end" secondary @click=${() => this.#lines()?.toEnd()}>
                <span slot="content-before">${icons.toEnd}</span>${this.run.status === 'running' ? t('Follow') : t('To the End')}
              </vscode-button>`
        }
      </div>
      ${empty ? html`<p class="faint">${t('Nothing on this stream.')}</p>` : nothing}`;
  }

  override updated(): void {
    const reading = this.#reader?.reading();
    if (reading) this.#lines()?.show(reading.buffer.lines());
  }

  #lines(): OutputLines | null {
    return this.querySelector('ty-output-lines');
  }

  #arrived(first: number, replaced: boolean): void {
    const lines = this.#reader?.reading().buffer.lines() ?? [];
    if (replaced) this.#lines()?.keepPlaceFromEnd();
    this.#search.extend(lines, replaced ? 0 : first);
    this.requestUpdate();
  }

  #follow(following: boolean): void {
    if (following === this.#following) return;
    this.#following = following;
    this.requestUpdate();
  }

  #nothingPrinted(): TemplateResult {
    return this.run.status === 'running' || this.run.status === 'queued'
      ? emptyBox(t('No output yet'), t('What the script prints appears here at once.'))
      : this.run.command.length === 0
        ? emptyBox(
            t('The output was not recorded'),
            t(
              'This run was opened by the script itself. Start it with “Trainyard: Run Training…” or with the command line, and its output is kept:',
            ),
            'trainyard run train.py',
          )
        : emptyBox(t('The run printed nothing'), t('Whatever a script prints is kept here.'));
  }

  #earlier(earlier: 'none' | 'more' | 'too-much'): TemplateResult | typeof nothing {
    if (earlier === 'none') return nothing;
    return html`<p class="earlier">
      ${
        earlier === 'more'
          ? html`${t('The beginning is left out.')}
              <button class="link" @click=${() => this.#reader?.loadEarlier()}>${t('Load earlier output')}</button>`
          : html`${t('The beginning is left out: the page shows at most the last {size}. The files hold all of it.', { size: formatBytes(longestTail) })}
              <button class="link" @click=${() => this.model.act('revealFolder')}>${t('Reveal Folder')}</button>`
      }
    </p>`;
  }

  #searchBox(): TemplateResult {
    const search = this.#search;
    const count = `${formatCount(search.count())}${search.isCut() ? '+' : ''}`;
    const result = search.length() === 0 ? '' : t('{place} of {count}', { place: formatCount(search.place()), count });
    return html`<div class="search" role="search">
      <vscode-textfield
        .label=${t('Search the output')}
        placeholder=${t('Search')}
        .value=${this.view.query}
        @input=${(event: Event) => this.#find((event.target as HTMLInputElement).value)}
        @keydown=${this.#onSearchKey}
      ><span slot="content-before">${icons.search}</span></vscode-textfield>
      <button
        class="icon-button"
        title=${t('Match case')}
        aria-label=${t('Match case')}
        aria-pressed=${this.view.matchCase}
        @click=${() => this.#matchCase(!this.view.matchCase)}
      >Aa</button>
      <output class="faint" aria-live="polite">${result}${this.#onlyPart()}</output>
      <button class="icon-button" title=${t('Previous')} aria-label=${t('Previous')} ?disabled=${search.count() === 0} @click=${() => this.#move(-1)}>${icons.up}</button>
      <button class="icon-button" title=${t('Next')} aria-label=${t('Next')} ?disabled=${search.count() === 0} @click=${() => this.#move(1)}>${icons.down}</button>
    </div>`;
  }

  #onlyPart(): TemplateResult | typeof nothing {
    if (this.#search.length() === 0 || this.#reader?.reading().earlier !== 'too-much') return nothing;
    return html` ${t('(only the last {size} are searched)', { size: formatBytes(longestTail) })}`;
  }

  #find(text: string): void {
    this.model.setOutput({ query: text });
    this.#search.search(text, this.#reader?.reading().buffer.lines() ?? []);
    if (text !== '') this.#reader?.loadAll();
    this.#showHit();
  }

  #matchCase(matchCase: boolean): void {
    this.model.setOutput({ matchCase });
    this.#search.setCase(matchCase);
    this.#find(this.view.query);
  }

  readonly #onSearchKey = (event: KeyboardEvent) => {
    if (event.key === 'Enter') this.#move(event.shiftKey ? -1 : 1);
  };

  #move(by: 1 | -1): void {
    this.#search.move(by);
    this.#showHit();
  }

  #showHit(): void {
    const hit = this.#search.current();
    if (hit) this.#lines()?.reveal(hit.line, hit.start);
    this.#lines()?.draw();
    this.requestUpdate();
  }
}

function streamLabel(stream: OutputView['stream']): string {
  return { both: t('All'), stdout: t('Output'), stderr: t('Errors') }[stream];
}

customElements.define('ty-output', OutputPanel);
