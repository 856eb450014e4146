import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { fault } from '../contract/errors.ts';

/** Extensions that bring debugpy, and where in them it lies. */
const bundled: [id: string, ...path: string[]][] = [
  ['ms-python.debugpy', 'bundled', 'libs'],
  ['ms-python.python', 'python_files', 'lib', 'python'],
  ['ms-python.python', 'pythonFiles', 'lib', 'python'],
];
const question =
  'import importlib.util as u, os; print(os.path.dirname(os.path.dirname(u.find_spec("debugpy").origin)))';
const patience = 20_000;

/**
 * The folder that has debugpy in it: that of the Python extensions, else the interpreter's own.
 *
 * @throws `debugger-missing`
 */
export async function findDebugpy(python: string, cwd: string): Promise<string> {
  for (const [id, ...path] of bundled) {
    const extension = vscode.extensions.getExtension(id);
    const folder = extension && join(extension.extensionPath, ...path);
    if (folder && existsSync(join(folder, 'debugpy', 'adapter'))) return folder;
  }
  const answer = await new Promise<string>((resolve) => {
    const options = { encoding: 'utf8' as const, timeout: patience, windowsHide: true, cwd };
    execFile(python, ['-I', '-c', question], options, (error, stdout) => resolve(error ? '' : stdout.trim()));
  });
  if (!answer || !existsSync(join(answer, 'debugpy', 'adapter'))) throw fault('debugger-missing', { python });
  return answer;
}
