import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-checkbox/index.js';
import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import { html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { formatCount, formatNumber } from '../shared/format.ts';
import { icons } from '../shared/icons.ts';
import { t } from '../shared/l10n.ts';
import { visible } from '../shared/text.ts';
import { type ChartSettings, isZoomed } from './chart-settings.ts';

const searchFrom = 7;
/** Prefixes of the options' values that tell a metric called `time` from the time. */
const metricPrefix = 'metric:';

interface ToolParts {
  settings: ChartSettings;
  /** Metrics that can lie along the x axis. */
  along: readonly string[];
  count: number;
  found: number;
  set: (part: Partial<ChartSettings>) => void;
}

/** What is set for all charts of a tab. */
export function chartTools({ settings, along, count, found, set }: ToolParts): TemplateResult {
  const { x, logX, logY, smoothing, synced, query } = settings;
  const value = typeof x === 'string' ? x : metricPrefix + x.metric;
  const option = (id: string, label: string) => html`<option value=${id} ?selected=${id === value}>${label}</option>`;
  const checkbox = (label: string, checked: boolean, change: (checked: boolean) => void) =>
    html`<vscode-checkbox
      ?checked=${checked}
      @change=${(event: Event) => change((event.target as HTMLInputElement).checked)}
    >${label}</vscode-checkbox>`;
  return html`<div class="toolbar chart-tools">
    <label class="choice">
      ${t('Horizontal axis')}
      <select .value=${value} @change=${(event: Event) => set(alongX((event.target as HTMLSelectElement).value))}>
        ${option('step', t('Step'))} ${option('time', t('Time since the start'))}
        ${guard([along.join('\n'), value], () =>
          along.length > 0
            ? html`<optgroup label=${t('Metrics')}>${along.map((name) => option(metricPrefix + name, visible(name)))}</optgroup>`
            : nothing,
        )}
      </select>
    </label>
    ${checkbox(t('Log x'), logX, (checked) => set({ logX: checked }))}
    ${checkbox(t('Log y'), logY, (checked) => set({ logY: checked }))}
    <label class="slider">
      ${t('Smoothing')}
      <input
        type="range"
        min="0"
        max="0.99"
        step="0.01"
        .value=${String(smoothing)}
        @input=${(event: Event) => set({ smoothing: Number((event.target as HTMLInputElement).value) })}
      />
      <output>${formatNumber(smoothing)}</output>
    </label>
    ${checkbox(t('Synchronised'), synced, (checked) => set({ synced: checked, zoom: null, zooms: {} }))}
    ${unzoomButton(settings, set)}
    <span class="push"></span>
    ${
      count >= searchFrom || query !== ''
        ? html`<vscode-textfield
              .label=${t('Search metrics')}
              .value=${query}
              placeholder=${t('Search metrics')}
              @input=${(event: Event) => set({ query: (event.target as HTMLInputElement).value })}
              ><span slot="content-before">${icons.search}</span></vscode-textfield>
            <output class="faint">${query ? t('{found} of {count}', { found: formatCount(found), count: formatCount(count) }) : nothing}</output>`
        : nothing
    }
  </div>`;
}

export function unzoomButton(
  settings: ChartSettings,
  set: (part: Partial<ChartSettings>) => void,
): TemplateResult | typeof nothing {
  if (!isZoomed(settings)) return nothing;
  return html`<vscode-button secondary @click=${() => set({ zoom: null, zooms: {} })}>${t('Show Everything')}</vscode-button>`;
}

/** A zoom is a stretch of one axis, and means nothing on another. */
function alongX(value: string): Partial<ChartSettings> {
  const x = value === 'time' || value === 'step' ? value : { metric: value.slice(metricPrefix.length) };
  return { x, zoom: null, zooms: {} };
}
