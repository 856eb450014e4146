import assert from 'node:assert/strict';
import { isLowerBetter } from '../../../src/contract/metric-direction.ts';

describe('which way a metric is better', () => {
  it('follows from the words of its name', () => {
    const lower = [
      'loss',
      'val_loss',
      'train/loss',
      'valLoss',
      'test RMSE',
      'log_loss',
      'LogLoss',
      'epoch_seconds',
      'WER',
      'cross-entropy',
      'mean_absolute_error',
      'fit.latency',
    ];
    for (const name of lower) assert.equal(isLowerBetter(name), true, name);
    const higher = [
      'accuracy',
      'val/auc',
      'f1',
      'r2',
      'neg_mean_squared_error',
      'glossary',
      'lossless_ratio',
      'terror',
      '',
      '🎈',
      'error_reduction',
      'throughput',
    ];
    for (const name of higher) assert.equal(isLowerBetter(name), false, name);
  });
});
