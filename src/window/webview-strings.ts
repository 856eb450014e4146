import * as vscode from 'vscode';

/** The strings of the window's language, for its pages; none where it is English. */
export function webviewStrings(): Record<string, string> {
  const { bundle } = vscode.l10n;
  return bundle ? { ...bundle } : {};
}
