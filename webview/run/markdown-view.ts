import { html, nothing, type TemplateResult } from 'lit';
import { t } from '../shared/l10n.ts';
import { visible, visibleLines } from '../shared/text.ts';
import { type Block, type Inline, type ListItem, parseMarkdown } from './markdown.ts';

/** A person's words as elements; what they typed reaches the page only as text nodes. */
export function markdownView(text: string): TemplateResult {
  return html`<div class="markdown" dir="auto">${parseMarkdown(text).map(blockView)}</div>`;
}

function blockView(block: Block): TemplateResult {
  switch (block.kind) {
    case 'heading':
      return headingView(block.level, inlineViews(block.children));
    case 'paragraph':
      return html`<p>${block.lines.map((line, index) => html`${index > 0 ? html`<br />` : nothing}${inlineViews(line)}`)}</p>`;
    case 'code':
      return html`<pre tabindex="0" role="region" aria-label=${t('Code')} dir="ltr"><code>${visibleLines(block.text)}</code></pre>`;
    case 'quote':
      return html`<blockquote>${block.blocks.map(blockView)}</blockquote>`;
    case 'list':
      return block.ordered
        ? html`<ol start=${block.start}>${block.items.map(itemView)}</ol>`
        : html`<ul>${block.items.map(itemView)}</ul>`;
    case 'table':
      return html`<table class="data">
        <thead><tr>${block.head.map((cell) => html`<th scope="col">${inlineViews(cell)}</th>`)}</tr></thead>
        <tbody>${block.rows.map((row) => html`<tr>${row.map((cell) => html`<td>${inlineViews(cell)}</td>`)}</tr>`)}</tbody>
      </table>`;
    case 'rule':
      return html`<hr />`;
  }
}

/** The page's own headings are of the first two levels. */
function headingView(level: number, content: TemplateResult[]): TemplateResult {
  if (level === 1) return html`<h3>${content}</h3>`;
  return level === 2 ? html`<h4>${content}</h4>` : html`<h5>${content}</h5>`;
}

function itemView({ checked, blocks }: ListItem): TemplateResult {
  const [first, ...rest] = blocks;
  const content =
    first?.kind === 'paragraph' ? first.lines.flatMap((line) => inlineViews(line)) : first && blockView(first);
  if (checked === null) return html`<li>${content}${rest.map(blockView)}</li>`;
  const state = checked ? t('done') : t('to do');
  return html`<li class="task"><span role="img" aria-label=${state}>${checked ? '☑' : '☐'}</span> ${content}${rest.map(blockView)}</li>`;
}

function inlineViews(parts: readonly Inline[]): TemplateResult[] {
  return parts.map(inlineView);
}

function inlineView(part: Inline): TemplateResult {
  switch (part.kind) {
    case 'text':
      return html`${visible(part.text)}`;
    case 'code':
      return html`<code>${visible(part.text)}</code>`;
    case 'strong':
      return html`<strong>${inlineViews(part.children)}</strong>`;
    case 'em':
      return html`<em>${inlineViews(part.children)}</em>`;
    case 'del':
      return html`<del>${inlineViews(part.children)}</del>`;
    case 'link':
      return html`<a href=${part.href} title=${visible(part.href)} rel="noreferrer">${inlineViews(part.children)}</a>`;
  }
}
