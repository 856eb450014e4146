import * as vscode from 'vscode';

/** Lets a person choose a folder to import from; undefined where they choose none. */
export async function askForFolder(title: string, defaultUri: vscode.Uri): Promise<vscode.Uri | undefined> {
  const [folder] =
    (await vscode.window.showOpenDialog({
      title,
      openLabel: vscode.l10n.t('Import'),
      defaultUri,
      canSelectFiles: false,
      canSelectFolders: true,
    })) ?? [];
  return folder;
}
