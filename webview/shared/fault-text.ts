import { paramTexts } from '../../src/base/fault.ts';
import { asFault, errorMessage, withFix } from '../../src/contract/errors.ts';
import { t } from './l10n.ts';
import { visibleLines } from './text.ts';

/** The sentence of a failure in the user's language, with what to do about it. */
export function faultText(error: unknown): string {
  const failure = asFault(error);
  const { text, fix } = errorMessage(failure.code);
  const values = paramTexts(failure.params);
  return visibleLines(withFix(t(text, values), fix && t(fix, values)));
}
