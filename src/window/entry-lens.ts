import * as vscode from 'vscode';
import { entryLine } from './script-entry.ts';

/** Links above the place where a script starts, that run it and debug it. */
export function offerOverEntry(context: vscode.ExtensionContext): void {
  const settings = () => vscode.workspace.getConfiguration('trainyard');
  const changed = new vscode.EventEmitter<void>();
  context.subscriptions.push(
    changed,
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('trainyard.codeLens')) changed.fire();
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => changed.fire()),
    vscode.languages.registerCodeLensProvider(
      { language: 'python', scheme: 'file' },
      {
        onDidChangeCodeLenses: changed.event,
        provideCodeLenses(document) {
          if (!settings().get<boolean>('codeLens') || !vscode.workspace.isTrusted) return [];
          const line = entryLine(document.getText(), document.uri.fsPath);
          if (line === undefined) return [];
          const lens = (command: string, icon: string, title: string) =>
            new vscode.CodeLens(new vscode.Range(line, 0, line, 0), {
              command,
              title: `$(${icon}) ${title}`,
              arguments: [document.uri],
            });
          return [
            lens('trainyard.runScript', 'play', vscode.l10n.t('Run with Trainyard')),
            lens('trainyard.debugScript', 'debug-alt', vscode.l10n.t('Debug with Trainyard')),
          ];
        },
      },
    ),
  );
}
