import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import { type BucketColumns, bucketFields } from '../../../src/contract/curve.ts';
import type { PackedCurve } from '../../../src/contract/packed-curve.ts';
import type { RunPageCalls } from '../../../src/contract/panel.ts';
import { packCurve } from '../../../src/window/pack-curve.ts';
import { type CurveRequest, createCurveFeed } from '../../../webview/run/curve-feed.ts';
import { until } from '../../support/until.ts';

type Input = RunPageCalls['curves']['input'];

const plain: CurveRequest = { kind: 'logged', names: ['a'], buckets: 200, x: 'step', zoom: () => null, revision: 1 };
const asks = { kind: 'logged', names: ['a'], buckets: 200, x: 'step' };

/** A point at each place, whose value is the place. */
function curveOf(name: string, places: number[]): PackedCurve {
  const columns = Object.fromEntries(
    bucketFields.map((field) => [field, Float64Array.from(places, (place) => (field === 'count' ? 1 : place))]),
  ) as unknown as BucketColumns;
  return packCurve({ name, count: places.length, buckets: columns });
}

function feedOf() {
  const asked: Input[] = [];
  const state = { updates: 0, failing: false, last: 3 };
  const feed = createCurveFeed(
    async (input) => {
      asked.push(input);
      if (state.failing) throw new Error('no');
      const places = [0, 1, 2, state.last].filter((place) => place >= (input.from ?? 0));
      return (input.names ?? []).map((name) => curveOf(name, places));
    },
    () => {
      state.updates += 1;
    },
  );
  return { feed, asked, state };
}

describe('the feed of curves', () => {
  it('asks for the charts in sight, a few at a time', async () => {
    const { feed, asked, state } = feedOf();
    feed.show({ ...plain, names: ['a', 'b', 'c', 'd', 'e'] });
    await until('it has answered', () => state.updates === 2);
    deepStrictEqual(asked, [
      { ...asks, names: ['a', 'b', 'c', 'd'] },
      { ...asks, names: ['e'] },
    ]);
    strictEqual(feed.curve('e', 'step', null).state, 'ready');
    strictEqual(feed.curve('f', 'step', null).state, 'loading');
  });

  it('asks for the stretch that is zoomed into, and shows the whole until then', async () => {
    const { feed, asked, state } = feedOf();
    feed.show(plain);
    await until('the whole is there', () => state.updates > 0);
    const zoom = { from: 2, to: 3 };
    feed.show({ ...plain, zoom: () => zoom });
    const before = feed.curve('a', 'step', zoom);
    strictEqual(before.state === 'ready' && before.value.buckets.length, 4);
    await until('the part is there', () => state.updates > 1);
    deepStrictEqual(asked[1], { ...asks, from: 2, to: 3 });
    const after = feed.curve('a', 'step', zoom);
    strictEqual(after.state === 'ready' && after.value.buckets.length, 2);
  });

  it('asks in microseconds for what is zoomed into along time', async () => {
    const { feed, asked } = feedOf();
    feed.show({ ...plain, x: 'time', zoom: () => ({ from: 0.5, to: 2 }) });
    await until('it was asked', () => asked.length > 0);
    deepStrictEqual(asked[0], { ...asks, x: 'time', from: 500_000, to: 2_000_000 });
  });

  it('zooms charts apart where each is by itself', async () => {
    const { feed, asked } = feedOf();
    feed.show({ ...plain, names: ['a', 'b'], zoom: (name) => (name === 'b' ? { from: 1, to: 2 } : null) });
    await until('both were asked for', () => asked.length === 2);
    deepStrictEqual(asked, [asks, { ...asks, names: ['b'], from: 1, to: 2 }]);
  });

  it('does not show along one axis what was fetched along another', async () => {
    const { feed, state } = feedOf();
    feed.show(plain);
    await until('it is there', () => state.updates > 0);
    strictEqual(feed.curve('a', 'time', null).state, 'loading');
  });

  it('asks again only for what changed or is finer', async () => {
    const { feed, asked, state } = feedOf();
    feed.show(plain);
    await until('it is there', () => state.updates > 0);
    feed.show(plain);
    feed.show({ ...plain, names: ['a', 'b'] });
    await until('the new one is there', () => state.updates > 1);
    deepStrictEqual(asked[1]?.names, ['b']);
    state.last = 4;
    feed.show({ ...plain, revision: 2 });
    await until('the change is there', () => state.updates > 2);
    state.last = 5;
    feed.show({ ...plain, revision: 2, buckets: 800 });
    await until('the finer one is there', () => state.updates > 3);
    deepStrictEqual(
      asked.slice(2).map(({ names, buckets }) => [names, buckets]),
      [
        [['a'], 200],
        [['a'], 800],
      ],
    );
  });

  it('says nothing of what came again as it was', async () => {
    const { feed, asked, state } = feedOf();
    feed.show(plain);
    await until('it is there', () => state.updates > 0);
    const before = feed.curve('a', 'step', null);
    feed.show({ ...plain, revision: 2 });
    await until('it was asked for again', () => asked.length === 2);
    state.last = 4;
    feed.show({ ...plain, names: ['b'], revision: 2 });
    await until('another is there', () => feed.curve('b', 'step', null).state === 'ready');
    const after = feed.curve('a', 'step', null);
    strictEqual(before.state === 'ready' && after.state === 'ready' && before.value === after.value, true);
    strictEqual(state.updates, 2);
  });

  it('says which charts failed, and forgets it when they are there', async () => {
    const { feed, state } = feedOf();
    state.failing = true;
    feed.show(plain);
    await until('it failed', () => feed.curve('a', 'step', null).state === 'failed');
    state.failing = false;
    feed.refresh();
    await until('it is there', () => feed.curve('a', 'step', null).state === 'ready');
  });
});
