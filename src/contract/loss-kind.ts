import { wordsOf } from './metric-direction.ts';

/**
 * What a metric's anomalies mean, by the words of its name. `steady`: a loss that training brings down. `validation`: one that
 * may rise again when a model overfits. `unsteady`: a loss that rises and falls in a healthy training, such as those of
 * adversarial and reinforcement learning. `gradient`: a gradient's norm. `other`: everything else.
 */
export type LossKind = 'steady' | 'validation' | 'unsteady' | 'gradient' | 'other';

const losses = words(
  'loss losses logloss cost nll bce crossentropy perplexity ppl deviance error err mse rmse msle rmsle mae mape smape mase',
);

/** Of a loss, but not a loss: a factor of it, a time, a count, the best so far. */
const aside = words(
  'scale scaler weight weights coef coefficient lambda factor lr count num best min max lowest delta diff difference change',
  'improvement reduction std var variance time seconds secs ms duration elapsed accuracy acc score reward gain neg negative',
);

const validating = words('val valid validation validate test testing eval evaluation dev holdout oof');

const unsteady = words(
  'g d gen generator dis disc discriminator adv adversarial critic gan fake real gp penalty',
  'actor policy value vf pg pi q td qf ppo surrogate entropy kl kld alpha temperature dqn sac',
  'aux auxiliary reg regularization l decay balance commitment vq commit codebook',
);

const gradients = words('grad grads gradient gradients gradnorm');

function words(...lines: string[]): ReadonlySet<string> {
  return new Set(lines.flatMap((line) => line.split(' ')));
}

/** Names are asked for again and again while a run is read. */
const known = new Map<string, LossKind>();
const mostKnown = 10_000;

export function lossKind(name: string): LossKind {
  let kind = known.get(name);
  if (kind === undefined) {
    kind = kindByName(name);
    if (known.size >= mostKnown) known.clear();
    known.set(name, kind);
  }
  return kind;
}

function kindByName(name: string): LossKind {
  // `loss_value` is a loss, `value_loss` is one of reinforcement learning.
  const own = wordsOf(name.replace(/[^a-z]value$/i, ''));
  const has = (set: ReadonlySet<string>) => own.some((word) => set.has(word));
  if (has(gradients)) return (own.includes('norm') || own.includes('gradnorm')) && !has(aside) ? 'gradient' : 'other';
  if (!has(losses) || has(aside)) return 'other';
  if (has(unsteady)) return 'unsteady';
  return has(validating) ? 'validation' : 'steady';
}
