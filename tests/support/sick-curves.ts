import type { AnomalyKind } from '../../src/contract/anomaly.ts';
import type { LoggedCurve } from './healthy-curves.ts';
import type { Random } from './random.ts';

export interface SickCurve extends LoggedCurve {
  kind: AnomalyKind;
  /** Where it begins, and how far from there it may be said to begin. */
  at: number;
  within: number;
}

const fill = (length: number, at: (index: number) => number) => Array.from({ length }, (_, index) => at(index));

/** A plain falling loss with noise, in which something is then planted. */
function falling(random: Random, length: number): number[] {
  const start = random.scale(0.1, 20);
  const floor = start * random.scale(0.01, 0.2);
  const time = length * random.between(0.05, 0.3);
  const noise = random.scale(0.005, 0.1);
  return fill(
    length,
    (index) => (floor + (start - floor) * Math.exp(-index / time)) * Math.exp(noise * random.normal()),
  );
}

/** One thing gone wrong in each. */
export const sickCurves: Record<string, (random: Random) => SickCurve> = {
  'becomes NaN'(random) {
    const values = falling(random, random.whole(5, 2000));
    const at = random.whole(0, values.length - 1);
    return {
      metric: 'loss',
      kind: 'nan',
      at,
      within: 0,
      values: values.map((value, index) => (index < at ? value : Number.NaN)),
    };
  },
  'is NaN once'(random) {
    const values = falling(random, random.whole(5, 2000));
    const at = random.whole(0, values.length - 1);
    return { metric: 'val_loss', kind: 'nan', at, within: 0, values: values.with(at, Number.NaN) };
  },
  'becomes infinite'(random) {
    const values = falling(random, random.whole(5, 2000));
    const at = random.whole(0, values.length - 1);
    return { metric: 'loss', kind: 'infinity', at, within: 0, values: values.with(at, Number.POSITIVE_INFINITY) };
  },
  'one high point'(random) {
    const values = falling(random, random.whole(200, 3000));
    const at = random.whole(80, values.length - 20);
    const high = (values[0] as number) * random.scale(0.7, 50) + (values[at] as number) * 5;
    return { metric: 'loss', kind: 'spike', at, within: 0, values: values.with(at, high) };
  },
  'several high points in a row'(random) {
    const values = falling(random, random.whole(400, 3000));
    const at = random.whole(200, values.length - 20);
    const length = random.whole(2, 5);
    const high = (values[0] as number) * random.scale(0.7, 50) + (values[at] as number) * 5;
    return {
      metric: 'train/loss',
      kind: 'spike',
      at,
      within: 0,
      values: values.map((value, index) =>
        index >= at && index < at + length ? value + high * 0.8 ** (index - at) : value,
      ),
    };
  },
  'a high norm of the gradient'(random) {
    const spread = random.between(0.1, 0.5);
    const values = fill(random.whole(200, 3000), () => Math.exp(spread * random.normal()));
    const at = random.whole(100, values.length - 20);
    return { metric: 'grad_norm', kind: 'spike', at, within: 0, values: values.with(at, random.scale(200, 1e5)) };
  },
  'grows from its best on'(random) {
    const values = falling(random, random.whole(300, 3000));
    const at = random.whole(Math.floor(values.length * 0.2), Math.floor(values.length * 0.6));
    const left = values.length - at;
    const rate = random.scale(10, 40) / left;
    return {
      metric: random.pick(['loss', 'val_loss']),
      kind: 'divergence',
      at,
      within: values.length / 4,
      values: values.map((value, index) => (index < at ? value : value * Math.exp(rate * (index - at)))),
    };
  },
  'jumps far above its start and stays'(random) {
    const values = falling(random, random.whole(100, 3000));
    const at = random.whole(Math.floor(values.length * 0.3), Math.floor(values.length * 0.6));
    const high = (values[0] as number) * random.scale(8, 1e6);
    const noise = random.scale(0.01, 0.3);
    return {
      metric: 'loss',
      kind: 'divergence',
      at,
      within: 3,
      values: values.map((value, index) => (index < at ? value : high * Math.exp(noise * random.normal()))),
    };
  },
  'collapses to its start'(random) {
    const values = falling(random, random.whole(400, 3000));
    const at = random.whole(Math.floor(values.length * 0.3), Math.floor(values.length * 0.5));
    const start = values[0] as number;
    const noise = random.scale(0.005, 0.05);
    return {
      metric: 'loss',
      kind: 'divergence',
      at,
      within: 5,
      values: values.map((value, index) => (index < at ? value : start * Math.exp(noise * random.normal()))),
    };
  },
  'grows from the first step'(random) {
    const start = random.scale(0.1, 20);
    const rate = random.scale(0.05, 1);
    const noise = random.scale(0.001, 0.1);
    return {
      metric: 'loss',
      kind: 'divergence',
      at: 0,
      within: 60,
      values: fill(random.whole(150, 600), (index) => start * Math.exp(rate * index + noise * random.normal())),
    };
  },
  'leaps at once and stays high'(random) {
    const start = random.scale(0.1, 20);
    const top = random.whole(1, 8);
    const high = random.scale(2000, 1e9);
    const noise = random.scale(0.05, 0.3);
    return {
      metric: 'loss',
      kind: 'divergence',
      at: 0,
      within: 0,
      values: fill(random.whole(30, 500), (index) => {
        const leap = index === top ? high : index < top ? high ** (index / (top + 1)) : 4 + 20 / (index - top);
        return start * leap * Math.exp(noise * random.normal());
      }),
    };
  },
  'a likelihood that grows'(random) {
    const length = random.whole(300, 2000);
    const at = random.whole(Math.floor(length * 0.4), Math.floor(length * 0.6));
    const noise = random.scale(0.02, 0.3);
    const rate = 60 / (length - at);
    return {
      metric: 'nll',
      kind: 'divergence',
      at,
      within: length / 4,
      values: fill(length, (index) => {
        const healthy = -2 + 5 * Math.exp((-6 * index) / length) + noise * random.normal();
        return index < at ? healthy : healthy + Math.exp(Math.min(rate * (index - at), 300) / 4) - 1;
      }),
    };
  },
  'never learns'(random) {
    const length = random.whole(300, 4000);
    const level = random.pick([Math.LN2, Math.log(3), Math.LN10, 1, 4.6]);
    const noise = random.scale(0.005, 0.08);
    return {
      metric: 'loss',
      kind: 'plateau',
      at: 0,
      within: length,
      values: fill(length, () => level * Math.exp(noise * random.normal())),
    };
  },
  'stops while it is high'(random) {
    const length = random.whole(600, 4000);
    const start = random.scale(0.5, 20);
    const stop = Math.floor(length * random.between(0.15, 0.25));
    const lost = random.between(0.3, 0.6);
    const noise = random.scale(0.002, 0.03);
    return {
      metric: 'loss',
      kind: 'plateau',
      at: stop,
      within: length / 4,
      values: fill(
        length,
        (index) => start * (1 - (lost * Math.min(index, stop)) / stop) * Math.exp(noise * random.normal()),
      ),
    };
  },
};
