import { html, nothing, type TemplateResult } from 'lit';

export type Fact = readonly [label: string, value: string | TemplateResult | null];

/** Labels and values; a fact without a value is left out. */
export function factList(facts: readonly Fact[]): TemplateResult {
  return html`<dl class="facts">
    ${facts.map(([label, value]) =>
      value === null || value === '' ? nothing : html`<div><dt>${label}</dt><dd><bdi>${value}</bdi></dd></div>`,
    )}
  </dl>`;
}
