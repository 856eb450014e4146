import assert from 'node:assert/strict';
import { type LossKind, lossKind } from '../../../src/contract/loss-kind.ts';

describe('what a metric’s anomalies mean', () => {
  const names: Record<LossKind, string[]> = {
    steady: [
      'loss',
      'train/loss',
      'trainLoss',
      'Loss',
      'loss_value',
      'nll',
      'rmse',
      'log_loss',
      'perplexity',
      'clip_loss',
    ],
    validation: ['val_loss', 'validation/loss', 'test RMSE', 'evalLoss', 'dev/perplexity'],
    unsteady: ['g_loss', 'loss_D', 'generator/loss', 'critic_loss', 'value_loss', 'policy_loss', 'kl_loss', 'aux_loss'],
    gradient: ['grad_norm', 'gradient/norm', 'train/grad_norm', 'gradNorm', 'gradnorm'],
    other: [
      'accuracy',
      'lr',
      'loss_scale',
      'loss_weight',
      'best_loss',
      'epoch_seconds',
      'gradients',
      '',
      '损失',
      'glossary',
    ],
  };
  for (const [kind, those] of Object.entries(names)) {
    it(`follows from the words of its name: ${kind}`, () => {
      for (const name of those) assert.equal(lossKind(name), kind, name);
    });
  }
});
