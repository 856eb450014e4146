/** A piece of text with what is inside it. Links lead to https, http or mailto only; others stay text. */
export type Inline =
  | { kind: 'text'; text: string }
  | { kind: 'code'; text: string }
  | { kind: 'strong' | 'em' | 'del'; children: Inline[] }
  | { kind: 'link'; href: string; children: Inline[] };

export type Block =
  | { kind: 'heading'; level: number; children: Inline[] }
  | { kind: 'paragraph'; lines: Inline[][] }
  | { kind: 'code'; text: string }
  | { kind: 'quote'; blocks: Block[] }
  | { kind: 'list'; ordered: boolean; start: number; items: ListItem[] }
  | { kind: 'table'; head: Inline[][]; rows: Inline[][][] }
  | { kind: 'rule' };

export interface ListItem {
  /** Of a task list. */
  checked: boolean | null;
  blocks: Block[];
}

/** Deeper nesting than anybody writes is text. */
const deepest = 8;

/** What people write in notes: headings, lists, tasks, quotes, code, tables, emphasis and links. HTML stays text. */
export function parseMarkdown(text: string, depth = 0): Block[] {
  const lines = text.replace(/\r\n?/g, '\n').split('\n');
  const blocks: Block[] = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at] as string;
    if (line.trim() === '') {
      at += 1;
      continue;
    }
    const read = fence(lines, at) ?? heading(line, at) ?? rule(line, at) ?? table(lines, at);
    const nested = read ?? (depth < deepest ? (quote(lines, at, depth) ?? list(lines, at, depth)) : undefined);
    const { block, next } = nested ?? paragraph(lines, at, depth);
    blocks.push(block);
    at = next;
  }
  return blocks;
}

interface Read {
  block: Block;
  next: number;
}

