import type { Random } from './random.ts';

export interface LoggedCurve {
  metric: string;
  values: number[];
  /** 0, 1, 2 … unless given. */
  steps?: number[];
}

export type CurveMaker = (random: Random) => LoggedCurve;

const fill = (length: number, at: (index: number) => number) => Array.from({ length }, (_, index) => at(index));

/** What multiplies a value: 1 without noise. */
const factor = (random: Random, size: number) => Math.exp(size * random.normal() - size ** 2 / 2);

function decay(random: Random, length: number): (index: number) => number {
  const start = random.scale(0.05, 500);
  const floor = start * random.scale(0.0005, 0.3);
  const time = length * random.scale(0.01, 0.6);
  const power = random.between(0.2, 1);
  const bend = length * random.scale(0.002, 0.1);
  if (random.chance(0.5)) return (index) => floor + (start - floor) * Math.exp(-index / time);
  return (index) => floor + (start - floor) * (1 + index / bend) ** -power;
}

/** Curves as they come out of trainings in which nothing is wrong, by what makes them hard to tell from those where something is. */
export const healthyCurves: Record<string, CurveMaker> = {
  'decay with noise'(random) {
    const length = random.whole(20, 4000);
    const value = decay(random, length);
    const noise = random.scale(0.001, 0.4);
    return { metric: 'loss', values: fill(length, (index) => value(index) * factor(random, noise)) };
  },
  'decay without noise'(random) {
    const length = random.whole(20, 3000);
    return { metric: 'train/loss', values: fill(length, decay(random, length)) };
  },
  'heavy-tailed minibatches'(random) {
    const length = random.whole(200, 5000);
    const value = decay(random, length);
    const noise = random.scale(0.05, 0.3);
    const degrees = random.whole(3, 6);
    return {
      metric: 'loss',
      values: fill(length, (index) => value(index) * Math.abs(1 + noise * random.student(degrees))),
    };
  },
  'few wrong examples in a small batch'(random) {
    const length = random.whole(300, 4000);
    const batch = random.whole(8, 128);
    const share = decay(random, length);
    const first = share(0);
    return {
      metric: 'train_loss',
      values: fill(length, (index) => {
        let sum = 0;
        const wrong = 0.5 * (share(index) / first);
        for (let example = 0; example < batch; example++) {
          sum += random.chance(wrong) ? random.scale(0.7, 4) : random.scale(0.0005, 0.1);
        }
        return sum / batch;
      }),
    };
  },
  'a smaller last batch'(random) {
    const epoch = random.whole(20, 200);
    const epochs = random.whole(3, 20);
    const value = decay(random, epoch * epochs);
    const noise = random.scale(0.03, 0.2);
    return {
      metric: 'loss',
      values: fill(
        epoch * epochs,
        (index) => value(index) * factor(random, index % epoch === epoch - 1 ? 3 * noise : noise),
      ),
    };
  },
  'steps of the learning rate'(random) {
    const length = random.whole(300, 4000);
    const noise = random.scale(0.005, 0.2);
    const drops = random.whole(1, 4);
    const start = random.scale(0.5, 10);
    const time = length * random.scale(0.01, 0.1);
    const reached = random.between(0.3, 0.8);
    const drop = random.between(0.1, 0.8);
    let level = start;
    let target = start * reached;
    let last = 0;
    return {
      metric: 'loss',
      values: fill(length, (index) => {
        const part = Math.floor((index * (drops + 1)) / length);
        if (part !== last) target *= drop;
        last = part;
        level += (target - level) / time;
        return level * factor(random, noise);
      }),
    };
  },
  'warm restarts'(random) {
    const length = random.whole(300, 4000);
    const first = Math.floor(length * random.between(0.08, 0.4));
    const growth = random.pick([1, 1, 2]);
    const noise = random.scale(0.01, 0.2);
    const value = decay(random, length);
    const height = random.between(1, 6);
    let cycle = first;
    let begun = 0;
    let heat = 0;
    return {
      metric: 'loss',
      values: fill(length, (index) => {
        if (index - begun >= cycle) {
          begun = index;
          cycle *= growth;
        }
        const rate = (1 + Math.cos((Math.PI * (index - begun)) / cycle)) / 2;
        // The loss follows the rate within some steps.
        heat += (rate - heat) / 8;
        const most = Math.max(0, Math.min(height, (0.6 * value(0)) / value(index) - 1));
        return value(index) * (begun > 0 ? 1 + most * heat : 1) * factor(random, noise);
      }),
    };
  },
  'a cyclic learning rate'(random) {
    const length = random.whole(300, 4000);
    const cycles = random.whole(2, 8);
    const noise = random.scale(0.01, 0.2);
    const value = decay(random, length);
    const height = random.between(0.2, 2);
    return {
      metric: 'loss',
      values: fill(length, (index) => {
        const place = ((index * cycles) / length) % 1;
        const rate = 1 - Math.abs(2 * place - 1);
        return Math.min(value(0), value(index) * (1 + (height * rate * index) / length)) * factor(random, noise);
      }),
    };
  },
  'a generator and its critic'(random) {
    const length = random.whole(200, 4000);
    const period = random.whole(20, 400);
    const swing = random.between(0.2, 1.2);
    const drift = random.between(0, 2);
    const noise = random.scale(0.05, 0.4);
    const start = random.scale(0.5, 2);
    const metric = random.pick(['g_loss', 'd_loss', 'loss_G', 'loss/discriminator', 'train/generator_loss', 'loss']);
    const wild = metric === 'loss' ? 0.4 : 1;
    return {
      metric,
      values: fill(length, (index) => {
        const wave = swing * wild * Math.sin((2 * Math.PI * index) / period);
        return start * Math.exp(wave + (drift * wild * index) / length) * factor(random, noise);
      }),
    };
  },
  'losses of reinforcement learning'(random) {
    const length = random.whole(100, 3000);
    const metric = random.pick(['policy_loss', 'value_loss', 'loss/critic', 'loss/actor', 'entropy_loss', 'td_loss']);
    const grows = random.scale(1, 1000);
    const noise = random.between(0.3, 1.2);
    const sign =
      metric === 'policy_loss' || metric === 'loss/actor' ? () => random.normal() : () => factor(random, noise);
    return { metric, values: fill(length, (index) => (1 + (grows * index) / length) * sign()) };
  },
  rewards(random) {
    const length = random.whole(50, 3000);
    const spread = random.scale(1, 100);
    const metric = random.pick(['reward', 'episode/return', 'ep_rew_mean', 'score']);
    return { metric, values: fill(length, (index) => (100 * index) / length + spread * random.student(3)) };
  },
  'a loss of both signs'(random) {
    const length = random.whole(100, 3000);
    const start = random.between(-2, 8);
    const end = start - random.between(0, 12);
    const noise = random.scale(0.02, 1);
    const time = length * random.scale(0.02, 0.5);
    const metric = random.pick(['nll', 'loss', 'train_loss']);
    return {
      metric,
      values: fill(length, (index) => end + (start - end) * Math.exp(-index / time) + noise * random.student(5)),
    };
  },
  'few validations'(random) {
    const length = random.whole(3, 60);
    const value = decay(random, length);
    const noise = random.scale(0.005, 0.25);
    return { metric: 'val_loss', values: fill(length, (index) => value(index) * factor(random, noise)) };
  },
  'a model that overfits'(random) {
    const length = random.whole(10, 400);
    const best = length * random.between(0.1, 0.6);
    const value = decay(random, Math.ceil(best));
    const rise = random.between(0.1, 1.2);
    const noise = random.scale(0.005, 0.15);
    return {
      metric: random.pick(['val_loss', 'validation/loss', 'eval_loss', 'test_loss']),
      values: fill(length, (index) => {
        const over = Math.max(0, (index - best) / length);
        return Math.min(value(Math.min(index, best)) * Math.exp(rise * over * 2), 2 * value(0)) * factor(random, noise);
      }),
    };
  },
  'a constant'(random) {
    const length = random.whole(1, 3000);
    const value = random.pick([0, 1, 0.5, -3, 1e-12, 1e12, Math.LN2]);
    return { metric: random.pick(['loss', 'lr', 'train/loss', 'epoch_size']), values: fill(length, () => value) };
  },
  'a loss that reaches 0'(random) {
    const length = random.whole(200, 3000);
    const value = decay(random, length);
    const margin = random.between(0.2, 0.8) * value(0);
    return {
      metric: 'hinge_loss',
      values: fill(length, (index) =>
        Math.max(0, value(index) * (1 + 0.3 * random.normal()) - margin * Math.min(1, index / 50)),
      ),
    };
  },
  'an accuracy'(random) {
    const length = random.whole(5, 2000);
    const noise = random.scale(0.002, 0.1);
    const time = length * random.scale(0.02, 0.5);
    return {
      metric: random.pick(['accuracy', 'val/auc', 'f1', 'acc']),
      values: fill(length, (index) =>
        Math.min(1, Math.max(0, 0.95 - 0.85 * Math.exp(-index / time) + noise * random.normal())),
      ),
    };
  },
  'folds one after the other'(random) {
    const folds = random.whole(2, 8);
    const length = random.whole(40, 400);
    const value = decay(random, length);
    const noise = random.scale(0.01, 0.2);
    const values = fill(folds * length, (index) => value(index % length) * factor(random, noise));
    const restarts = random.chance(0.5);
    return { metric: 'loss', values, ...(restarts ? { steps: values.map((_, index) => index % length) } : {}) };
  },
  'a warmed-up learning rate'(random) {
    const length = random.whole(200, 4000);
    const value = decay(random, length);
    const bump = random.between(0, 1.5);
    const until = length * random.between(0.005, 0.05);
    const noise = random.scale(0.01, 0.15);
    return {
      metric: 'loss',
      values: fill(length, (index) => {
        const early = (index / until) * Math.exp(1 - index / until);
        return value(index) * (1 + bump * early) * factor(random, noise);
      }),
    };
  },
  'a smoothed loss that starts at 0'(random) {
    const length = random.whole(200, 4000);
    const value = decay(random, length);
    const weight = random.pick([0.9, 0.98, 0.99, 0.995]);
    const noise = random.scale(0.01, 0.2);
    let mean = 0;
    return {
      metric: 'loss',
      values: fill(length, (index) => {
        mean = weight * mean + (1 - weight) * value(index) * factor(random, noise);
        return mean;
      }),
    };
  },
  'harder data from the middle on'(random) {
    const length = random.whole(300, 4000);
    const value = decay(random, length);
    const from = length * random.between(0.3, 0.7);
    const harder = random.between(1.1, 1.8);
    const noise = random.scale(0.01, 0.15);
    return {
      metric: 'loss',
      values: fill(length, (index) => value(index) * (index < from ? 1 : harder) * factor(random, noise)),
    };
  },
  'a gradient’s norm'(random) {
    const length = random.whole(200, 4000);
    const spread = random.between(0.1, 0.9);
    const trend = random.between(-3, 2);
    return {
      metric: random.pick(['grad_norm', 'gradient/norm', 'train/grad_norm']),
      values: fill(length, (index) => Math.exp((trend * index) / length + spread * random.normal())),
    };
  },
  'clipped gradients’ norms'(random) {
    const length = random.whole(100, 2000);
    const spread = random.between(0.5, 2);
    return { metric: 'grad_norm', values: fill(length, () => Math.min(1, Math.exp(spread * random.normal()))) };
  },
  'durations and sizes'(random) {
    const length = random.whole(50, 2000);
    const metric = random.pick(['step_seconds', 'loss_scale', 'loss_weight', 'memory', 'time/epoch', 'best_loss']);
    return {
      metric,
      values: fill(length, (index) =>
        metric === 'best_loss' && index < 3
          ? Number.POSITIVE_INFINITY
          : random.chance(0.01)
            ? random.scale(10, 1e4)
            : 1,
      ),
    };
  },
};
