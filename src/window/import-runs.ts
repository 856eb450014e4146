import { basename } from 'node:path';
import * as vscode from 'vscode';
import { Fault } from '../base/fault.ts';
import type { RunImport } from '../contract/export.ts';
import { askForFolder } from './ask-for-folder.ts';
import type { Backend } from './backend-process.ts';
import type { Experiments } from './experiments.ts';
import { oneLine, wholeNumber } from './tree-items.ts';
import { requireTrust } from './trust.ts';
import { withBackendProgress } from './with-progress.ts';

interface Parts {
  backend: Backend;
  experiments: Experiments;
}

/** Takes the runs of an exported folder into the store of a workspace folder; asks for it where none is given. */
export async function importRuns(
  { backend, experiments }: Parts,
  into: vscode.WorkspaceFolder,
  chosen?: vscode.Uri,
): Promise<RunImport | undefined> {
  const folder = into.uri.fsPath;
  requireTrust(folder);
  const path = (chosen ?? (await askForFolder(vscode.l10n.t('Import Runs'), into.uri)))?.fsPath;
  if (path === undefined) return undefined;
  const title = vscode.l10n.t('Importing {folder}…', { folder: basename(path) });
  try {
    const done = await withBackendProgress(backend, title, (work, options) =>
      backend.call('importRuns', { folder, path, work }, options),
    );
    void tell(folder, done);
    return done;
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'cancelled') throw error;
    const text = vscode.l10n.t('The import was broken off. What was imported by then stays; import again to go on.');
    void vscode.window.showInformationMessage(text);
    return undefined;
  } finally {
    await experiments.refresh(folder);
  }
}

async function tell(folder: string, { imported, unchanged }: RunImport): Promise<void> {
  const counts = { imported: wholeNumber(imported.length), unchanged: wholeNumber(unchanged) };
  const [first] = imported;
  const text =
    first && imported.length === 1
      ? vscode.l10n.t('“{name}” was imported.', { name: oneLine(first.name, 60) })
      : vscode.l10n.t('Runs imported: {imported}; here already: {unchanged}.', counts);
  const open = vscode.l10n.t('Open Run');
  const chosen = await vscode.window.showInformationMessage(text, ...(first && imported.length === 1 ? [open] : []));
  if (chosen === open && first) await vscode.commands.executeCommand('trainyard.openRun', { folder, run: first.id });
}
