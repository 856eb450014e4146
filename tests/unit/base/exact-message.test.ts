import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { fromExactMessage, toExactMessage } from '../../../src/base/exact-message.ts';

describe('exact messages', () => {
  it('carry every number', () => {
    const numbers = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 0, 5e-324, 0.1, 2 ** 53];
    deepStrictEqual(fromExactMessage(toExactMessage({ numbers })), { numbers });
  });

  it('carry what looks like the mark of a number as it is', () => {
    const value = { a: { $number: 'seven' }, b: { $number: 'NaN', more: 1 }, c: 'NaN', d: [null, true] };
    deepStrictEqual(fromExactMessage(toExactMessage(value)), value);
  });

  it('carry any double', () => {
    fc.assert(
      fc.property(fc.double(), (value) =>
        strictEqual(Object.is(fromExactMessage(toExactMessage([value]))?.[0 as never], value), true),
      ),
    );
  });
});
