import * as vscode from 'vscode';
import type { Anomaly } from '../contract/anomaly.ts';
import { anomalyMessage } from '../contract/anomaly-messages.ts';
import { shortNumber } from './format.ts';
import { oneLine, wholeNumber } from './tree-items.ts';

const whole = new Set(['step', 'bestStep', 'foundStep', 'count']);

/** The sentence of an anomaly in the user's language. */
export function anomalyText(anomaly: Anomaly): string {
  const { text, values } = anomalyMessage(anomaly);
  const shown = Object.entries(values).map(([name, value]): [string, string] => {
    if (typeof value === 'string') return [name, oneLine(value, 80)];
    return [name, whole.has(name) ? wholeNumber(value) : shortNumber(value)];
  });
  return vscode.l10n.t(text, Object.fromEntries(shown));
}
