import { exactNumber } from '../../base/json.ts';

/** How writers put the same double into text, where they differ. A set of these is a bit mask. */
export const numberForms = {
  /** The shortest digits, as JavaScript writes them: `1`, `0.00001`, `1e+21`. */
  plain: 1,
  /** The shortest digits, as Python writes a float: `1.0`, `1e-05`, `1e+16`. */
  python: 2,
} as const;

export const everyForm = numberForms.plain | numberForms.python;

const texts = { NaN: '"NaN"', Infinity: '"Infinity"', '-Infinity': '"-Infinity"' };
const specials = new Map<string, number>(Object.entries(texts).map(([name, text]) => [text, Number(name)]));

/** The number that a metric's value is, and in which forms it would be written with just these characters. */
export function readNumber(text: string): { value: number; forms: number } {
  const special = specials.get(text);
  if (special !== undefined) return { value: special, forms: everyForm };
  const value = Number(text);
  const plain = exactNumber(value) === text;
  if (plain && isWrittenAlike(value)) return { value, forms: everyForm };
  return { value, forms: (plain ? numberForms.plain : 0) | (pythonText(value) === text ? numberForms.python : 0) };
}

export function writeNumber(value: number, form: number): string {
  if (form === numberForms.plain || isWrittenAlike(value) || !Number.isFinite(value)) return exactNumber(value);
  return pythonText(value);
}

/** A fraction that needs no exponent looks the same everywhere. */
function isWrittenAlike(value: number): boolean {
  const size = Math.abs(value);
  return size >= 1e-4 && size < 1e16 && value !== Math.floor(value);
}

/** A finite double as Python's `repr` writes it. */
function pythonText(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  if (size >= 1e-4 && size < 1e16) return value === Math.floor(value) ? `${value}.0` : String(value);
  const [digits, exponent = ''] = value.toExponential().split('e');
  return `${digits}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`;
}
