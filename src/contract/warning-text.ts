import { fillIn } from './errors.ts';
import type { RunWarning } from './run.ts';
import { warningMessages } from './warnings.ts';

export function warningText({ code, params }: Pick<RunWarning, 'code' | 'params'>): string {
  const known: Record<string, string> = warningMessages;
  return fillIn(Object.hasOwn(known, code) ? (known[code] as string) : `${code} ${JSON.stringify(params)}`, params);
}
