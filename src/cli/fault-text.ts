import { asFault, errorMessage, fillIn, withFix } from '../contract/errors.ts';

/** What went wrong and what to do about it, in one line. */
export function faultText(error: unknown): string {
  const { code, params } = asFault(error);
  const { text, fix } = errorMessage(code);
  return withFix(fillIn(text, params), fix && fillIn(fix, params));
}
