import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { delimiter, dirname, join, relative, sep } from 'node:path';
import process from 'node:process';
import * as vscode from 'vscode';
import { storedPath } from '../base/files.ts';
import type { RunTarget } from '../contract/run-file.ts';
import { joinCommandLine } from './command-line.ts';
import { workspaceFolders } from './folders.ts';

/** What is to be run, before its arguments are known. */
export interface Chosen {
  folder: string;
  target: RunTarget;
  env?: Record<string, string>;
}

export function titleOf(target: RunTarget): string {
  switch (target.kind) {
    case 'module':
      return `-m ${target.module}`;
    case 'program':
      return joinCommandLine(target.argv);
    default:
      return target.path;
  }
}

export function scriptTarget(path: string): RunTarget {
  return path.endsWith('.ipynb') ? { kind: 'notebook', path } : { kind: 'script', path };
}

export function isRunnable(file: string): boolean {
  return file.endsWith('.py') || file.endsWith('.ipynb');
}

/**
 * The target of a file, or of a folder that is a package with a `__main__.py`: in the workspace folder that it lies in, else in
 * the window's first one. Undefined where no folder is open.
 */
export function targetOf(file: vscode.Uri): Chosen | undefined {
  const home = vscode.workspace.getWorkspaceFolder(file) ?? workspaceFolders()[0];
  if (!home || file.scheme !== 'file') return undefined;
  const folder = home.uri.fsPath;
  if (statSync(file.fsPath, { throwIfNoEntry: false })?.isDirectory()) return packageTarget(folder, file.fsPath);
  const path = storedPath(folder, file.fsPath);
  return { folder, target: path.endsWith('.sh') ? shellTarget(file.fsPath, path) : scriptTarget(path) };
}

/** A shell script that may be executed says itself by which shell. */
function shellTarget(file: string, path: string): RunTarget {
  try {
    accessSync(file, constants.X_OK);
    return { kind: 'program', argv: [path === file ? path : `.${sep}${path}`] };
  } catch {
    return { kind: 'program', argv: ['bash', path] };
  }
}

/** `python -m` from where Python would find the package: the first folder above it that is no package itself. */
function packageTarget(folder: string, path: string): Chosen {
  let top = dirname(path);
  while (top !== folder && existsSync(join(top, '__init__.py'))) top = dirname(top);
  const names = relative(top, path).split(sep);
  if (!names.every((name) => /^[\p{L}_][\p{L}\p{N}_]*$/u.test(name))) {
    return { folder, target: scriptTarget(storedPath(folder, join(path, '__main__.py'))) };
  }
  const target: RunTarget = { kind: 'module', module: names.join('.') };
  if (top === folder) return { folder, target };
  const { PYTHONPATH } = process.env;
  return { folder, target, env: { PYTHONPATH: PYTHONPATH ? `${top}${delimiter}${PYTHONPATH}` : top } };
}

/** What a menu, a lens or a key was invoked on: a file, a notebook in its editor, or whatever is in the active editor. */
export function invokedOn(given: unknown): vscode.Uri | undefined {
  if (given instanceof vscode.Uri) return given;
  const notebook: unknown = Reflect.get(Object(Reflect.get(Object(given), 'notebookEditor')), 'notebookUri');
  if (notebook instanceof vscode.Uri) return notebook;
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  if (input instanceof vscode.TabInputNotebook) return input.uri;
  return vscode.window.activeTextEditor?.document.uri ?? vscode.window.activeNotebookEditor?.notebook.uri;
}
