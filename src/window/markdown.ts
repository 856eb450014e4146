/**
 * Text for a notification, where VS Code makes links of `[text](command:…)`, also of those that begin something. A space keeps it
 * text.
 */
export function withoutLinks(text: string): string {
  return text.replaceAll('](', '] (');
}

/** Text for a row of a list or the status bar, where `$(name)` becomes an icon. */
export function withoutIcons(text: string): string {
  return text.replaceAll('$(', '$\u200b(');
}

/** Text as it is, inside Markdown: nothing in it becomes a link, an image, HTML, an icon or a heading. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!~|<>&$:@^=/"']/g, (mark) => `&#${mark.charCodeAt(0)};`).replace(/\s+/g, ' ');
}
