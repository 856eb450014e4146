import assert from 'node:assert/strict';
import fc from 'fast-check';
import { exactJson } from '../../../src/base/json.ts';

describe('exactJson', () => {
  it('is JSON that keeps every finite double to the bit, -0 included', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        assert.ok(Object.is(JSON.parse(exactJson([value]))[0], value));
      }),
    );
  });

  it('writes NaN and the infinities as strings', () => {
    assert.equal(exactJson([Number.NaN, Infinity, -Infinity]), '["NaN","Infinity","-Infinity"]');
  });

  it('keeps whatever JSON can hold, indented or not', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), fc.constantFrom(0, 2), (value, indent) => {
        assert.deepEqual(JSON.parse(exactJson(value, indent)), value);
      }),
    );
    assert.equal(exactJson({ a: [1, { b: 'c' }], d: [] }, 2), JSON.stringify({ a: [1, { b: 'c' }], d: [] }, null, 2));
  });
});