const fencePattern = /^ {0,3}(`{3,}|~{3,})/;
const headingPattern = /^ {0,3}(#{1,6})(?:\s|$)/;
const rulePattern = /^ {0,3}([-*_])(?:\s*\1){2,}\s*$/;
const quotePattern = /^ {0,3}> ?/;
const itemPattern = /^( {0,3})([-*+]|\d{1,9}[.)])(\s+|$)/;

function fence(lines: readonly string[], at: number): Read | undefined {
  const mark = fencePattern.exec(lines[at] as string)?.[1];
  if (mark === undefined) return undefined;
  let end = at + 1;
  while (end < lines.length && !(lines[end] as string).trimStart().startsWith(mark)) end += 1;
  return { block: { kind: 'code', text: lines.slice(at + 1, end).join('\n') }, next: end + 1 };
}

function heading(line: string, at: number): Read | undefined {
  const found = headingPattern.exec(line);
  if (!found) return undefined;
  const [start, marks = '#'] = found;
  const text = withoutMarks(line.slice(start.length).trim());
  return { block: { kind: 'heading', level: marks.length, children: parseInline(text) }, next: at + 1 };
}

/** A heading may end with marks as it begins. Found from the end: a pattern would try each place of a long line again and again. */
function withoutMarks(text: string): string {
  let end = text.length;
  while (text[end - 1] === '#') end -= 1;
  if (end === text.length || (end > 0 && !/\s/.test(text[end - 1] as string))) return text;
  return text.slice(0, end).trimEnd();
}

function rule(line: string, at: number): Read | undefined {
  return rulePattern.test(line) ? { block: { kind: 'rule' }, next: at + 1 } : undefined;
}

function table(lines: readonly string[], at: number): Read | undefined {
  const below = lines[at + 1] ?? '';
  if (!(lines[at] as string).includes('|') || !/^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/.test(below))
    return undefined;
  if (!below.includes('|')) return undefined;
  const head = cells(lines[at] as string);
  const rows: Inline[][][] = [];
  let next = at + 2;
  while (next < lines.length && (lines[next] as string).includes('|')) {
    const row = cells(lines[next] as string);
    rows.push(head.map((_, index) => parseInline(row[index] ?? '')));
    next += 1;
  }
  return { block: { kind: 'table', head: head.map((cell) => parseInline(cell)), rows }, next };
}

function cells(line: string): string[] {
  const inner = line.trim().replace(/^\|/, '').replace(/\|$/, '');
  return inner.split('|').map((cell) => cell.trim());
}

function quote(lines: readonly string[], at: number, depth: number): Read | undefined {
  let next = at;
  while (next < lines.length && quotePattern.test(lines[next] as string)) next += 1;
  if (next === at) return undefined;
  const inner = lines.slice(at, next).map((line) => line.replace(quotePattern, ''));
  return { block: { kind: 'quote', blocks: parseMarkdown(inner.join('\n'), depth + 1) }, next };
}

function list(lines: readonly string[], at: number, depth: number): Read | undefined {
  const first = itemPattern.exec(lines[at] as string);
  if (!first) return undefined;
  const ordered = /\d/.test(first[2] as string);
  const items: ListItem[] = [];
  let next = at;
  while (next < lines.length) {
    const mark = itemPattern.exec(lines[next] as string);
    if (!mark || /\d/.test(mark[2] as string) !== ordered) break;
    const indent = mark[0].length;
    const inner = [(lines[next] as string).slice(indent)];
    next += 1;
    while (next < lines.length && belongs(lines, next, indent)) {
      inner.push((lines[next] as string).slice(Math.min(indent, indentOf(lines[next] as string))));
      next += 1;
    }
    const task = /^\[([ xX])\]\s+/.exec(inner[0] as string);
    if (task) inner[0] = (inner[0] as string).slice(task[0].length);
    items.push({
      checked: task ? task[1] !== ' ' : null,
      blocks: parseMarkdown(inner.join('\n'), depth + 1),
    });
  }
  return { block: { kind: 'list', ordered, start: Number.parseInt(first[2] as string, 10) || 1, items }, next };
}

/** Whether a line goes on with an item: indented under it, or an empty line before one that is. */
function belongs(lines: readonly string[], at: number, indent: number): boolean {
  const line = lines[at] as string;
  if (line.trim() !== '') return indentOf(line) >= Math.min(indent, 2) && indentOf(line) > 0;
  const after = lines[at + 1];
  return after !== undefined && after.trim() !== '' && indentOf(after) >= indent;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

function paragraph(lines: readonly string[], at: number, depth: number): Read {
  let next = at + 1;
  while (next < lines.length && !(startsBlock(lines[next] as string) && depth < deepest)) next += 1;
  return { block: { kind: 'paragraph', lines: lines.slice(at, next).map((line) => parseInline(line.trim())) }, next };
}

function startsBlock(line: string): boolean {
  return (
    line.trim() === '' ||
    fencePattern.test(line) ||
    headingPattern.test(line) ||
    rulePattern.test(line) ||
    quotePattern.test(line) ||
    itemPattern.test(line)
  );
}

const inlinePattern =
  /\\([\\`*_[\]~#-])|(`+)([^`]|[^`][\s\S]*?[^`])\2(?!`)|\*\*(?=\S)([\s\S]*?\S)\*\*|__(?=\S)([\s\S]*?\S)__|~~(?=\S)([\s\S]*?\S)~~|\*(?=[^\s*])([\s\S]*?[^\s*])\*|(?<![\p{L}\p{N}_])_(?=[^\s_])([\s\S]*?[^\s_])_(?![\p{L}\p{N}_])|\[([^\]\n]+)\]\(([^()\s]+)\)|(https?:\/\/[^\s<>"')\]]*[^\s<>"')\].,;:!?])/u;

/** More of one paragraph stays as it is typed: it is no prose. */
const longest = 10_000;

export function parseInline(text: string, depth = 0): Inline[] {
  const parts: Inline[] = [];
  let rest = text.slice(0, longest);
  const inner = (part: string) => (depth < deepest ? parseInline(part, depth + 1) : [textOf(part)]);
  for (let found = inlinePattern.exec(rest); found; found = inlinePattern.exec(rest)) {
    const [whole, escaped, , code, strong, strong2, gone, em, em2, label, address, plain] = found;
    if (found.index > 0) parts.push(textOf(rest.slice(0, found.index)));
    if (escaped !== undefined) parts.push(textOf(escaped));
    else if (code !== undefined) parts.push({ kind: 'code', text: code.trim() });
    else if (strong !== undefined || strong2 !== undefined) {
      parts.push({ kind: 'strong', children: inner(strong ?? strong2 ?? '') });
    } else if (gone !== undefined) parts.push({ kind: 'del', children: inner(gone) });
    else if (em !== undefined || em2 !== undefined) parts.push({ kind: 'em', children: inner(em ?? em2 ?? '') });
    else if (label !== undefined && address !== undefined) {
      const href = safeAddress(address);
      parts.push(href === null ? textOf(whole) : { kind: 'link', href, children: inner(label) });
    } else if (plain !== undefined) {
      const href = safeAddress(plain);
      parts.push(href === null ? textOf(whole) : { kind: 'link', href, children: [textOf(plain)] });
    }
    rest = rest.slice(found.index + whole.length);
  }
  const end = rest + text.slice(longest);
  if (end !== '') parts.push(textOf(end));
  return parts;
}

function textOf(text: string): Inline {
  return { kind: 'text', text };
}

function safeAddress(address: string): string | null {
  const url = URL.parse(address);
  return url && ['https:', 'http:', 'mailto:'].includes(url.protocol) ? url.href : null;
}
