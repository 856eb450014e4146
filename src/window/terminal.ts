import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import * as vscode from 'vscode';
import { causeText } from '../base/fault.ts';
import type { Log } from '../base/log.ts';

/**
 * Makes `trainyard` a command of VS Code's terminals: a folder with two small files goes to the front of their PATH, which
 * run the command line with the host's own executable, so that a machine without Node has it too.
 */
export async function offerInTerminals(context: vscode.ExtensionContext, log: Log): Promise<void> {
  const variables = context.environmentVariableCollection;
  variables.description = vscode.l10n.t('Adds the command “trainyard”');
  if (!vscode.workspace.getConfiguration('trainyard').get<boolean>('terminalCommand')) return variables.delete('PATH');
  const folder = join(context.globalStorageUri.fsPath, 'bin');
  const script = join(context.extensionPath, 'bin', 'trainyard.js');
  const electron = process.versions.electron !== undefined;
  try {
    await mkdir(folder, { recursive: true });
    await writeChanged(join(folder, 'trainyard'), unixShim(process.execPath, script, electron));
    await writeChanged(join(folder, 'trainyard.cmd'), windowsShim(process.execPath, script, electron));
    variables.prepend('PATH', folder + delimiter);
  } catch (error) {
    variables.delete('PATH');
    log('warn', 'the terminal command could not be set up', { folder, error: causeText(error) });
  }
}

async function writeChanged(file: string, content: string): Promise<void> {
  const known = await readFile(file, 'utf8').catch(() => undefined);
  if (known === content) return;
  await writeFile(file, content);
  await chmod(file, 0o755);
}

function unixShim(executable: string, script: string, electron: boolean): string {
  const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
  const prefix = electron ? 'ELECTRON_RUN_AS_NODE=1 ' : '';
  return `#!/bin/sh\n${prefix}exec ${quoted(executable)} ${quoted(script)} "$@"\n`;
}

function windowsShim(executable: string, script: string, electron: boolean): string {
  const quoted = (text: string) => `"${text.replaceAll('%', '%%')}"`;
  const lines = ['@echo off', 'setlocal', ...(electron ? ['set ELECTRON_RUN_AS_NODE=1'] : [])];
  return [...lines, `${quoted(executable)} ${quoted(script)} %*`, ''].join('\r\n');
}
