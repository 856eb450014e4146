import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { linearTicks, logTicks, share } from '../../../webview/run/ticks.ts';

describe('the marks of an axis', () => {
  it('are round and no more than asked for', () => {
    deepStrictEqual(linearTicks(0, 1, 5), [0, 0.2, 0.4, 0.6, 0.8, 1]);
    deepStrictEqual(linearTicks(-3, 14, 4), [0, 5, 10]);
    deepStrictEqual(linearTicks(0.1, 0.4, 3), [0.1, 0.2, 0.3, 0.4]);
    deepStrictEqual(linearTicks(5, 5, 4), [5]);
  });

  it('are within their ends and ascend', () => {
    const end = fc.double({ min: -1e9, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(
        end,
        fc.double({ min: 1e-3, max: 1e9, noNaN: true }),
        fc.integer({ min: 2, max: 12 }),
        (from, size, count) => {
          const to = from + size;
          const ticks = linearTicks(from, to, count);
          ok(ticks.length <= count + 2, String(ticks));
          ticks.forEach((tick, index) => {
            ok(tick >= from - size * 1e-6 && tick <= to + size * 1e-6, `${tick} in ${from} to ${to}`);
            ok(index === 0 || tick > (ticks[index - 1] as number));
          });
        },
      ),
    );
  });

  it('are powers of ten on a logarithmic axis', () => {
    deepStrictEqual(logTicks(0.005, 200, 6), [0.01, 0.1, 1, 10, 100]);
    deepStrictEqual(logTicks(1, 1e12, 4), [1, 1e4, 1e8, 1e12]);
    deepStrictEqual(logTicks(2, 8, 3), [2, 4, 6, 8]);
  });

  it('stand where their values are', () => {
    deepStrictEqual([share(5, 0, 10, false), share(0, 0, 10, false)], [0.5, 0]);
    ok(Math.abs(share(10, 1, 100, true) - 0.5) < 1e-12);
    strictEqual(share(3, 3, 3, false), 0.5);
  });
});
