import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { bundleFile, bundleText, collectStrings } from '../../scripts/l10n.ts';

describe('the bundle for translators', () => {
  let strings: Record<string, unknown>;
  before(async function () {
    this.timeout(120_000);
    strings = await collectStrings();
  });

  it('is what the code says now (`node scripts/l10n.ts` writes it)', () => {
    assert.equal(readFileSync(bundleFile, 'utf8'), bundleText(strings));
  });

  it('has sentences of the window, of its pages and of the contract', () => {
    for (const sentence of ['Run Training', 'Try Again', 'No Python was found.']) {
      assert.ok(Object.hasOwn(strings, sentence), sentence);
    }
  });
});
