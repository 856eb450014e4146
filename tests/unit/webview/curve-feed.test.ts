import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import type { RunPageCalls } from '../../../src/contract/panel.ts';
import type { Bucket, Curve } from '../../../src/contract/run.ts';
import type { ChartView } from '../../../webview/run/chart-data.ts';
import { createCurveFeed } from '../../../webview/run/curve-feed.ts';
import { until } from '../../support/until.ts';

type Input = RunPageCalls['curves']['input'];

const byStep: ChartView = { axis: 'step', origin: 0, smoothing: 0, log: false };

function curveOf(name: string, steps: number[]): Curve {
  const buckets = steps.map((step): Bucket => {
    const time = step * 1e6 * (name === 'slow' ? 10 : 1);
    return {
      fromX: step,
      toX: step,
      fromStep: step,
      toStep: step,
      fromTime: time,
      toTime: time,
      count: 1,
      min: 0,
      max: 0,
      first: 0,
      last: 0,
      nonFinite: 0,
    };
  });
  return { name, count: steps.length, buckets };
}

function feedOf() {
  const asked: Input[] = [];
  const state = { updates: 0, failing: false };
  const feed = createCurveFeed(
    async (input) => {
      asked.push(input);
      if (state.failing) throw new Error('no');
      return (input.names ?? []).map((name) =>
        curveOf(
          name,
          [0, 1, 2, 3].filter((step) => step >= (input.from ?? 0)),
        ),
      );
    },
    () => {
      state.updates += 1;
    },
  );
  return { feed, asked, state };
}

describe('the feed of curves', () => {
  it('asks for the charts in sight at once', async () => {
    const { feed, asked, state } = feedOf();
    feed.show({ names: ['a', 'b'], buckets: 200, zoom: null, view: byStep });
    await until('it has answered', () => state.updates > 0);
    deepStrictEqual(asked, [{ names: ['a', 'b'], buckets: 200 }]);
    strictEqual(feed.curve('a', null).state, 'ready');
    strictEqual(feed.curve('c', null).state, 'loading');
  });

  it('asks for the steps that are zoomed into, and shows the whole until then', async () => {
    const { feed, asked, state } = feedOf();
    feed.show({ names: ['a'], buckets: 200, zoom: null, view: byStep });
    await until('the whole is there', () => state.updates > 0);
    const zoom = { from: 2, to: 3 };
    feed.show({ names: ['a'], buckets: 200, zoom, view: byStep });
    const before = feed.curve('a', zoom);
    strictEqual(before.state === 'ready' && before.value.buckets.length, 4);
    await until('the part is there', () => state.updates > 1);
    deepStrictEqual(asked[1], { names: ['a'], buckets: 200, from: 2, to: 3 });
    const after = feed.curve('a', zoom);
    strictEqual(after.state === 'ready' && after.value.buckets.length, 2);
  });

  it('asks for the steps of each metric when time is zoomed into', async () => {
    const { feed, asked, state } = feedOf();
    feed.show({ names: ['a', 'slow'], buckets: 9, zoom: { from: 1, to: 10 }, view: { ...byStep, axis: 'time' } });
    await until('it has answered', () => state.updates > 0);
    deepStrictEqual(asked, [
      { names: ['a', 'slow'], buckets: 9 },
      { names: ['a'], buckets: 9, from: 1, to: 3 },
      { names: ['slow'], buckets: 9, from: 1, to: 1 },
    ]);
  });

  it('asks once more, not ten times, for what changed meanwhile', async () => {
    const { feed, asked, state } = feedOf();
    feed.show({ names: ['a'], buckets: 9, zoom: null, view: byStep });
    for (let time = 0; time < 10; time += 1) feed.refresh();
    await until('it has answered twice', () => state.updates === 2);
    strictEqual(asked.length, 2);
  });

  it('says which charts failed, and forgets it when they are there', async () => {
    const { feed, state } = feedOf();
    state.failing = true;
    feed.show({ names: ['a'], buckets: 9, zoom: null, view: byStep });
    await until('it failed', () => feed.curve('a', null).state === 'failed');
    state.failing = false;
    feed.refresh();
    await until('it is there', () => feed.curve('a', null).state === 'ready');
  });
});
