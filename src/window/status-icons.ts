import * as vscode from 'vscode';
import type { RunStatus } from '../contract/run.ts';

/** The icon of a run's page in its tab, which unlike a row of a tree takes files only. */
export function statusIconPath(extension: vscode.Uri, status: RunStatus): { light: vscode.Uri; dark: vscode.Uri } {
  const file = (theme: string) => vscode.Uri.joinPath(extension, 'media', 'status', `${status}-${theme}.svg`);
  return { light: file('light'), dark: file('dark') };
}
