import * as vscode from 'vscode';
import type { Interpreter } from '../contract/arguments.ts';
import type { Backend } from './backend-process.ts';
import type { KnownPython, PythonExtension } from './python-extension.ts';
import { pick } from './quick-pick.ts';

interface InterpreterParts {
  backend: Backend;
  python: PythonExtension;
}

type Item = vscode.QuickPickItem & { choice?: { path: string | null } };

/** Asks for an interpreter. `path: null`: whichever is found; undefined: nothing was chosen. */
export async function pickInterpreter(
  { backend, python }: InterpreterParts,
  folder: string,
): Promise<{ path: string | null } | undefined> {
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
  const found = Promise.all([
    backend.call('interpreters', { folder }, { deadline: 60_000 }),
    python.chosen(folder),
    python.all(),
  ]).then(([own, chosen, all]) => {
    const listed = new Set([...own.map(({ path }) => path), chosen?.path]);
    return [
      automatic,
      ...(chosen ? [knownItem(chosen, vscode.l10n.t('chosen in the Python extension'))] : []),
      ...own.filter(({ path }) => path !== chosen?.path).map(interpreterItem),
      ...all
        .filter(({ path }) => !listed.has(path))
        .map((one) => knownItem(one, vscode.l10n.t('known to the Python extension'))),
      browse,
    ];
  });
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

function knownItem({ path, version, name }: KnownPython, detail: string): Item {
  return {
    label: ['Python', version].filter(Boolean).join(' '),
    description: path,
    detail: [name, detail].filter(Boolean).join(' · '),
    iconPath: new vscode.ThemeIcon('symbol-misc'),
    choice: { path },
  };
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

export function sourceText(source: Interpreter['source']): string {
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
export async function chooseInterpreter(parts: InterpreterParts, folder: vscode.WorkspaceFolder): Promise<void> {
  const chosen = await pickInterpreter(parts, folder.uri.fsPath);
  if (!chosen) return;
  const settings = vscode.workspace.getConfiguration('trainyard', folder);
  const target = vscode.ConfigurationTarget.Workspace;
  await settings.update('python', chosen.path ?? undefined, target);
}
