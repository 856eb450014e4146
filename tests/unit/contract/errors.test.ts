import assert from 'node:assert/strict';
import { errorMessage, errorMessages, fault, fillIn, withFix } from '../../../src/contract/errors.ts';

describe('the messages of errors', () => {
  it('fill in values, and leave alone what has none', () => {
    assert.equal(fillIn('{a} and {b}', { a: 1 }), '1 and {b}');
    assert.equal(fillIn('{toString}', {}), '{toString}');
  });

  it('are two sentences where somebody else’s words end the first', () => {
    assert.equal(withFix('It fails: ENOENT', 'Make the folder.'), 'It fails: ENOENT. Make the folder.');
    assert.equal(withFix('It is gone.', 'Make it.'), 'It is gone. Make it.');
    assert.equal(withFix('It is gone', undefined), 'It is gone');
  });

  it('start with a capital or a value, end as sentences, and name only codes that exist', () => {
    for (const [code, { text, fix }] of Object.entries<{ text: string; fix?: string }>(errorMessages)) {
      assert.match(text, /^[A-Z{“]/, code);
      assert.match(text, /([.!?]|\{\w+\})$/, code);
      if (fix !== undefined) assert.match(fix, /^[A-Z“{].*[.!?]$/, code);
    }
    assert.equal(errorMessage('script-missing').exit, 2);
    assert.equal(errorMessage('constructor').exit, 1);
    assert.equal(fault('no-store', { folder: 'x' }).code, 'no-store');
  });
});
