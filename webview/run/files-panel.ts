import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { FileAccess } from '../../src/contract/file-record.ts';
import type { RunDetails, UsedFile } from '../../src/contract/run.ts';
import { formatBytes, formatCount } from '../shared/format.ts';
import { icons } from '../shared/icons.ts';
import { t } from '../shared/l10n.ts';
import { LightElement } from '../shared/light-element.ts';
import { emptyBox } from '../shared/states.ts';
import { visible } from '../shared/text.ts';
import { datasetsView } from './datasets.ts';
import './files.css';
import type { RunModel } from './model.ts';

const searchFrom = 9;
const rowsAtFirst = 200;
const rowsMore = 500;

/** What went into the run and what came out of it. */
export class FilesPanel extends LightElement {
  static override properties = { model: { attribute: false }, run: { attribute: false } };
  declare model: RunModel;
  declare run: RunDetails;
  #query = '';
  readonly #shown: Record<FileAccess, number> = { read: rowsAtFirst, write: rowsAtFirst };

  override render() {
    const { datasets, inputs, outputs, status } = this.run;
    if (datasets.length + inputs.length + outputs.length === 0) {
      return emptyBox(
        status === 'running' ? t('No files yet') : t('No files were seen'),
        t(
          'Files that a tracked Python script reads and writes appear here by themselves, with size and checksum: those it opens, those that pandas, PyTorch and other libraries open for it, and what is new in its working folder at the end.',
        ),
      );
    }
    const root = rootOf(this.run);
    return html`${inputs.length + outputs.length >= searchFrom ? this.#search() : nothing}
      ${datasetsView(datasets)}
      ${this.#part('read', t('Inputs'), inputs, root, t('It read no files, as far as was seen.'))}
      ${this.#part('write', t('Outputs'), outputs, root, this.#noOutputs())}`;
  }

