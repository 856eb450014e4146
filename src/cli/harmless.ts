import { deceptiveCharacters } from '../base/deceptive-characters.ts';

/**
 * Text that somebody else wrote, made safe for a terminal and a table cell: control characters (escape sequences begin with
 * one) become visible pictures, and characters that reorder or hide text are replaced.
 */
export function harmless(text: string): string {
  return text.replace(/\p{Cc}/gu, picture).replace(deceptiveCharacters, '\ufffd');
}

/**
 * The same for text of many lines, which keeps its line ends and tabs, and where wanted the colours that it came with, or all
 * that a progress bar needs to write over its own line.
 */
export function harmlessLines(text: string, { keep = 'lines' }: { keep?: keyof typeof kept } = {}): string {
  return text
    .split(kept[keep])
    .map((part, index) => (index % 2 === 1 ? part : harmless(part)))
    .join('');
}

function picture(character: string): string {
  const code = character.codePointAt(0) as number;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  return code === 0x7f ? '\u2421' : '\ufffd';
}

const escapeCharacter = String.fromCodePoint(0x1b);
const kept = {
  lines: /([\n\t]|\r\n)/,
  colours: new RegExp(`(${escapeCharacter}\\[[\\d;]*m|[\\n\\t]|\\r\\n)`),
  progress: new RegExp(`(${escapeCharacter}\\[(?:[\\d;]*m|[012]?K|1?A)|[\\n\\t\\r\\b])`),
};
