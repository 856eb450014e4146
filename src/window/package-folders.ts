import { dirname } from 'node:path';
import * as vscode from 'vscode';

const someoneElses = '**/{.venv,venv,env,site-packages,node_modules,.tox,.git,.trainyard}/**';
const most = 200;

/** Tells menus which folders are packages that can be run: those with a `__main__.py`. */
export function offerPackages(context: vscode.ExtensionContext): void {
  const look = async () => {
    const found = await vscode.workspace.findFiles('**/__main__.py', someoneElses, most);
    const folders = found.map(({ path }) => dirname(path));
    await vscode.commands.executeCommand('setContext', 'trainyard.packages', folders);
  };
  const watcher = vscode.workspace.createFileSystemWatcher('**/__main__.py', false, true, false);
  const again = () => void look();
  context.subscriptions.push(
    watcher,
    watcher.onDidCreate(again),
    watcher.onDidDelete(again),
    vscode.workspace.onDidChangeWorkspaceFolders(again),
  );
  again();
}
