import '@vscode-elements/elements/dist/vscode-button/index.js';
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { shellLine } from '../../src/base/shell-line.ts';
import type { RunDetails } from '../../src/contract/run.ts';
import { formatSeconds, formatTime } from '../shared/format.ts';
import { icons } from '../shared/icons.ts';
import { t } from '../shared/l10n.ts';
import { LightElement } from '../shared/light-element.ts';
import { visible } from '../shared/text.ts';
import type { Action, RunModel } from './model.ts';
import './progress-bar.ts';
import { statusIcon, statusText } from './status.ts';

/** The run's name, its status, and what can be done with it. */
export class RunHeader extends LightElement {
  static override properties = { model: { attribute: false }, run: { attribute: false }, busy: { attribute: false } };
  declare model: RunModel;
  declare run: RunDetails;
  declare busy: ReadonlySet<string>;
  #tick: number | undefined;
  #copied = false;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#tick);
  }

  override updated(changed: PropertyValues<this>): void {
    if (!changed.has('run')) return;
    clearInterval(this.#tick);
    if (this.run.status === 'running') this.#tick = window.setInterval(() => this.requestUpdate(), 1000);
  }

  override render() {
    const run = this.run;
    const running = run.status === 'running' || run.status === 'queued';
    const unsuccessful = run.status === 'failed' || run.status === 'stopped' || run.status === 'lost';
    return html`<header class="head">
      <div class="head-title">
        <button
          class="icon-button star"
          aria-pressed=${run.starred}
          title=${run.starred ? t('Remove star') : t('Star')}
          aria-label=${t('Star')}
          @click=${() => this.model.star(!run.starred)}
        >${run.starred ? icons.starOn : icons.starOff}</button>
        <h1 title=${visible(run.name)}><bdi>${visible(run.name)}</bdi></h1>
        <div class="head-actions">
          ${
            run.status === 'running'
              ? html`<vscode-button ?disabled=${this.busy.has('stop')} @click=${() => this.model.act('stop')}>
                  <span slot="content-before">${icons.stop}</span>${this.busy.has('stop') ? t('Stopping…') : t('Stop')}
                </vscode-button>`
              : html`<vscode-button ?secondary=${run.status === 'queued'} ?disabled=${this.busy.has('rerun')} @click=${() => this.model.act('rerun')}>
                  <span slot="content-before">${icons.rerun}</span>${t('Rerun')}
                </vscode-button>`
          }
          ${run.status === 'running' ? this.#iconAction('rerun', t('Rerun'), icons.rerun) : nothing}
          ${unsuccessful && run.command.length > 0 ? this.#iconAction('retry', t('Retry'), icons.retry) : nothing}
          ${running || run.command.length === 0 ? nothing : this.#iconAction('reproduce', t('Reproduce…'), icons.reproduce)}
          ${this.#iconAction('rename', t('Rename…'), icons.rename)}
          ${this.#iconAction('revealFolder', t('Reveal Folder'), icons.folder)}
          ${this.#iconAction('delete', t('Delete…'), icons.remove)}
        </div>
      </div>
      <ul class="head-facts">
        <li class="status status-${run.status}">${statusIcon(run.status)}${statusText(run)}</li>
        ${duration(run)}
        <li>
          ${run.status === 'queued' ? t('Queued') : t('Started')}
          <time datetime=${new Date((run.started ?? run.created) / 1000).toISOString()}>${formatTime(run.started ?? run.created)}</time>
        </li>
        <li>${t('Experiment')} <bdi>${visible(run.experiment)}</bdi></li>
      </ul>
      <ty-progress .model=${this.model} .run=${run} .revision=${this.model.state().revision}></ty-progress>
      ${this.#command()}
    </header>`;
  }

  #iconAction(action: Action, label: string, icon: TemplateResult): TemplateResult {
    return html`<button
      class="icon-button"
      title=${label}
      aria-label=${label}
      ?disabled=${this.busy.has(action)}
      @click=${() => this.model.act(action)}
    >${icon}</button>`;
  }

  #command(): TemplateResult | typeof nothing {
    const line = shellLine(this.run.command);
    if (line === '') return nothing;
    const label = this.#copied ? t('Copied') : t('Copy the command');
    return html`<div class="command">
      <code dir="ltr" tabindex="0" role="textbox" aria-readonly="true" aria-label=${t('Command')}>${visible(line)}</code>
      <button class="icon-button" title=${label} aria-label=${label} @click=${() => this.#copy(line)}>
        ${this.#copied ? icons.check : icons.copy}
      </button>
    </div>`;
  }

  async #copy(line: string): Promise<void> {
    await this.model.copy(line);
    this.#copied = this.model.state().actionError === undefined;
    this.requestUpdate();
    window.setTimeout(() => {
      this.#copied = false;
      this.requestUpdate();
    }, 1500);
  }
}

function duration(run: RunDetails): TemplateResult | typeof nothing {
  if (run.started === null) return nothing;
  const end = run.ended ?? (run.status === 'running' ? Date.now() * 1000 : null);
  if (end === null) return nothing;
  const seconds = Math.max(0, (end - run.started) / 1e6);
  const text = formatSeconds(run.status === 'running' ? Math.floor(seconds) : seconds);
  return html`<li class="duration"><span class="sr-only">${t('Duration')}</span>${text}</li>`;
}

customElements.define('ty-run-header', RunHeader);
