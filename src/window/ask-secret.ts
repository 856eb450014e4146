import * as vscode from 'vscode';
import { fault } from '../contract/errors.ts';

/** @throws `cancelled` where the person leaves */
export async function askSecret(name: string): Promise<string> {
  const value = await vscode.window.showInputBox({
    title: name,
    prompt: vscode.l10n.t('The run had a secret here, which was not recorded. It is not shown, and not remembered.'),
    password: true,
    ignoreFocusOut: true,
  });
  if (value === undefined) throw fault('cancelled');
  return value;
}
