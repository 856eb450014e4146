import assert from 'node:assert/strict';
import fc from 'fast-check';
import { scanNumber } from '../../../src/tracking/scan-number.ts';

function scanned(text: string): { end: number; number: number } | undefined {
  const scan = { bytes: Buffer.from(`${text},`), at: 0, number: 0 };
  return scanNumber(scan) ? { end: scan.at, number: scan.number } : undefined;
}

function same(text: string): void {
  const found = scanned(text);
  assert.ok(found, text);
  assert.equal(found.end, text.length, text);
  assert.ok(Object.is(found.number, JSON.parse(text)), `${text} is read as ${found.number}`);
}

const digits = (most: number) => fc.stringMatching(new RegExp(`^[0-9]{1,${most}}$`));

describe('a number in a metric record', () => {
  it('is the double that JSON makes of it, for doubles as programs write them', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => same(JSON.stringify(value))),
      { numRuns: 5000 },
    );
    fc.assert(
      fc.property(fc.double({ min: -1e3, max: 1e3, noNaN: true }), fc.integer({ min: 0, max: 20 }), (value, places) => {
        same(value.toFixed(places));
        same(value.toPrecision(places + 1));
        same(value.toExponential(places));
      }),
      { numRuns: 5000 },
    );
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => same(String(value))),
      { numRuns: 1000 },
    );
  });

  it('is the double that JSON makes of it, for any digits', () => {
    const sign = fc.constantFrom('', '-');
    const whole = digits(24).map((text) => text.replace(/^0+(?=.)/, ''));
    const fraction = fc.option(digits(24)).map((text) => (text === null ? '' : `.${text}`));
    const exponent = fc
      .option(fc.integer({ min: -330, max: 330 }), { freq: 2 })
      .map((power) => (power === null ? '' : `e${power}`));
    fc.assert(
      fc.property(sign, whole, fraction, exponent, (...parts) => same(parts.join(''))),
      { numRuns: 20_000 },
    );
  });

  it('is rounded to even half-way between two doubles, and to the nearer one beside it', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 2 ** -10, max: 2 ** 40, noNaN: true }),
        fc.constantFrom(-1, 0, 1),
        (value, nudge) => {
          const bits = new BigInt64Array(Float64Array.of(value).buffer);
          const scale = 10n ** 80n;
          const exact = (pattern: bigint) => {
            const mantissa = (pattern & ((1n << 52n) - 1n)) | (1n << 52n);
            const power = (pattern >> 52n) - 1075n;
            return power >= 0n ? (mantissa << power) * scale : (mantissa * scale) >> -power;
          };
          const half = (exact(bits[0] as bigint) + exact((bits[0] as bigint) + 1n)) / 2n + BigInt(nudge);
          const text = `${half / scale}.${String(half % scale).padStart(80, '0')}`;
          for (const length of [18, 19, 20, 25, text.length]) same(text.slice(0, length).replace(/\.$/, ''));
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('is no number where JSON has none', () => {
    for (const text of ['', '-', '01', '-01', '.5', '5.', '1e', '1e+', '+1', 'NaN', '-Infinity', '0x1', ' 1']) {
      assert.equal(scanned(text)?.end === text.length && text !== '', false, text);
    }
    same('0');
    same('-0');
    same('-0.0e-5');
    same('1E5');
    same('1e400');
    same('1e-400');
  });
});
