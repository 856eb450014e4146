import assert from 'node:assert/strict';
import fc from 'fast-check';
import { newId } from '../../../../src/base/ids.ts';
import { byRank, entryFile, lastRank, parseEntryFile, rankBetween } from '../../../../src/tracking/queue/rank.ts';

describe('places in the queue', () => {
  const run = newId();
  const rank = fc.bigInt({ min: 1n, max: 9_999_999_999_999_998n }).map((number) => String(number).padStart(16, '0'));

  it('come back from the name of the file that has them', () => {
    fc.assert(
      fc.property(rank, fc.option(fc.stringMatching(/^[0-9a-f]{8}$/), { nil: undefined }), (digits, claim) => {
        const name = { rank: digits, run, ...(claim !== undefined && { claim }) };
        assert.deepEqual(parseEntryFile(entryFile(name)), name);
      }),
    );
  });

  it('are not read from other names', () => {
    const others = ['', 'x.json', `${run}.json`, `1-${run}.json`, `../${'1'.repeat(16)}-${run}.json`];
    const near = [
      `${'1'.repeat(16)}-${run}.txt`,
      `${'1'.repeat(16)}-${run.toUpperCase()}.json`,
      `${'1'.repeat(16)}-${run}.x.json`,
    ];
    for (const name of [...others, ...near]) assert.equal(parseEntryFile(name), undefined, name);
  });

  it('are behind all others for what comes last, whatever the clock says', () => {
    fc.assert(
      fc.property(fc.array(rank), fc.integer({ min: 0, max: 2 ** 50 }), (ranks, now) => {
        const last = lastRank(ranks, now);
        for (const other of ranks) assert.ok(last > other);
        assert.match(last, /^\d{16,}$/);
      }),
    );
  });

  it('are found between any two that differ, again and again', () => {
    fc.assert(
      fc.property(rank, rank, fc.array(fc.boolean(), { maxLength: 120 }), (a, b, turns) => {
        fc.pre(a !== b);
        let [low, high] = a < b ? [a, b] : [b, a];
        for (const turn of turns) {
          const middle = rankBetween(low, high);
          assert.ok(low < middle && middle < high, `${low} < ${middle} < ${high}`);
          assert.ok(parseEntryFile(entryFile({ rank: middle, run })), middle);
          if (turn) low = middle;
          else high = middle;
        }
      }),
    );
  });

  it('are found before the first and behind the last', () => {
    fc.assert(
      fc.property(rank, (other) => {
        assert.ok(rankBetween(undefined, other) < other);
        assert.ok(rankBetween(other, undefined) > other);
      }),
    );
  });

  it('make one order of any entries', () => {
    fc.assert(
      fc.property(fc.array(rank, { minLength: 2, maxLength: 20 }), (ranks) => {
        const sorted = ranks.map((digits) => ({ rank: digits, run: newId() })).sort(byRank);
        for (const [index, entry] of sorted.entries()) {
          const next = sorted[index + 1];
          if (next) assert.ok(byRank(entry, next) < 0 && byRank(next, entry) > 0);
        }
      }),
    );
  });
});
