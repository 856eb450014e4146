import type { Anomaly } from './anomaly.ts';

/** What is said of an anomaly; `{name}` stands for a value, numbers as the reader writes them. */
export const anomalyMessages = {
  nan: '“{metric}” became NaN at step {step}.',
  'nan-often': '“{metric}” became NaN at step {step}; {count} values are NaN.',
  infinity: '“{metric}” became infinite at step {step}.',
  'infinity-often': '“{metric}” became infinite at step {step}; {count} values are infinite.',
  divergence:
    '“{metric}” diverges since step {step}: it was {best} at step {bestStep}, and reached {reached} at step {foundStep}.',
  spike: '“{metric}” jumped from {usual} to {value} at step {step}, and came back.',
  'spike-often': '“{metric}” jumped {count} times, first from {usual} to {value} at step {step}.',
  plateau: '“{metric}” has got no better since step {bestStep}, where it was {best}.',
} satisfies Record<string, string>;

/** The sentence for an anomaly, and what to fill in. */
export function anomalyMessage(anomaly: Anomaly): { text: string; values: Record<string, string | number> } {
  const { metric, kind, step, value, count, details } = anomaly;
  const often = `${kind}-often`;
  const key = count > 1 && often in anomalyMessages ? often : kind;
  return {
    text: anomalyMessages[key as keyof typeof anomalyMessages],
    values: { metric, step, value, count, ...details },
  };
}
