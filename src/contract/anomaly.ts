import type { Micros } from '../base/time.ts';

/** docs/anomalies.md says what each of them is, and by which formula it is found. */
export const anomalyKinds = ['nan', 'infinity', 'divergence', 'spike', 'plateau'] as const;
export type AnomalyKind = (typeof anomalyKinds)[number];

/** A `hint` is shown on the run's page and told to nobody. */
export type Severity = 'warning' | 'hint';

/** One kind of thing that went wrong with one metric of a run; what happens again is counted. */
export interface Anomaly {
  metric: string;
  kind: AnomalyKind;
  severity: Severity;
  /** Where it began. */
  step: number;
  time: Micros;
  /** The value logged there. */
  value: number;
  /** How many values are NaN, infinite, or spikes; 1 for the others. */
  count: number;
  /** Where it began each time; the first few. */
  steps: number[];
  details: AnomalyDetails;
  /** A person wants to hear of no anomalies of this metric. */
  off: boolean;
}

export interface AnomalyDetails {
  /** The value before a spike, smoothed. */
  usual?: number;
  /** The best value, smoothed, before it diverged or came to a standstill, and the step where that was. */
  best?: number;
  bestStep?: number;
  /** The smoothed value at the step where a divergence or a plateau was found. */
  reached?: number;
  foundStep?: number;
}
