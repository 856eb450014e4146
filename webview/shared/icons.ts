import { html, type SVGTemplateResult, svg, type TemplateResult } from 'lit';

function icon(shape: SVGTemplateResult, look: '' | 'spin' | 'filled' = ''): TemplateResult {
  return html`<svg class="icon ${look}" viewBox="0 0 16 16" aria-hidden="true">${shape}</svg>`;
}

/** Icons of 16 pixels in the colour of the text around them; they say nothing to a screen reader. */
export const icons = {
  running: icon(svg`<circle cx="8" cy="8" r="5.5" opacity=".25"/><path d="M8 2.5A5.5 5.5 0 0 1 13.5 8"/>`, 'spin'),
  queued: icon(svg`<circle cx="8" cy="8" r="5.5"/><path d="M8 5v3l2 1.5"/>`),
  finished: icon(svg`<circle cx="8" cy="8" r="5.5"/><path d="m5.5 8.2 1.8 1.8 3.2-3.8"/>`),
  failed: icon(svg`<circle cx="8" cy="8" r="5.5"/><path d="m6 6 4 4m0-4-4 4"/>`),
  stopped: icon(svg`<circle cx="8" cy="8" r="5.5"/><path d="M6.2 6.2h3.6v3.6H6.2z"/>`),
  lost: icon(svg`<circle cx="8" cy="8" r="5.5"/><path d="M6.4 6.6a1.6 1.6 0 1 1 2.4 1.5c-.5.3-.8.5-.8 1.1m0 1.7v.2"/>`),
  starOn: icon(svg`<path d="m8 2 1.8 3.8 4.2.5-3.1 2.9.8 4.1L8 11.3l-3.7 2 .8-4.1L2 6.3l4.2-.5z"/>`, 'filled'),
  starOff: icon(svg`<path d="m8 2 1.8 3.8 4.2.5-3.1 2.9.8 4.1L8 11.3l-3.7 2 .8-4.1L2 6.3l4.2-.5z"/>`),
  stop: icon(svg`<rect x="3.5" y="3.5" width="9" height="9" rx="1"/>`, 'filled'),
  rerun: icon(svg`<path d="M13 8a5 5 0 1 1-1.5-3.6L13 6m0-3.5V6H9.5"/>`),
  retry: icon(svg`<path d="M3 8a5 5 0 1 0 1.5-3.6L3 6m0-3.5V6h3.5"/>`),
  reproduce: icon(
    svg`<rect x="2.5" y="4.5" width="5" height="7" rx="1"/><rect x="9.5" y="4.5" width="4" height="7" rx="1"/><path d="M7.5 8h2"/>`,
  ),
  rename: icon(svg`<path d="m3 13 .7-2.8 6.8-6.8a1.4 1.4 0 0 1 2 2l-6.8 6.9zM9.3 4.6l2 2"/>`),
  remove: icon(svg`<path d="M2.5 4.5h11m-7.5 0V3h4v1.5m-5.5 0 .5 9h6l.5-9M6.8 7v4m2.4-4v4"/>`),
  folder: icon(svg`<path d="M2 12.5v-9h4l1.5 2H14v7z"/>`),
  open: icon(svg`<path d="M8 3H3v10h10V8M9.5 2.5h4v4m0-4L7.5 8.5"/>`),
  copy: icon(svg`<rect x="5.5" y="5.5" width="8" height="8" rx="1"/><path d="M3.5 10.5h-1v-8h8v1"/>`),
  check: icon(svg`<path d="m3 8.5 3.2 3.2L13 4.5"/>`),
  warning: icon(svg`<path d="M8 2.5 14 13H2zM8 6.5v3m0 1.6v.2"/>`),
  error: icon(svg`<circle cx="8" cy="8" r="5.5"/><path d="M8 5v3.5m0 2v.2"/>`),
  close: icon(svg`<path d="m4 4 8 8m0-8-8 8"/>`),
  search: icon(svg`<circle cx="7" cy="7" r="4"/><path d="m10 10 3.5 3.5"/>`),
  up: icon(svg`<path d="m4 10 4-4 4 4"/>`),
  down: icon(svg`<path d="m4 6 4 4 4-4"/>`),
  toEnd: icon(svg`<path d="M8 2.5v8m-3.5-3L8 11l3.5-3.5M3.5 13.5h9"/>`),
  more: icon(svg`<path d="M3.5 8h.1M8 8h.1m4.4 0h.1" stroke-width="2"/>`),
  branch: icon(
    svg`<circle cx="5" cy="4" r="1.5"/><circle cx="5" cy="12" r="1.5"/><circle cx="11" cy="5.5" r="1.5"/><path d="M5 5.5v5M11 7c0 2-3 2-5.5 3.6"/>`,
  ),
} as const;
