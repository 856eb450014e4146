import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Move, movesBefore, movesBy } from '../../../src/window/queue-order.ts';

/** What the queue does with a move. */
function moved(order: readonly string[], moves: readonly Move[]): string[] {
  return moves.reduce(
    (now, { run, position }) => {
      const others = now.filter((other) => other !== run);
      return [...others.slice(0, position - 1), run, ...others.slice(position - 1)];
    },
    [...order],
  );
}

const order = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 9 });
const withSome = order.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: 1 })));

describe('the order of a queue', () => {
  it('has dragged runs together where they were dropped, and the others as they were', () => {
    fc.assert(
      fc.property(withSome, fc.option(fc.nat(), { nil: undefined }), ([all, some], place) => {
        const before = place === undefined ? undefined : all[place % all.length];
        const after = moved(all, movesBefore(all, some, before));
        const rest = all.filter((run) => !some.includes(run));
        const at = before !== undefined && rest.includes(before) ? rest.indexOf(before) : rest.length;
        assert.deepEqual(after, [...rest.slice(0, at), ...some, ...rest.slice(at)]);
      }),
    );
  });

  it('has what is moved to the top there, in the order that it had', () => {
    fc.assert(
      fc.property(withSome, ([all, some]) => {
        const own = all.filter((run) => some.includes(run));
        const others = all.filter((run) => !some.includes(run));
        assert.deepEqual(moved(all, movesBy(all, some, 'top')), [...own, ...others]);
      }),
    );
  });

  it('lets nothing that is moved up or down go over another that is, nor over the end', () => {
    fc.assert(
      fc.property(withSome, fc.constantFrom(-2, -1, 1, 2), ([all, some], places) => {
        const after = moved(all, movesBy(all, some, places));
        const own = (runs: readonly string[]) => runs.filter((run) => some.includes(run));
        assert.deepEqual(own(after), own(all));
        assert.deepEqual([...after].sort(), [...all].sort());
        for (const run of some) {
          const way = after.indexOf(run) - all.indexOf(run);
          assert.ok(places < 0 ? way <= 0 && way >= places : way >= 0 && way <= places, `${run}: ${way}`);
        }
      }),
    );
    assert.deepEqual(moved(['a', 'b', 'c', 'd'], movesBy(['a', 'b', 'c', 'd'], ['c', 'd'], -1)), ['a', 'c', 'd', 'b']);
  });

  it('asks for no move that changes nothing', () => {
    assert.deepEqual(movesBy(['a', 'b', 'c'], ['a'], -1), []);
    assert.deepEqual(movesBy(['a', 'b', 'c'], ['b', 'c'], 1), []);
    assert.deepEqual(movesBefore(['a', 'b', 'c'], ['a'], 'b'), []);
  });
});
