import { isAbsolute, resolve } from 'node:path';
import * as vscode from 'vscode';
import { fault } from '../contract/errors.ts';

/** Opens a file that a run names, at a line that counts from 1. */
export async function openRunFile(folder: string, file: string, line: number | null): Promise<void> {
  const path = isAbsolute(file) ? file : resolve(folder, file);
  const uri = vscode.Uri.file(path);
  const found = await vscode.workspace.fs.stat(uri).then(
    ({ type }) => (type & vscode.FileType.File) !== 0,
    () => false,
  );
  if (!found) throw fault('script-missing', { file, cwd: folder });
  const at = new vscode.Position(Math.max(0, (line ?? 1) - 1), 0);
  await vscode.window.showTextDocument(uri, {
    viewColumn: vscode.ViewColumn.One,
    preview: true,
    ...(line === null ? {} : { selection: new vscode.Range(at, at) }),
  });
}
