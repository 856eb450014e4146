/**
 * Text that somebody else wrote, made safe for a terminal and a table cell: control characters (escape sequences begin with
 * one) become visible pictures, and characters that reorder text are replaced.
 */
export function harmless(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]/gu, picture).replace(/[\u202a-\u202e\u2066-\u2069\u200e\u200f]/g, '\ufffd');
}

/** The same for text of many lines, which keeps its line ends and tabs, and where wanted the colours that it came with. */
export function harmlessLines(text: string, { colours = false } = {}): string {
  return text
    .split(colours ? linesAndColours : lines)
    .map((part, index) => (index % 2 === 1 ? part : harmless(part)))
    .join('');
}

function picture(character: string): string {
  const code = character.codePointAt(0) as number;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  return code === 0x7f ? '\u2421' : '\ufffd';
}

const escapeCharacter = String.fromCodePoint(0x1b);
const lines = /([\n\t]|\r\n)/;
const linesAndColours = new RegExp(`(${escapeCharacter}\\[[\\d;]*m|[\\n\\t]|\\r\\n)`);
