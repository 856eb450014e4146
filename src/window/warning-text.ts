import * as vscode from 'vscode';
import { paramTexts } from '../base/fault.ts';
import type { RunWarning } from '../contract/run.ts';
import { warningMessages } from '../contract/warnings.ts';

/** The sentence of a warning in the user's language. */
export function warningText({ code, params }: Pick<RunWarning, 'code' | 'params'>): string {
  const known: Record<string, string> = warningMessages;
  const text = Object.hasOwn(known, code) ? known[code] : undefined;
  return text === undefined ? `${code} ${JSON.stringify(params)}` : vscode.l10n.t(text, paramTexts(params));
}
