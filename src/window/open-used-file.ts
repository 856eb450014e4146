import { join } from 'node:path';
import * as vscode from 'vscode';
import { fault } from '../contract/errors.ts';
import type { RunPageCalls } from '../contract/panel.ts';
import type { RunDetails, UsedFile } from '../contract/run.ts';
import { oneLine } from './tree-items.ts';

/**
 * Opens what a run read or wrote, or shows where it lies. Where the file is gone or was changed, the copy that the run kept is
 * shown instead.
 */
export async function openUsedFile(
  run: RunDetails,
  { access, path, how }: RunPageCalls['openUsedFile']['input'],
): Promise<void> {
  const file = (access === 'read' ? run.inputs : run.outputs).find((one) => one.path === path);
  if (!file) throw fault('bad-input', { what: 'path', problem: 'expected a file of the run' });
  const { uri, note } = await placeOf(run, file);
  const isFolder = ((await lookAt(uri))?.type ?? 0) & vscode.FileType.Directory;
  if (how === 'reveal' || isFolder) await reveal(uri);
  else await vscode.commands.executeCommand('vscode.open', uri, { viewColumn: vscode.ViewColumn.One, preview: true });
  if (note !== undefined) void vscode.window.showInformationMessage(note);
}

async function placeOf(run: RunDetails, file: UsedFile): Promise<{ uri: vscode.Uri; note?: string }> {
  const uri = vscode.Uri.file(file.path);
  const found = await lookAt(uri);
  const isSame = found !== undefined && (file.files !== null || isAsRecorded(found, file));
  if (isSame) return { uri };
  const name = oneLine(file.path, 80);
  if (file.kept !== null) {
    const copy = vscode.Uri.file(join(run.directory, file.kept));
    if (await lookAt(copy)) {
      const note = found
        ? vscode.l10n.t('{0} has changed since; this is the copy that the run kept.', name)
        : vscode.l10n.t('{0} is not there any more; this is the copy that the run kept.', name);
      return { uri: copy, note };
    }
  }
  if (!found) throw fault('used-file-gone', { path: name });
  if (file.bytes === null) return { uri };
  return { uri, note: vscode.l10n.t('{0} has changed since the run used it.', name) };
}

/** VS Code tells times in milliseconds. */
function isAsRecorded({ size, mtime }: vscode.FileStat, { bytes, modified }: UsedFile): boolean {
  return size === bytes && modified !== null && Math.abs(mtime - modified / 1_000) < 2;
}

async function lookAt(uri: vscode.Uri): Promise<vscode.FileStat | undefined> {
  try {
    return await vscode.workspace.fs.stat(uri);
  } catch (error) {
    if (error instanceof vscode.FileSystemError) return undefined;
    throw error;
  }
}

async function reveal(uri: vscode.Uri): Promise<void> {
  const isRemote = vscode.env.uiKind === vscode.UIKind.Web || vscode.env.remoteName !== undefined;
  if (isRemote && !vscode.workspace.getWorkspaceFolder(uri))
    throw fault('used-file-outside', { path: oneLine(uri.fsPath, 80) });
  await vscode.commands.executeCommand(isRemote ? 'revealInExplorer' : 'revealFileInOS', uri);
}
