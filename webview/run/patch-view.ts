import { html, nothing, type TemplateResult } from 'lit';
import { formatCount } from '../shared/format.ts';
import { t } from '../shared/l10n.ts';
import { visibleLines } from '../shared/text.ts';
import { type PatchFile, patchFiles } from './patch-files.ts';

const longestLine = 1000;

/** A patch with its lines coloured, at most so many of them until more are asked for. */
export function patchView(
  patch: string,
  most: number,
  { more, compare }: { more: () => void; compare: (file: string) => void },
): TemplateResult {
  let left = most;
  const files = patchFiles(patch);
  const total = files.reduce((sum, file) => sum + file.lines.length, 0);
  return html`<div class="patch" dir="ltr">
    ${files.map((file) => {
      const lines = file.lines.slice(0, Math.max(0, left));
      left -= file.lines.length;
      return fileView(file, lines, compare);
    })}
    ${
      total > most
        ? html`<p>
            ${t('{shown} of {count} lines are shown.', { shown: formatCount(most), count: formatCount(total) })}
            <button class="link" @click=${more}>${t('Show more')}</button>
          </p>`
        : nothing
    }
  </div>`;
}

function fileView(file: PatchFile, lines: readonly string[], compare: (file: string) => void): TemplateResult {
  const kind = file.head.some((line) => line.startsWith('new file'))
    ? t('new')
    : file.head.some((line) => line.startsWith('deleted file'))
      ? t('deleted')
      : nothing;
  return html`<details open>
    <summary>
      <bdi>${visibleLines(file.name)}</bdi> ${kind === nothing ? nothing : html`<span class="badge">${kind}</span>`}
      <span class="faint">+${formatCount(file.added)} −${formatCount(file.removed)}</span>
    </summary>
    <p><button class="link" @click=${() => compare(file.name)}>${t('Compare in the editor')}</button></p>
    ${
      lines.length === 0
        ? html`<p class="faint">${t('No lines to show.')}</p>`
        : html`<pre tabindex="0" role="region" aria-label=${visibleLines(file.name)}>${lines.map(
            (
              line,
            ) => html`<span class="line ${lineKind(line)}">${visibleLines(line.slice(0, longestLine))}${line.length > longestLine ? '…' : nothing}
</span>`,
          )}</pre>`
    }
  </details>`;
}

function lineKind(line: string): string {
  switch (line[0]) {
    case '+':
      return 'add';
    case '-':
      return 'del';
    case '@':
      return 'hunk';
    default:
      return '';
  }
}
