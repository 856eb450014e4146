import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { ImportReport } from '../contract/imports.ts';
import { askForFolder } from './ask-for-folder.ts';
import type { Backend } from './backend-process.ts';
import { withoutLinks } from './markdown.ts';
import { requireTrust } from './trust.ts';
import { patience } from './with-progress.ts';

/** Imports a folder of TensorBoard's logs into the store of a workspace folder; asks for it where none is given. */
export async function importLogs(
  backend: Backend,
  into: vscode.WorkspaceFolder,
  chosen?: vscode.Uri,
): Promise<ImportReport | undefined> {
  const folder = into.uri.fsPath;
  requireTrust(folder);
  const path = (chosen ?? (await askForFolder(vscode.l10n.t('Import TensorBoard Logs'), into.uri)))?.fsPath;
  if (path === undefined) return undefined;
  const title = vscode.l10n.t('Importing {folder}…', { folder: basename(path) });
  const location = vscode.ProgressLocation.Notification;
  const report = await vscode.window.withProgress({ location, title, cancellable: true }, (_progress, cancelled) => {
    const broken = new AbortController();
    cancelled.onCancellationRequested(() => broken.abort());
    return backend.call('importLogs', { folder, path }, { signal: broken.signal, deadline: patience });
  });
  void tell(report);
  return report;
}

async function tell({ imported, updated, unchanged, problems }: ImportReport): Promise<void> {
  const counts = {
    imported: String(imported.length),
    updated: String(updated.length),
    unchanged: String(unchanged),
  };
  const done = vscode.l10n.t(
    'Runs imported: {imported}; brought up to date: {updated}; unchanged: {unchanged}.',
    counts,
  );
  const [first] = problems;
  if (!first) {
    await vscode.window.showInformationMessage(done);
    return;
  }
  const problem = first.problem ?? vscode.l10n.t('no event can be read');
  const left = vscode.l10n.t('Folders that could not be read: {count}. The first is {folder}: {problem}', {
    count: String(problems.length),
    folder: first.folder,
    problem,
  });
  await vscode.window.showWarningMessage(withoutLinks(`${done} ${left}`));
}
