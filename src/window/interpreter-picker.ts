import * as vscode from 'vscode';
import type { Interpreter } from '../contract/arguments.ts';
import type { Backend } from './backend-process.ts';
import { pick } from './quick-pick.ts';

type Item = vscode.QuickPickItem & { choice?: { path: string | null } };

/** Asks for an interpreter. `path: null`: whichever is found; undefined: nothing was chosen. */
export async function pickInterpreter(backend: Backend, folder: string): Promise<{ path: string | null } | undefined> {
  const browse: Item = {
    label: vscode.l10n.t('Another interpreter…'),
    iconPath: new vscode.ThemeIcon('folder-opened'),
  };
  const automatic: Item = {
    label: vscode.l10n.t('Automatic'),
    description: vscode.l10n.t('the folder’s environment, else Python on the PATH'),
    iconPath: new vscode.ThemeIcon('wand'),
    choice: { path: null },
  };
  const found = backend
    .call('interpreters', { folder }, { deadline: 60_000 })
    .then((interpreters) => [automatic, ...interpreters.map(interpreterItem), browse]);
  const picked = await pick<Item>({
    title: vscode.l10n.t('Python Interpreter'),
    placeholder: vscode.l10n.t('Which Python shall run the training?'),
    items: found,
  });
  if (picked?.kind !== 'item') return undefined;
  if (picked.item.choice) return picked.item.choice;
  const [file] = (await vscode.window.showOpenDialog({ title: vscode.l10n.t('Python Interpreter') })) ?? [];
  return file && { path: file.fsPath };
}

function interpreterItem(interpreter: Interpreter): Item {
  return {
    label: `Python ${interpreter.version}`,
    description: interpreter.path,
    detail: sourceText(interpreter.source),
    iconPath: new vscode.ThemeIcon('symbol-misc'),
    choice: { path: interpreter.path },
  };
}

function sourceText(source: Interpreter['source']): string {
  switch (source) {
    case 'asked':
      return vscode.l10n.t('chosen in the settings');
    case 'venv':
      return vscode.l10n.t('virtual environment');
    case 'conda':
      return vscode.l10n.t('conda environment');
    case 'pyenv':
      return vscode.l10n.t('pyenv');
    case 'path':
      return vscode.l10n.t('on the PATH');
  }
}

/** The command: writes the choice into the folder's settings. */
export async function chooseInterpreter(backend: Backend, folder: vscode.WorkspaceFolder): Promise<void> {
  const chosen = await pickInterpreter(backend, folder.uri.fsPath);
  if (!chosen) return;
  const settings = vscode.workspace.getConfiguration('trainyard', folder);
  const target = vscode.ConfigurationTarget.Workspace;
  await settings.update('python', chosen.path ?? undefined, target);
}
