import * as vscode from 'vscode';
import { fault } from '../contract/errors.ts';

/** In a window that is not trusted nothing is started and nothing is written. */
export function requireTrust(folder: string): void {
  if (!vscode.workspace.isTrusted) throw fault('untrusted', { folder });
}
