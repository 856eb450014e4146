import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import type { MetricSummary } from '../../../src/contract/run.ts';
import { fromOutput, progressOf, secondsLeft } from '../../../webview/run/progress.ts';

const metric = (last: number, lastStep: number): MetricSummary => ({
  last,
  lastStep,
  min: 0,
  max: 1,
  best: 0,
  count: 1,
});

describe('how far a run is', () => {
  it('is read from the bars that libraries print', () => {
    deepStrictEqual(fromOutput('loading\n 45%|████▌     | 45/100 [00:12<00:15,  3.6it/s]'), {
      done: 45,
      total: 100,
      unit: 'step',
    });
    deepStrictEqual(fromOutput('\r 10%|#\r 20%|##'), { done: 20, total: 100, unit: 'percent' });
    deepStrictEqual(fromOutput('Epoch 3/10\n118/938 [==>....] - ETA: 2s'), { done: 2, total: 10, unit: 'epoch' });
    deepStrictEqual(fromOutput('Epoch [4/20], loss 0.3\n 50%|█████     | 5/10 [00:01<00:01]'), {
      done: 3,
      total: 20,
      unit: 'epoch',
    });
  });

  it('is not guessed from other fractions and percents', () => {
    for (const text of ['', 'accuracy 98%', 'read 3/4 cups', 'loaded 50% of data', 'Epoch 12/10']) {
      strictEqual(fromOutput(text), null, text);
    }
  });

  it('follows from a parameter that says how many steps there will be', () => {
    const metrics = { loss: metric(0.5, 250), 'val/loss': metric(0.6, 200) };
    deepStrictEqual(progressOf({ params: { max_steps: 1000 }, metrics }, ''), { done: 250, total: 1000, unit: 'step' });
    deepStrictEqual(progressOf({ params: { 'train.num_iterations': 500 }, metrics }, '')?.total, 500);
    strictEqual(progressOf({ params: { max_steps: 100 }, metrics }, ''), null);
    strictEqual(progressOf({ params: { max_steps: 1000, total_steps: 900 }, metrics }, ''), null);
    strictEqual(progressOf({ params: { eval_steps: 1000, epochs: 3 }, metrics }, ''), null);
  });

  it('counts epochs where they are logged', () => {
    const metrics = { 'train/epoch': metric(1.5, 900) };
    deepStrictEqual(progressOf({ params: { num_train_epochs: 3 }, metrics }, ''), {
      done: 1.5,
      total: 3,
      unit: 'epoch',
    });
  });

  it('tells what is left once there is a pace', () => {
    strictEqual(secondsLeft({ done: 25, total: 100, unit: 'step' }, 60), 180);
    strictEqual(secondsLeft({ done: 1, total: 100, unit: 'step' }, 60), null);
    strictEqual(secondsLeft({ done: 50, total: 100, unit: 'step' }, 2), null);
    strictEqual(secondsLeft({ done: 100, total: 100, unit: 'step' }, 60), null);
  });
});
