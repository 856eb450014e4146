import { basename, join } from 'node:path';
import * as vscode from 'vscode';
import { fault } from '../contract/errors.ts';
import type { Backend } from './backend-process.ts';
import type { ChosenRun } from './run-picker.ts';
import { oneLine, wholeNumber } from './tree-items.ts';
import { requireTrust } from './trust.ts';
import { withBackendProgress } from './with-progress.ts';

/**
 * Writes everything of runs into a folder of its own, in open formats; asks where, unless it is said. Runs of several stores get a
 * folder each. Answers the folder.
 */
export async function exportRuns(
  backend: Backend,
  runs: readonly ChosenRun[],
  given: string | undefined,
): Promise<string | undefined> {
  for (const { folder } of runs) requireTrust(folder);
  const ended = runs.filter(({ status }) => status !== 'running' && status !== 'queued');
  const [first] = ended;
  if (!first) throw fault('run-running', { run: runs[0]?.run ?? '' });
  const target = given ?? (await askWhere(first, ended.length));
  if (target === undefined) return undefined;
  const folders = [...new Set(ended.map(({ folder }) => folder))];
  const title =
    ended.length === 1
      ? vscode.l10n.t('Exporting “{name}”', { name: oneLine(first.name, 60) })
      : vscode.l10n.t('Exporting {count} runs', { count: wholeNumber(ended.length) });
  await withBackendProgress(backend, title, async (work, options) => {
    for (const folder of folders) {
      const [id, ...others] = ended.filter((run) => run.folder === folder).map(({ run }) => run);
      if (id === undefined) continue;
      const path = folders.length === 1 ? target : join(target, `${folders.indexOf(folder) + 1}-${basename(folder)}`);
      await backend.call('exportRuns', { folder, runs: [id, ...others], path, work }, options);
    }
  });
  void tell(target, ended.length, runs.length - ended.length);
  return target;
}

/** A new folder inside the one that the person chooses, or that one where nothing is in it. */
async function askWhere(first: ChosenRun, count: number): Promise<string | undefined> {
  const [chosen] =
    (await vscode.window.showOpenDialog({
      title: vscode.l10n.t('Export Runs'),
      openLabel: vscode.l10n.t('Export Here'),
      defaultUri: vscode.Uri.file(first.folder),
      canSelectFiles: false,
      canSelectFolders: true,
    })) ?? [];
  if (!chosen) return undefined;
  const names = new Set((await vscode.workspace.fs.readDirectory(chosen)).map(([name]) => name.toLowerCase()));
  if (names.size === 0) return chosen.fsPath;
  const day = new Date().toISOString().slice(0, 10);
  const stem = count === 1 ? `${fileName(first.name)}-${day}` : `runs-${day}`;
  let name = `trainyard-${stem}`;
  for (let next = 2; names.has(name.toLowerCase()); next++) name = `trainyard-${stem}-${next}`;
  return join(chosen.fsPath, name);
}

function fileName(text: string): string {
  return (
    text
      .replace(/[^\p{L}\p{N}._-]+/gu, '_')
      .replace(/^\.+|\.+$/g, '')
      .slice(0, 60) || 'run'
  );
}

async function tell(folder: string, done: number, left: number): Promise<void> {
  const open = vscode.l10n.t('Open Folder');
  const text =
    done === 1
      ? vscode.l10n.t('1 run was exported to {folder}.', { folder })
      : vscode.l10n.t('{count} runs were exported to {folder}.', { count: wholeNumber(done), folder });
  const others =
    left > 0
      ? ` ${vscode.l10n.t('Left out, because they have not ended: {count}.', { count: wholeNumber(left) })}`
      : '';
  if ((await vscode.window.showInformationMessage(text + others, open)) === open) await showFolder(folder);
}

/** In the system's own file manager where that is at hand, else in the explorer, else in a window of its own. */
async function showFolder(folder: string): Promise<void> {
  const place = vscode.Uri.file(folder);
  const far = vscode.env.uiKind === vscode.UIKind.Web || vscode.env.remoteName !== undefined;
  if (!far) await vscode.commands.executeCommand('revealFileInOS', place);
  else if (vscode.workspace.getWorkspaceFolder(place)) await vscode.commands.executeCommand('revealInExplorer', place);
  else await vscode.commands.executeCommand('vscode.openFolder', place, { forceNewWindow: true });
}
