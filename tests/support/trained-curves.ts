import type { LoggedCurve } from './healthy-curves.ts';
import type { Random } from './random.ts';

/** What a small training logged, really trained here: a network with one hidden layer, by stochastic gradient descent. */
export type Training = (random: Random) => LoggedCurve[];

interface Plan {
  task: 'classes' | 'regression';
  inputs: number;
  hidden: number;
  examples: number;
  batch: number;
  steps: number;
  rate(step: number): number;
  momentum: number;
  /** Part of the labels that are wrong, or the size of the noise on the targets. */
  noise: number;
}

const tanhSlope = (output: number) => 1 - output * output;

function train(random: Random, plan: Plan): LoggedCurve[] {
  const { inputs, hidden, batch } = plan;
  const matrix = (rows: number, size: number) =>
    Float64Array.from({ length: rows * inputs }, () => size * random.normal());
  const truth = Float64Array.from({ length: inputs }, () => random.normal());
  const label = (x: Float64Array) => {
    const score =
      x.reduce((sum, value, index) => sum + value * (truth[index] as number), 0) + 0.5 * Math.sin(3 * (x[0] ?? 0));
    if (plan.task === 'regression') return score + plan.noise * random.normal();
    return score > 0 !== random.chance(plan.noise) ? 1 : 0;
  };
  const draw = () => {
    const x = Float64Array.from({ length: inputs }, () => random.normal());
    return { x, y: label(x) };
  };
  const training = Array.from({ length: plan.examples }, draw);
  const held = Array.from({ length: 200 }, draw);
  const first = matrix(hidden, 1 / Math.sqrt(inputs));
  const second = Float64Array.from({ length: hidden }, () => random.normal() / Math.sqrt(hidden));
  const speedFirst = new Float64Array(first.length);
  const speedSecond = new Float64Array(hidden);
  const inner = new Float64Array(hidden);

  const forward = (x: Float64Array) => {
    let sum = 0;
    for (let unit = 0; unit < hidden; unit++) {
      let height = 0;
      for (let input = 0; input < inputs; input++)
        height += (first[unit * inputs + input] as number) * (x[input] as number);
      inner[unit] = Math.tanh(height);
      sum += (inner[unit] as number) * (second[unit] as number);
    }
    return sum;
  };
  const lossOf = (output: number, y: number) =>
    plan.task === 'regression'
      ? (output - y) ** 2
      : Math.log1p(Math.exp(-Math.abs(output))) + Math.max(output, 0) - output * y;
  const slopeOf = (output: number, y: number) =>
    plan.task === 'regression' ? 2 * (output - y) : 1 / (1 + Math.exp(-output)) - y;

  const losses: number[] = [];
  const norms: number[] = [];
  const validations: number[] = [];
  const every = Math.max(1, Math.floor(plan.steps / 30));
  for (let step = 0; step < plan.steps; step++) {
    const gradientFirst = new Float64Array(first.length);
    const gradientSecond = new Float64Array(hidden);
    let loss = 0;
    for (let index = 0; index < batch; index++) {
      const { x, y } = random.pick(training);
      const output = forward(x);
      loss += lossOf(output, y) / batch;
      const slope = slopeOf(output, y) / batch;
      for (let unit = 0; unit < hidden; unit++) {
        const active = inner[unit] as number;
        gradientSecond[unit] = (gradientSecond[unit] as number) + slope * active;
        const back = slope * (second[unit] as number) * tanhSlope(active);
        for (let input = 0; input < inputs; input++) {
          const at = unit * inputs + input;
          gradientFirst[at] = (gradientFirst[at] as number) + back * (x[input] as number);
        }
      }
    }
    losses.push(loss);
    norms.push(Math.hypot(...gradientFirst, ...gradientSecond));
    const rate = plan.rate(step);
    descend(first, speedFirst, gradientFirst, rate, plan.momentum);
    descend(second, speedSecond, gradientSecond, rate, plan.momentum);
    if (step % every === every - 1) {
      validations.push(held.reduce((sum, { x, y }) => sum + lossOf(forward(x), y), 0) / held.length);
    }
  }
  return [
    { metric: 'train/loss', values: losses },
    { metric: 'val/loss', values: validations },
    { metric: 'grad_norm', values: norms },
  ];
}

function descend(
  weights: Float64Array,
  speed: Float64Array,
  gradient: Float64Array,
  rate: number,
  momentum: number,
): void {
  for (let index = 0; index < weights.length; index++) {
    speed[index] = momentum * (speed[index] as number) - rate * (gradient[index] as number);
    weights[index] = (weights[index] as number) + (speed[index] as number);
  }
}

const usual = {
  task: 'classes',
  inputs: 6,
  hidden: 12,
  examples: 400,
  batch: 32,
  steps: 1500,
  momentum: 0.9,
  noise: 0.05,
} as const;

/** Healthy ones. */
export const soundTrainings: Record<string, Training> = {
  'a classifier': (random) => train(random, { ...usual, rate: () => 0.05 }),
  'a classifier with single examples': (random) => train(random, { ...usual, batch: 2, rate: () => 0.01 }),
  'a classifier that learns the noise by heart': (random) =>
    train(random, { ...usual, examples: 60, hidden: 40, noise: 0.2, steps: 3000, rate: () => 0.1 }),
  'a classifier with steps of the learning rate': (random) =>
    train(random, { ...usual, rate: (step) => 0.2 * 0.1 ** Math.floor(step / 500) }),
  'a classifier with warm restarts': (random) =>
    train(random, { ...usual, steps: 2000, rate: (step) => 0.15 * (1 + Math.cos((Math.PI * (step % 400)) / 400)) }),
  'a classifier with a warmed-up learning rate': (random) =>
    train(random, { ...usual, rate: (step) => 0.1 * Math.min(1, step / 100) }),
  'a regression': (random) => train(random, { ...usual, task: 'regression', noise: 0.1, rate: () => 0.005 }),
  'a regression with much noise': (random) =>
    train(random, { ...usual, task: 'regression', noise: 2, rate: () => 0.002 }),
  'a regression with a cyclic learning rate': (random) =>
    train(random, {
      ...usual,
      task: 'regression',
      noise: 0.1,
      rate: (step) => 0.01 * Math.abs(((step / 150) % 2) - 1),
    }),
};

/** Those whose learning rate is too high, from the start or from some step on. */
export const failedTrainings: Record<string, Training> = {
  'a regression with far too high a learning rate': (random) =>
    train(random, { ...usual, task: 'regression', noise: 0.1, steps: 400, rate: () => 3 }),
  'a regression whose learning rate grows without limit': (random) =>
    train(random, { ...usual, task: 'regression', noise: 0.1, rate: (step) => 0.002 * 1.01 ** step }),
};
