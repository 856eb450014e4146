import { causeText, Fault } from '../../src/base/fault.ts';
import { errorMessage, withFix } from '../../src/contract/errors.ts';
import { t } from './l10n.ts';
import { visibleLines } from './text.ts';

/** The sentence of a failure in the user's language, with what to do about it. */
export function faultText(error: unknown): string {
  const failure = error instanceof Fault ? error : new Fault('internal', { message: causeText(error) });
  const { text, fix } = errorMessage(failure.code);
  const values = Object.fromEntries(Object.entries(failure.params).map(([name, value]) => [name, String(value)]));
  return visibleLines(withFix(t(text, values), fix && t(fix, values)));
}
