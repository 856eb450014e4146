/** How a stretch of text is to look. A colour is one of the 16 of the theme, or red, green and blue. */
export interface AnsiStyle {
  color?: number | string;
  background?: number | string;
  bold?: boolean;
  dim?: boolean;
  italic?: boolean;
  underline?: boolean;
  strike?: boolean;
  inverse?: boolean;
}

export interface StyledRun {
  start: number;
  end: number;
  style: AnsiStyle;
}

export interface AnsiText {
  text: string;
  /** The stretches that look other than plain, in order. */
  runs: StyledRun[];
  /** The style that what follows begins with. */
  end: AnsiStyle;
}

const escapeCode = 0x1b;
const bell = 0x07;

/** Takes the escape sequences out of terminal output. Colours and weights are kept, everything else is dropped. */
export function parseAnsi(raw: string, start: AnsiStyle = {}): AnsiText {
  if (!raw.includes('\u001b')) {
    return {
      text: raw,
      runs: isPlain(start) || raw === '' ? [] : [{ start: 0, end: raw.length, style: start }],
      end: start,
    };
  }
  const runs: StyledRun[] = [];
  let text = '';
  let style = start;
  let position = 0;
  while (position < raw.length) {
    const next = raw.indexOf('\u001b', position);
    const end = next === -1 ? raw.length : next;
    if (end > position) {
      const from = text.length;
      text += raw.slice(position, end);
      if (!isPlain(style)) runs.push({ start: from, end: text.length, style });
    }
    if (next === -1) break;
    const sequence = sequenceAt(raw, next);
    if (sequence.select !== null) style = applied(style, sequence.select);
    position = sequence.end;
  }
  return { text, runs, end: style };
}

function isPlain(style: AnsiStyle): boolean {
  return Object.keys(style).length === 0;
}

/** The escape sequence at a position: where it ends, and the parameters if it selects a style. */
function sequenceAt(raw: string, position: number): { end: number; select: string | null } {
  const kind = raw[position + 1];
  if (kind === '[') {
    let end = position + 2;
    while (end < raw.length && isBetween(raw.charCodeAt(end), 0x20, 0x3f)) end += 1;
    const parameters = raw.slice(position + 2, end);
    return {
      end: Math.min(end + 1, raw.length),
      select: raw[end] === 'm' && /^[\d;:]*$/.test(parameters) ? parameters : null,
    };
  }
  if (kind === ']' || kind === 'P' || kind === '^' || kind === '_' || kind === 'X') {
    for (let end = position + 2; end < raw.length; end += 1) {
      const code = raw.charCodeAt(end);
      if (code === bell) return { end: end + 1, select: null };
      if (code === escapeCode) return { end: raw[end + 1] === '\\' ? end + 2 : end, select: null };
    }
    return { end: raw.length, select: null };
  }
  let end = position + 1;
  while (end < raw.length && isBetween(raw.charCodeAt(end), 0x20, 0x2f)) end += 1;
  return { end: Math.min(end + 1, raw.length), select: null };
}

function isBetween(code: number, from: number, to: number): boolean {
  return code >= from && code <= to;
}

function applied(before: AnsiStyle, parameters: string): AnsiStyle {
  const codes = parameters.split(/[;:]/).map((part) => (part === '' ? 0 : Number(part)));
  let style: AnsiStyle = { ...before };
  while (codes.length > 0) {
    const code = codes.shift() ?? 0;
    if (code === 0) style = {};
    else if (code === 1) style.bold = true;
    else if (code === 2) style.dim = true;
    else if (code === 3) style.italic = true;
    else if (code === 4) style.underline = true;
    else if (code === 7) style.inverse = true;
    else if (code === 9) style.strike = true;
    else if (code === 22) remove(style, 'bold', 'dim');
    else if (code === 23) remove(style, 'italic');
    else if (code === 24) remove(style, 'underline');
    else if (code === 27) remove(style, 'inverse');
    else if (code === 29) remove(style, 'strike');
    else if (code === 39) remove(style, 'color');
    else if (code === 49) remove(style, 'background');
    else if (code === 38) assign(style, 'color', extended(codes));
    else if (code === 48) assign(style, 'background', extended(codes));
    else if (isBetween(code, 30, 37)) style.color = code - 30;
    else if (isBetween(code, 90, 97)) style.color = code - 82;
    else if (isBetween(code, 40, 47)) style.background = code - 40;
    else if (isBetween(code, 100, 107)) style.background = code - 92;
  }
  return style;
}

function remove(style: AnsiStyle, ...names: (keyof AnsiStyle)[]): void {
  for (const name of names) delete style[name];
}

function assign(style: AnsiStyle, name: 'color' | 'background', color: number | string | undefined): void {
  if (color !== undefined) style[name] = color;
}

/** A colour of 256 (`5;n`) or of 16 million (`2;r;g;b`), taken off the front of the codes. */
function extended(codes: number[]): number | string | undefined {
  const kind = codes.shift();
  if (kind === 2) return rgb(codes.splice(0, 3));
  if (kind !== 5) return undefined;
  const index = codes.shift() ?? 0;
  if (index < 16) return index;
  if (index > 255) return undefined;
  if (index >= 232) return rgb(Array<number>(3).fill(8 + (index - 232) * 10));
  const place = index - 16;
  return rgb(
    [Math.floor(place / 36), Math.floor(place / 6) % 6, place % 6].map((level) => (level === 0 ? 0 : 55 + level * 40)),
  );
}

function rgb(levels: number[]): string | undefined {
  if (levels.length < 3 || !levels.every((level) => isBetween(level, 0, 255))) return undefined;
  return `rgb(${levels.join(', ')})`;
}
