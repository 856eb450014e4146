import type { ParameterValue } from '../../src/contract/journal.ts';

/** A parameter as text: strings as they are, the rest as JSON. */
export function parameterText(value: ParameterValue, indent = 0): string {
  return typeof value === 'string' ? value : (JSON.stringify(value, null, indent) ?? '');
}
