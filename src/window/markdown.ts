/** Text as it is, inside Markdown: nothing in it becomes a link, an image, HTML, an icon or a heading. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!~|<>&$:@^=/"']/g, (mark) => `&#${mark.charCodeAt(0)};`).replace(/\s+/g, ' ');
}
