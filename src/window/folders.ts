import * as vscode from 'vscode';
import type { Client } from '../base/rpc.ts';
import type { Api, FolderState } from '../contract/api.ts';
import type { Backend } from './backend-process.ts';
import type { Messages } from './messages.ts';

/** The folders of the window, and what the backend says about the store of each. */
export interface Folders {
  readonly states: readonly FolderState[];
  /** Tells the backend which folders there are. Resolves when it has answered. */
  open(call?: Client<Api>['call']): Promise<void>;
  /** Some folder has a store already. */
  anyStore(): Promise<boolean>;
  find(path: string): vscode.WorkspaceFolder | undefined;
  onChange: vscode.Event<void>;
}

export function workspaceFolders(): readonly vscode.WorkspaceFolder[] {
  return (vscode.workspace.workspaceFolders ?? []).filter((folder) => folder.uri.scheme === 'file');
}

export function followFolders(context: vscode.ExtensionContext, backend: Backend, messages: Messages): Folders {
  const changed = new vscode.EventEmitter<void>();
  let states: readonly FolderState[] = [];
  const take = (fresh: readonly FolderState[]) => {
    states = fresh;
    changed.fire();
  };
  const folders: Folders = {
    get states() {
      return states;
    },
    async open(call = backend.call) {
      const input = workspaceFolders().map(({ uri, name }) => ({
        path: uri.fsPath,
        name,
        trusted: vscode.workspace.isTrusted,
      }));
      take(await call('open', { folders: input }));
    },
    async anyStore() {
      const found = await Promise.allSettled(
        workspaceFolders().map(({ uri }) => vscode.workspace.fs.stat(vscode.Uri.joinPath(uri, '.trainyard'))),
      );
      return found.some(({ status }) => status === 'fulfilled');
    },
    find: (path) => workspaceFolders().find(({ uri }) => uri.fsPath === path),
    onChange: changed.event,
  };
  const again = () => {
    if (backend.state !== 'idle') void messages.attempt(() => folders.open());
  };
  context.subscriptions.push(
    changed,
    { dispose: backend.onEvent('folders', take) },
    vscode.workspace.onDidChangeWorkspaceFolders(again),
    vscode.workspace.onDidGrantWorkspaceTrust(again),
  );
  return folders;
}
