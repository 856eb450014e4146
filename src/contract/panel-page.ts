import type { RunPageStart } from './panel.ts';

export interface PanelPage {
  title: string;
  /** Addresses that the webview may load: of `dist/webview/run.js` and `run.css`. */
  script: string;
  style: string;
  /** `webview.cspSource`. */
  source: string;
  nonce: string;
  start: RunPageStart;
}

/** The whole HTML of a panel. Everything else on the page is made by its script, from text nodes. */
export function panelPage(page: PanelPage): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${page.nonce}'`,
    `style-src ${page.source} 'nonce-${page.nonce}'`,
    `font-src ${page.source}`,
    `img-src ${page.source} data:`,
  ].join('; ');
  const start = JSON.stringify(page.start).replaceAll('<', '\\u003c');
  return `<!DOCTYPE html>
<html lang="${escaped(page.start.locale)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">
<title>${escaped(page.title)}</title>
<link rel="stylesheet" href="${escaped(page.style)}">
</head>
<body>
<script type="application/json" id="start">${start}</script>
<script nonce="${escaped(page.nonce)}" src="${escaped(page.script)}"></script>
</body>
</html>
`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
