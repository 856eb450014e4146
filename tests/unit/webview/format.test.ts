import { strictEqual } from 'node:assert/strict';
import { afterEach } from 'mocha';
import { formatBytes, formatCount, formatNumber, formatSeconds, formatTick } from '../../../webview/shared/format.ts';
import { setLanguage, t } from '../../../webview/shared/l10n.ts';

describe('numbers on a page', () => {
  afterEach(() => setLanguage({ strings: {}, locale: 'en' }));

  it('keep what matters of a value', () => {
    strictEqual(formatNumber(0.123456789), '0.12346');
    strictEqual(formatNumber(0), '0');
    strictEqual(formatNumber(-1.5e-7), '-1.5e-7');
    strictEqual(formatNumber(812_345_678), '812,345,678');
    strictEqual(formatNumber(123_456.789), '123,456.79');
    strictEqual(formatNumber(1e300), '1e300');
    strictEqual(formatNumber(Number.NaN), 'NaN');
    strictEqual(formatNumber(Number.NEGATIVE_INFINITY), '−∞');
    strictEqual(formatTick(812_345_678), '812.3M');
  });

  it('say durations and sizes shortly', () => {
    strictEqual(formatSeconds(0.4213), '0.42s');
    strictEqual(formatSeconds(59.9), '59s');
    strictEqual(formatSeconds(185), '3m 5s');
    strictEqual(formatSeconds(7260), '2h 1m');
    strictEqual(formatSeconds(97_200), '1d 3h');
    strictEqual(formatBytes(1), '1 byte');
    strictEqual(formatBytes(2_147_483_648), '2.1 GB');
  });

  it("follow the user's language", () => {
    setLanguage({ strings: { 'Step {n}': 'Schritt {n}' }, locale: 'de' });
    strictEqual(formatNumber(1234.5), '1.234,5');
    strictEqual(formatCount(1e6), '1.000.000');
    strictEqual(t('Step {n}', { n: 3 }), 'Schritt 3');
    strictEqual(t('Unknown {n} {m}', { n: 3 }), 'Unknown 3 {m}');
  });

  it('get along with a language that is none', () => {
    setLanguage({ strings: {}, locale: 'not a language' });
    strictEqual(formatCount(1000), '1,000');
  });
});
