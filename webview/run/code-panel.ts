import '@vscode-elements/elements/dist/vscode-button/index.js';
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { CodeComparison } from '../../src/contract/code.ts';
import type { CodeSummary } from '../../src/contract/run.ts';
import { formatCount } from '../shared/format.ts';
import { plural, t } from '../shared/l10n.ts';
import { LightElement } from '../shared/light-element.ts';
import type { Loaded } from '../shared/loaded.ts';
import { emptyBox, failureBox, skeleton } from '../shared/states.ts';
import { visible } from '../shared/text.ts';
import { factList } from './facts.ts';
import type { RunModel } from './model.ts';
import { patchView } from './patch-view.ts';

const mostOmitted = 200;

/** The code as it was when the run started. */
export class CodePanel extends LightElement {
  static override properties = { model: { attribute: false }, code: { attribute: false }, busy: { attribute: false } };
  declare model: RunModel;
  declare code: CodeSummary | null;
  /** A comparison is on its way. */
  declare busy: boolean;
  #patch: Loaded<string> | undefined;
  #lines = 2000;

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('code') && this.code?.patch && !this.#patch) void this.#load();
  }

  override render() {
    const code = this.code;
    if (!code || code.kind === 'none') {
      return emptyBox(
        t('The state of the code was not recorded'),
        t('Keep the project in a git repository, and every run remembers its commit and what was changed since.'),
      );
    }
    return html`<section>
        ${factList([
          [t('Commit'), code.commit ? html`<code>${code.commit}</code>` : code.kind === 'git' ? t('none yet') : null],
          [t('Branch'), code.branch ? visible(code.branch) : null],
          [
            t('Working tree'),
            code.kind === 'git' ? (code.dirty ? t('had changes that were not committed') : t('clean')) : null,
          ],
          [
            t('Kept as'),
            code.kind === 'copy' ? t('a copy of the source files, because there is no git repository') : null,
          ],
          [t('Folder'), visible(code.root)],
          [t('Copy'), code.copy ? visible(code.copy) : null],
        ])}
        <p class="code-actions">${this.#diffButton(t('Compare with the Workspace'), 'workspace')}</p>
      </section>
      ${this.#omitted(code)}
      ${
        code.patch
          ? html`<section>
              <div class="section-head">
                <h2>${t('Changes since the commit')}</h2>
                <span class="push"></span>
                ${this.#diffButton(t('Compare with the Commit'), 'commit')}
                <vscode-button secondary @click=${() => this.model.act('openPatch')}>${t('Open Patch')}</vscode-button>
              </div>
              ${this.#patchText()}
            </section>`
          : code.kind === 'git' && !code.dirty
            ? html`<p class="faint">${t('Nothing was changed since the commit.')}</p>`
            : nothing
      }`;
  }

  /** In the editor's own view of differences. */
  #diffButton(label: string, between: CodeComparison): TemplateResult {
    return html`<vscode-button secondary ?disabled=${this.busy} @click=${() => this.model.openDiff(between, null)}>${label}</vscode-button>`;
  }

  #patchText(): TemplateResult {
    const patch = this.#patch;
    if (!patch || patch.state === 'loading') return skeleton();
    if (patch.state === 'failed') return failureBox(patch.error, () => void this.#load());
    return patchView(patch.value, this.#lines, {
      more: () => {
        this.#lines *= 4;
        this.requestUpdate();
      },
      compare: (file) => void this.model.openDiff('commit', file),
    });
  }

  #omitted(code: CodeSummary): TemplateResult | typeof nothing {
    if (code.omitted.length === 0) return nothing;
    const count = formatCount(code.omitted.length);
    return html`<details>
      <summary>
        ${plural(code.omitted.length, t('{count} file is left out', { count }), t('{count} files are left out', { count }))}
      </summary>
      <table class="data">
        <thead><tr><th scope="col">${t('File')}</th><th scope="col">${t('Reason')}</th></tr></thead>
        <tbody>
          ${code.omitted
            .slice(0, mostOmitted)
            .map(
              ({ path, reason }) =>
                html`<tr><th scope="row"><bdi>${visible(path)}</bdi></th><td>${visible(reason)}</td></tr>`,
            )}
        </tbody>
      </table>
    </details>`;
  }

  async #load(): Promise<void> {
    this.#patch = { state: 'loading' };
    this.requestUpdate();
    try {
      this.#patch = { state: 'ready', value: await this.model.host.call('patch', null) };
    } catch (error) {
      this.#patch = { state: 'failed', error };
    }
    this.requestUpdate();
  }
}

customElements.define('ty-code', CodePanel);
