import * as vscode from 'vscode';

const mainGuard = /^if\s+__name__\s*==\s*(?:"__main__"|'__main__')\s*:/m;

/** A link above `if __name__ == "__main__":` that runs the script. */
export function offerOverMainGuard(context: vscode.ExtensionContext): void {
  const settings = () => vscode.workspace.getConfiguration('trainyard');
  const changed = new vscode.EventEmitter<void>();
  context.subscriptions.push(
    changed,
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('trainyard.codeLens')) changed.fire();
    }),
    vscode.languages.registerCodeLensProvider(
      { language: 'python', scheme: 'file' },
      {
        onDidChangeCodeLenses: changed.event,
        provideCodeLenses(document) {
          if (!settings().get<boolean>('codeLens')) return [];
          const found = mainGuard.exec(document.getText());
          if (!found) return [];
          const place = document.positionAt(found.index);
          const command = {
            command: 'trainyard.runScript',
            title: `$(play) ${vscode.l10n.t('Run with Trainyard')}`,
            arguments: [document.uri],
          };
          return [new vscode.CodeLens(new vscode.Range(place, place), command)];
        },
      },
    ),
  );
}
