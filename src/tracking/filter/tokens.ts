import { fault } from '../../contract/errors.ts';

export type Token =
  | { kind: 'field'; parts: FieldPart[]; at: number }
  | { kind: 'text'; text: string; at: number }
  | { kind: 'number'; value: number; unit: string | null; at: number }
  | { kind: 'date'; from: number; to: number; at: number }
  | { kind: 'operator'; text: string; at: number }
  | { kind: 'keyword'; text: string; at: number }
  | { kind: 'end'; at: number };

/** A stretch of a field's name; a quoted one is taken as it is, dots included. */
export interface FieldPart {
  text: string;
  quoted: boolean;
}

const keywords = new Set(['and', 'or', 'not', 'in', 'like']);
const space = /\s+/y;
const operator = /==|!=|<>|<=|>=|[=<>(),]/y;
const date = /(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:?\d{2})?)?(?![\w-])/iy;
const number =
  /[+-]?(?:\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?|inf(?:inity)?(?!\w)|nan(?!\w))(ms|s|m|h|d)?(?![\w.])/iy;
const word = /[\p{L}_][\p{L}\p{N}_./@:+-]*/uy;
const quote = /"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'/sy;

/** @param position in characters from 0 */
export function filterFault(filter: string, position: number, problem: string): Error {
  return fault('filter-syntax', { filter: surroundings(filter, position), position: position + 1, problem });
}

const shownAround = 100;

/** A long text is shown around the place that is meant. */
function surroundings(text: string, position: number): string {
  if (text.length <= 3 * shownAround) return text;
  const [from, to] = [Math.max(0, position - shownAround), Math.min(text.length, position + shownAround)];
  return `${from > 0 ? '…' : ''}${text.slice(from, to)}${to < text.length ? '…' : ''}`;
}

/** Splits a filter into its words. */
export function tokenize(filter: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(filter);
    if (match) at += match[0].length;
    return match;
  };
  while (at < filter.length) {
    if (take(space)) continue;
    const start = at;
    let match = take(operator);
    if (match) {
      tokens.push({ kind: 'operator', text: match[0], at: start });
      continue;
    }
    match = take(date);
    if (match) {
      tokens.push({ kind: 'date', ...interval(filter, match, start), at: start });
      continue;
    }
    match = take(number);
    if (match) {
      const unit = match[1]?.toLowerCase() ?? null;
      tokens.push({
        kind: 'number',
        value: numberOf(match[0].slice(0, match[0].length - (unit?.length ?? 0))),
        unit,
        at: start,
      });
      continue;
    }
    match = take(quote);
    if (match) {
      tokens.push({ kind: 'text', text: unquote(match), at: start });
      continue;
    }
    match = take(word);
    if (!match) throw filterFault(filter, start, problemAt(filter, start));
    const text = match[0];
    if (keywords.has(text.toLowerCase())) {
      tokens.push({ kind: 'keyword', text: text.toLowerCase(), at: start });
      continue;
    }
    tokens.push({ kind: 'field', parts: fieldParts(text), at: start });
  }
  tokens.push({ kind: 'end', at: filter.length });
  return tokens;

  /** A word, and what is quoted after a dot in it: `params."learning rate"`. */
  function fieldParts(text: string): FieldPart[] {
    const parts: FieldPart[] = [{ text, quoted: false }];
    while (parts.at(-1)?.text.endsWith('.')) {
      const quoted = take(quote);
      if (!quoted) break;
      parts.push({ text: unquote(quoted), quoted: true });
      const rest = take(/\.[\p{L}\p{N}_./@:+-]*/uy);
      if (rest) parts.push({ text: rest[0], quoted: false });
    }
    return parts;
  }
}

function problemAt(filter: string, at: number): string {
  const character = String.fromCodePoint(filter.codePointAt(at) as number);
  if (character === '"' || character === "'") return 'the closing quote is missing';
  return `${character} is not expected here`;
}

function unquote(match: RegExpExecArray): string {
  return (match[1] ?? match[2] ?? '').replace(/\\(.)/gs, '$1');
}

function numberOf(text: string): number {
  const plain = text.toLowerCase();
  if (plain.endsWith('nan')) return Number.NaN;
  if (!plain.includes('inf')) return Number(plain);
  return plain.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

const dayMicros = 86_400_000_000;

/** The microseconds UTC that a date stands for: a whole day without a time, else the one moment. */
function interval(filter: string, match: RegExpExecArray, at: number): { from: number; to: number } {
  const [, day, time, zone] = match;
  const milliseconds = Date.parse(`${day}T${time ?? '00:00'}${zone?.toUpperCase() ?? 'Z'}`);
  if (Number.isNaN(milliseconds)) throw filterFault(filter, at, `${match[0]} is no date`);
  const from = milliseconds * 1000;
  return { from, to: time ? from : from + dayMicros };
}
