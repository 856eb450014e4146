import * as vscode from 'vscode';
import type { PythonExtension } from './python-extension.ts';

/** Which Python the window asks for, and who decided that. */
export interface ChosenPython {
  path: string;
  from: 'setting' | 'extension';
}

/** The setting, else what the Python extension has chosen. Undefined: whichever is found in the folder and on the PATH. */
export async function chosenPython(extension: PythonExtension, folder: string): Promise<ChosenPython | undefined> {
  const settings = vscode.workspace.getConfiguration('trainyard', vscode.Uri.file(folder));
  const setting = settings.get<string>('python');
  if (setting) return { path: setting, from: 'setting' };
  const found = await extension.chosen(folder);
  return found && { path: found.path, from: 'extension' };
}
