import * as vscode from 'vscode';
import type { Backend } from './backend-process.ts';
import type { RunReference } from './experiments.ts';

export const outputScheme = 'trainyard-output';
/** More than this of the end of an output is not put into an editor. */
const mostBytes = 8_000_000;

/** A run's output as a read-only document that follows while the run goes on. */
export function createOutputDocuments(context: vscode.ExtensionContext, backend: Backend) {
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const shown = () => vscode.workspace.textDocuments.filter(({ uri }) => uri.scheme === outputScheme);
  context.subscriptions.push(
    changed,
    vscode.workspace.registerTextDocumentContentProvider(outputScheme, {
      onDidChange: changed.event,
      async provideTextDocumentContent(uri, token) {
        const abort = new AbortController();
        token.onCancellationRequested(() => abort.abort());
        const { folder, run } = referenceOf(uri);
        const page = await backend.call(
          'output',
          { folder, run, stream: 'both', tail: mostBytes, limit: mostBytes },
          { signal: abort.signal },
        );
        return page.chunks.map(({ text }) => text).join('');
      },
    }),
    {
      dispose: backend.onEvent('changed', ({ folder, runs }) => {
        for (const { uri } of shown()) {
          const reference = referenceOf(uri);
          if (reference.folder === folder && runs.includes(reference.run)) changed.fire(uri);
        }
      }),
    },
  );
  return {
    async show(reference: RunReference, name: string): Promise<void> {
      const file = `${name.replace(/[^\p{L}\p{N}._ -]+/gu, '_').slice(0, 60)}.log`;
      const uri = vscode.Uri.from({
        scheme: outputScheme,
        path: `/${file}`,
        query: JSON.stringify([reference.folder, reference.run]),
      });
      const document = await vscode.workspace.openTextDocument(uri);
      await vscode.languages.setTextDocumentLanguage(document, 'log');
      const editor = await vscode.window.showTextDocument(document, { preview: true });
      const end = document.lineAt(document.lineCount - 1).range.end;
      editor.revealRange(new vscode.Range(end, end));
    },
  };
}

function referenceOf(uri: vscode.Uri): RunReference {
  const [folder, run] = JSON.parse(uri.query) as [string, string];
  return { folder, run };
}
