import { shortNumber } from '../base/short-number.ts';
import type { Anomaly } from './anomaly.ts';
import { anomalyMessage } from './anomaly-messages.ts';
import { fillIn } from './errors.ts';

const whole = new Set(['step', 'bestStep', 'foundStep', 'count']);

export function anomalyText(anomaly: Anomaly): string {
  const { text, values } = anomalyMessage(anomaly);
  const shown = Object.entries(values).map(([name, value]): [string, string] => [
    name,
    typeof value === 'string' || whole.has(name) ? String(value) : shortNumber(value),
  ]);
  return fillIn(text, Object.fromEntries(shown));
}
