import assert from 'node:assert/strict';
import { assert as check, property, string, uint8Array } from 'fast-check';
import { nameText, pathOf } from '../../../src/base/path-text.ts';

describe('names of files as text', () => {
  it('come back to their bytes, whatever these are', () => {
    check(
      property(uint8Array({ maxLength: 40 }), (bytes) => {
        assert.deepEqual(Buffer.from(pathOf(nameText(Buffer.from(bytes)))), Buffer.from(bytes));
      }),
    );
  });

  it('are as they are where they are UTF-8', () => {
    check(
      property(string({ unit: 'grapheme' }), (text) => {
        assert.equal(nameText(Buffer.from(text)), text);
        assert.equal(pathOf(text), text);
      }),
    );
    assert.equal(pathOf('\u{1f0ff}'), '\u{1f0ff}', 'the half of a pair is no escaped byte');
  });

  it('are what Python makes of the same bytes', () => {
    assert.equal(nameText(Buffer.from([0x61, 0xff, 0xc3, 0xa9, 0xed, 0xb0, 0x80])), 'a\udcffé\udced\udcb0\udc80');
    assert.deepEqual(pathOf('a\udcff'), Buffer.from([0x61, 0xff]));
  });
});
