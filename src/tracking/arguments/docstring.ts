import { stringValue } from './literals.ts';
import { field, type SyntaxNode } from './syntax.ts';
import { unknown } from './values.ts';

const googleSection = /^(Args|Arguments|Parameters|Keyword Args|Keyword Arguments|Attributes):\s*$/;

/** What the docstring of a function says of its parameters: Google's, numpy's and Sphinx' ways of writing. */
export function parameterHelp(node: SyntaxNode): Map<string, string> {
  const help = new Map<string, string>();
  const lines = docstring(node).split('\n');
  for (const [index, line] of lines.entries()) {
    const sphinx = /^\s*:param\s+(?:[^:]*\s)?\*{0,2}(\w+)\s*:\s*(.*)$/.exec(line);
    if (sphinx) help.set(sphinx[1] as string, continued(lines, index, sphinx[2] as string));
  }
  readGoogle(lines, help);
  readNumpy(lines, help);
  return help;
}

function docstring(node: SyntaxNode): string {
  const first = field(node, 'body')?.children[0]?.children[0];
  const value = first?.type === 'string' ? stringValue(first, () => unknown) : unknown;
  return value.kind === 'str' ? value.value : '';
}

function readGoogle(lines: string[], help: Map<string, string>): void {
  const start = lines.findIndex((line) => googleSection.test(line.trim()));
  if (start === -1) return;
  const outer = indent(lines[start] as string);
  for (let at = start + 1; at < lines.length; at++) {
    const line = lines[at] as string;
    if (line.trim() === '') continue;
    if (indent(line) <= outer) return;
    const match = /^\s*\*{0,2}(\w+)\s*(?:\([^)]*\))?\s*:\s*(.*)$/.exec(line);
    if (match && !help.has(match[1] as string)) help.set(match[1] as string, continued(lines, at, match[2] as string));
  }
}

function readNumpy(lines: string[], help: Map<string, string>): void {
  const start = lines.findIndex(
    (line, at) => line.trim() === 'Parameters' && /^\s*-{3,}\s*$/.test(lines[at + 1] ?? ''),
  );
  if (start === -1) return;
  const outer = indent(lines[start] as string);
  for (let at = start + 2; at < lines.length; at++) {
    const line = lines[at] as string;
    if (/^\s*-{3,}\s*$/.test(lines[at + 1] ?? '')) return;
    const match = /^\s*\*{0,2}(\w+)\s*(?::.*)?$/.exec(line);
    if (match && indent(line) === outer) help.set(match[1] as string, continued(lines, at, ''));
  }
}

/** The text with the deeper lines after it. */
function continued(lines: string[], at: number, first: string): string {
  const depth = indent(lines[at] as string);
  const parts = [first];
  for (const line of lines.slice(at + 1)) {
    if (line.trim() === '' || indent(line) <= depth) break;
    parts.push(line);
  }
  return parts.join(' ').replace(/\s+/g, ' ').trim();
}

function indent(line: string): number {
  return line.length - line.trimStart().length;
}
