import { homedir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { fault } from '../contract/errors.ts';
import type { Backend } from './backend-process.ts';
import type { RunReference } from './experiments.ts';

/** Asks where to, and writes there what the page has drawn. Answers whether it was written. */
export async function saveChart(
  { folder }: RunReference,
  chart: { name: string; format: 'png' | 'svg'; content: string },
): Promise<boolean> {
  const { name, format, content } = chart;
  const target = await askWhere(folder, name, format);
  if (!target) return false;
  await vscode.workspace.fs.writeFile(target, Buffer.from(content, format === 'png' ? 'base64' : 'utf8'));
  offerToOpen(target);
  return true;
}

/** As `saveChart`, with every point of a metric. The backend writes, so that millions of points do not hold up the window. */
export async function savePoints(
  backend: Backend,
  reference: RunReference,
  metric: { name: string; kind: 'logged' | 'system' },
): Promise<boolean> {
  const target = await askWhere(reference.folder, metric.name, 'csv');
  if (!target) return false;
  if (target.scheme !== 'file') {
    throw fault('bad-input', { what: target.toString(true), problem: 'points are only written to files of the disk' });
  }
  await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t('Writing {0}…', target.fsPath),
      cancellable: true,
    },
    (_progress, token) => {
      const abort = new AbortController();
      token.onCancellationRequested(() => abort.abort());
      return backend.call(
        'exportPoints',
        { ...reference, ...metric, path: target.fsPath },
        { signal: abort.signal, deadline: 600_000 },
      );
    },
  );
  offerToOpen(target);
  return true;
}

async function askWhere(folder: string, name: string, extension: string): Promise<vscode.Uri | undefined> {
  const file = `${name.replace(/[^\p{L}\p{N}._ -]+/gu, '_').slice(0, 80)}.${extension}`;
  const start = vscode.workspace.workspaceFolders?.length ? folder : homedir();
  return vscode.window.showSaveDialog({
    defaultUri: vscode.Uri.file(join(start, file)),
    filters: { [extension.toUpperCase()]: [extension] },
  });
}

function offerToOpen(target: vscode.Uri): void {
  const open = vscode.l10n.t('Open');
  void vscode.window.showInformationMessage(vscode.l10n.t('Saved as {0}', target.fsPath), open).then((choice) => {
    if (choice === open) void vscode.commands.executeCommand('vscode.open', target);
  });
}
