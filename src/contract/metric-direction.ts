const lowerIsBetter = new Set([
  'loss',
  'losses',
  'cost',
  'error',
  'errors',
  'err',
  'rmse',
  'rmsle',
  'mse',
  'msle',
  'mae',
  'mape',
  'smape',
  'mase',
  'perplexity',
  'ppl',
  'deviance',
  'logloss',
  'nll',
  'bce',
  'crossentropy',
  'entropy',
  'kl',
  'kld',
  'divergence',
  'brier',
  'ece',
  'regret',
  'residual',
  'latency',
  'duration',
  'seconds',
  'secs',
  'ms',
  'milliseconds',
  'elapsed',
  'time',
  'memory',
  'wer',
  'cer',
  'ter',
  'fid',
  'eer',
  'fpr',
  'fnr',
  'misclassification',
  'distance',
]);

const higherIsBetter = new Set(['score', 'accuracy', 'acc', 'gain', 'reward', 'reduction', 'improvement', 'remaining']);

/**
 * Whether a smaller value of this metric is a better one, by the words of its name: `val/loss`, `test_rmse`, `valLogLoss`.
 * Names that say nothing count as larger-is-better, and so do scikit-learn's negated ones (`neg_mean_squared_error`).
 */
export function isLowerBetter(name: string): boolean {
  const words = wordsOf(name);
  if (words.includes('neg') || words.includes('negative')) return false;
  if (words.some((word) => higherIsBetter.has(word))) return false;
  return words.some((word) => lowerIsBetter.has(word));
}

/** The words of a metric's name, in small letters. */
export function wordsOf(name: string): string[] {
  return name
    .replace(/log[ _-]?loss/gi, ' logloss ')
    .replace(/cross[ _-]?entropy/gi, ' crossentropy ')
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}]+/u);
}