  #noOutputs(): string {
    return this.run.status === 'running'
      ? t('What it writes is listed here soon; checksums come at the end.')
      : t('It wrote no files, as far as was seen.');
  }

  #search(): TemplateResult {
    const all = [...this.run.inputs, ...this.run.outputs];
    const found = all.filter((file) => this.#matches(file)).length;
    return html`<div class="toolbar">
      <vscode-textfield .label=${t('Search files')} placeholder=${t('Search paths and formats')} .value=${this.#query} @input=${this.#onSearch}
        ><span slot="content-before">${icons.search}</span></vscode-textfield>
      <output class="faint">
        ${this.#query ? t('{found} of {count}', { found: formatCount(found), count: formatCount(all.length) }) : nothing}
      </output>
    </div>`;
  }

  #part(access: FileAccess, title: string, files: readonly UsedFile[], root: string, none: string): TemplateResult {
    const found = files.filter((file) => this.#matches(file));
    const shown = found.slice(0, this.#shown[access]);
    const bytes = files.reduce((sum, file) => sum + (file.bytes ?? 0), 0);
    return html`<section>
      <h2>
        ${title} ${files.length > 0 ? html`<span class="badge">${formatCount(files.length)}</span> <span class="faint">${formatBytes(bytes)}</span>` : nothing}
      </h2>
      ${files.length === 0 ? html`<p class="faint">${none}</p>` : nothing}
      ${files.length > 0 && found.length === 0 ? html`<p class="faint">${t('No file matches.')}</p>` : nothing}
      ${
        found.length > 0
          ? html`<div class="table-frame" tabindex="0" role="region" aria-label=${title}>
              <table class="data files">
                <thead>
                  <tr>
                    <th scope="col">${t('File')}</th>
                    <th scope="col" class="number size">${t('Size')}</th>
                    <th scope="col" class="by">${t('Opened by')}</th>
                    <th scope="col" class="hash">SHA-256</th>
                    <th scope="col" class="file-actions"><span class="sr-only">${t('Actions')}</span></th>
                  </tr>
                </thead>
                <tbody>
                  ${repeat(
                    shown,
                    ({ path }) => path,
                    (file) => this.#row(access, file, root),
                  )}
                </tbody>
              </table>
            </div>`
          : nothing
      }
      ${
        shown.length < found.length
          ? html`<button class="link" @click=${() => this.#showMore(access)}>
              ${t('Show {count} more', { count: formatCount(Math.min(rowsMore, found.length - shown.length)) })}
            </button>`
          : nothing
      }
    </section>`;
  }

  #row(access: FileAccess, file: UsedFile, root: string): TemplateResult {
    const { path, bytes, by, sha256 } = file;
    const name = visible(shortPath(path, root));
    return html`<tr>
      <th scope="row" title=${visible(path)}>
        <span class="file-name"><bdi>${name}</bdi></span>
        ${labelsOf(file).map((label) => html`<span class="tag">${label}</span>`)}
      </th>
      <td class="number">${bytes === null ? nothing : formatBytes(bytes)}</td>
      <td>${by === null ? nothing : html`<code>${visible(by)}</code>`}</td>
      <td>
        ${
          sha256 === null
            ? html`<span class="faint">${this.#noHash(file)}</span>`
            : html`<button
                class="link"
                title=${t('Copy {hash}', { hash: sha256 })}
                aria-label=${t('Copy the checksum {hash} of {file}', { hash: sha256.slice(0, 12), file: name })}
                @click=${() => this.model.copy(sha256)}
              ><code>${sha256.slice(0, 12)}</code></button>`
        }
      </td>
      <td class="file-actions">
        ${this.#action(icons.open, t('Open {file}', { file: name }), () => this.model.openUsedFile(access, path, 'open'))}
        ${this.#action(icons.folder, t('Show {file} in its folder', { file: name }), () => this.model.openUsedFile(access, path, 'reveal'))}
        ${this.#action(icons.copy, t('Copy the path of {file}', { file: name }), () => this.model.copy(path))}
      </td>
    </tr>`;
  }

  #action(icon: TemplateResult, label: string, act: () => void): TemplateResult {
    return html`<button class="icon-button" title=${label} aria-label=${label} @click=${act}>${icon}</button>`;
  }

  #noHash({ problem, changed }: UsedFile): string {
    if (problem !== null || changed) return '—';
    return this.run.status === 'running' ? t('not yet') : t('being computed, or given up');
  }

  #matches({ path, what, format, by }: UsedFile): boolean {
    if (this.#query === '') return true;
    return [path, what, format, by].some((text) => text?.toLowerCase().includes(this.#query));
  }

  #showMore(access: FileAccess): void {
    this.#shown[access] += rowsMore;
    this.requestUpdate();
  }

  readonly #onSearch = (event: Event) => {
    this.#query = (event.target as HTMLInputElement).value.trim().toLowerCase();
    this.requestUpdate();
  };
}

/** What is worth knowing of a file besides its size. */
function labelsOf({ files, what, format, sampled, changed, sha256, problem, kept }: UsedFile): string[] {
  const labels: string[] = [];
  if (files === 1) labels.push(t('folder of 1 file'));
  else if (files !== null)
    labels.push(files === 0 ? t('folder') : t('folder of {count} files', { count: formatCount(files) }));
  if (what === 'model') labels.push(format ? t('model: {format}', { format: visible(format) }) : t('model'));
  else if (what === 'figure') labels.push(t('figure'));
  if (kept !== null) labels.push(t('kept'));
  if (sampled) labels.push(t('checksum of a sample'));
  if (changed) labels.push(sha256 === null ? t('changed after it was read') : t('changed later'));
  if (problem === 'gone') labels.push(t('gone'));
  if (problem === 'unreadable') labels.push(t('cannot be read'));
  if (problem === 'special') labels.push(t('no regular file'));
  return labels;
}

/** The folder that the store is in, with a separator at its end. */
function rootOf({ directory }: RunDetails): string {
  return directory.replace(/[^\\/]+[\\/][^\\/]+[\\/][^\\/]+[\\/]?$/, '');
}

function shortPath(path: string, root: string): string {
  return root !== '' && path.startsWith(root) ? path.slice(root.length) : path;
}

customElements.define('ty-files', FilesPanel);
