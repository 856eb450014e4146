/** Where a number was read from, and what it is. */
export interface Scan {
  bytes: Buffer;
  /** The place of the next byte to be read. */
  at: number;
  number: number;
}

const minus = 0x2d;
const plus = 0x2b;
const point = 0x2e;
const zero = 0x30;

/**
 * Reads a number as JSON writes it: the same double that JSON.parse makes of it. Answers whether there is one; what stands
 * behind it is left to the caller.
 */
export function scanNumber(scan: Scan): boolean {
  const { bytes } = scan;
  const start = scan.at;
  let at = start;
  const isNegative = bytes[at] === minus;
  if (isNegative) at++;
  const whole = at;
  // Up to 15 digits make an exact whole number; up to four more are kept apart.
  let high = 0;
  let low = 0;
  let lowDigits = 0;
  let digits = 0;
  let exponent = 0;
  let digit = digitAt(bytes, at);
  for (; digit >= 0; digit = digitAt(bytes, ++at)) {
    if (digits < 15) high = high * 10 + digit;
    else {
      low = low * 10 + digit;
      lowDigits++;
    }
    if (digits > 0 || digit > 0) digits++;
  }
  if (at === whole || (at - whole > 1 && bytes[whole] === zero)) return false;
  if (bytes[at] === point) {
    const fraction = ++at;
    digit = digitAt(bytes, at);
    for (; digit >= 0; digit = digitAt(bytes, ++at)) {
      if (digits < 15) high = high * 10 + digit;
      else {
        low = low * 10 + digit;
        lowDigits++;
      }
      if (digits > 0 || digit > 0) digits++;
    }
    if (at === fraction) return false;
    exponent = fraction - at;
  }
  if (((bytes[at] as number) | 0x20) === 0x65) {
    const sign = bytes[at + 1];
    at += sign === minus || sign === plus ? 2 : 1;
    const first = at;
    let written = 0;
    digit = digitAt(bytes, at);
    for (; digit >= 0; digit = digitAt(bytes, ++at)) written = Math.min(written * 10 + digit, 10_000);
    if (at === first) return false;
    exponent += sign === minus ? -written : written;
  }
  const size = lowDigits <= 4 ? magnitude(high, low, lowDigits, exponent) : Number.NaN;
  scan.number = Number.isNaN(size) ? Number(bytes.toString('latin1', start, at)) : isNegative ? -size : size;
  scan.at = at;
  return true;
}

/** -1 where there is none. */
function digitAt(bytes: Buffer, at: number): number {
  const digit = (bytes[at] as number) - zero;
  return digit >= 0 && digit <= 9 ? digit : -1;
}

const powers = Float64Array.from({ length: 23 }, (_, power) => Number(`1e${power}`));

/**
 * (high * 10^lowDigits + low) * 10^exponent, rounded once; NaN where that takes more than doubles. Powers of ten up to 10^22
 * are doubles, so that a quotient of two is rounded once by itself. Where the whole number has more digits than a double, the
 * quotient is carried on in a second double (T. J. Dekker, A floating-point technique for extending the available precision,
 * Numerische Mathematik 18, 1971), and taken where its last error cannot change the sum.
 */
function magnitude(high: number, low: number, lowDigits: number, exponent: number): number {
  if (exponent > 22 || exponent < -22) return Number.NaN;
  const power = powers[Math.abs(exponent)] as number;
  if (lowDigits === 0) return exponent < 0 ? high / power : high * power;
  if (exponent >= 0) return Number.NaN;
  const shift = powers[lowDigits] as number;
  const upper = high * shift;
  const rest = productError(high, shift, upper) + low;
  const numerator = upper + rest;
  const numeratorError = rest - (numerator - upper);
  const quotient = numerator / power;
  const back = quotient * power;
  const correction = (numerator - back - productError(quotient, power, back) + numeratorError) / power;
  const least = quotient + correction * (1 - 2 ** -45);
  return least === quotient + correction * (1 + 2 ** -45) ? least : Number.NaN;
}

/** What rounding took from a product: a * b = product + error, exactly. */
function productError(a: number, b: number, product: number): number {
  const aUpper = upperHalf(a);
  const bUpper = upperHalf(b);
  const aLower = a - aUpper;
  const bLower = b - bUpper;
  return aLower * bLower - (product - aUpper * bUpper - aLower * bUpper - aUpper * bLower);
}

/** The upper 26 bits. */
function upperHalf(value: number): number {
  const scaled = value * 134_217_729;
  return scaled - (scaled - value);
}
