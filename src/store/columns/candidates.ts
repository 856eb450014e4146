import { largestWhole, representations } from './column-format.ts';
import { putWhole, type Words, wordsOf } from './words.ts';

/** One exact way to write a column as 64-bit words. */
export interface Candidate {
  representation: number;
  /** The divisor or the factor; 1 where there is none. */
  scale: number;
  words: Words;
  /** Where a value is not to be had from its word. The word there is the one before it. */
  exceptions: number[];
}

/** Rarer than one in this many, a value that does not fit does not spoil a column: a NaN among decimals, for one. */
const exceptionEvery = 16;
/** Beyond it, multiplying by a power of ten may round to the neighbour, and eight bytes would be needed anyway. */
const largestScaled = 2 ** 50;
const powers = Array.from({ length: 21 }, (_, exponent) => 10 ** exponent);

/** The exact ways that suit the values; the bits of the doubles themselves always do. */
export function candidates(values: Float64Array): Candidate[] {
  const found = wholes(values, representations.integers, 1);
  if (found) return [found];
  const scaled = scaledWholes(values);
  return [scaled, singles(values), doubles(values)].filter((one) => one !== undefined);
}

function doubles(values: Float64Array): Candidate {
  return { representation: representations.doubles, scale: 1, words: wordsOf(values).slice(), exceptions: [] };
}

function singles(values: Float64Array): Candidate | undefined {
  const words = new Uint32Array(values.length * 2);
  const single = new Float32Array(1);
  const bits = new Uint32Array(single.buffer);
  const exceptions: number[] = [];
  const limit = values.length / exceptionEvery;
  for (let index = 0, last = 0; index < values.length; index++) {
    const value = values[index] as number;
    single[0] = value;
    // Of NaN, a conversion need not keep every bit.
    if (single[0] === value) last = bits[0] as number;
    else if (exceptions.push(index) > limit) return undefined;
    words[2 * index] = last;
  }
  return { representation: representations.singles, scale: 1, words, exceptions };
}

function wholes(values: Float64Array, representation: number, scale: number): Candidate | undefined {
  const words = new Uint32Array(values.length * 2);
  const exceptions: number[] = [];
  const limit = values.length / exceptionEvery;
  const wholeOf = scaling(representation, scale);
  for (let index = 0, last = 0; index < values.length; index++) {
    const whole = wholeOf(values[index] as number);
    if (whole !== undefined) last = whole;
    else if (exceptions.push(index) > limit) return undefined;
    putWhole(words, index, last);
  }
  return { representation, scale, words, exceptions };
}

/** The whole number from which exactly this value, with its sign, comes back. */
function scaling(representation: number, scale: number): (value: number) => number | undefined {
  if (representation === representations.integers) {
    return (value) =>
      value <= largestWhole && value >= -largestWhole && value === Math.floor(value) && !Object.is(value, -0)
        ? value
        : undefined;
  }
  const isQuotient = representation === representations.quotients;
  return (value) => {
    const whole = Math.round(isQuotient ? value * scale : value / scale);
    const fits =
      whole < largestScaled && whole > -largestScaled && (isQuotient ? whole / scale : whole * scale) === value;
    return fits && !Object.is(value, -0) ? whole : undefined;
  };
}

const samples = 12;

/** Decimals, and multiples of a decimal step such as `0.001 * i`. */
function scaledWholes(values: Float64Array): Candidate | undefined {
  const sample = sampleOf(values);
  if (sample.length === 0) return undefined;
  const digits = digitsOf(sample, representations.quotients);
  const found = digits === undefined ? undefined : wholes(values, representations.quotients, powers[digits] as number);
  if (found) return found;
  const steps = digitsOf(sample, representations.products);
  return steps === undefined ? undefined : wholes(values, representations.products, stepOf(steps));
}

function sampleOf(values: Float64Array): number[] {
  const stride = Math.max(1, Math.floor(values.length / samples));
  const sample: number[] = [];
  for (let index = 0; index < values.length; index += stride) {
    const value = values[index] as number;
    if (Number.isFinite(value) && value !== Math.floor(value)) sample.push(value);
  }
  return sample;
}

const stepOf = (digits: number) => 1 / (powers[digits] as number);

/** The fewest digits with which all of a sample can be written, but for one stranger. */
function digitsOf(sample: number[], representation: number): number | undefined {
  let most = 0;
  let strangers = 0;
  for (const value of sample) {
    const digits = powers.findIndex((power, exponent) => {
      if (exponent === 0 || exponent < most) return false;
      const scale = representation === representations.quotients ? power : stepOf(exponent);
      return scaling(representation, scale)(value) !== undefined;
    });
    if (digits !== -1) most = Math.max(most, digits);
    else if (++strangers > 1) return undefined;
  }
  return most > 0 ? most : undefined;
}
