import { basename, join } from 'node:path';
import * as vscode from 'vscode';
import type { CodeChange, CodeComparison } from '../contract/code.ts';
import type { Backend } from './backend-process.ts';
import type { RunReference } from './experiments.ts';

export const codeScheme = 'trainyard-code';
type Version = 'commit' | 'recorded' | 'none';

/** Files as they were in a run's commit or when it started, as read-only documents, and what differs between them. */
export function createCodeDocuments(context: vscode.ExtensionContext, backend: Backend) {
  context.subscriptions.push(
    vscode.workspace.registerTextDocumentContentProvider(codeScheme, {
      async provideTextDocumentContent(uri, token) {
        const { folder, run, path, version } = referenceOf(uri);
        if (version === 'none') return '';
        const abort = new AbortController();
        token.onCancellationRequested(() => abort.abort());
        return backend.call('codeFile', { folder, run, path, version }, { signal: abort.signal });
      },
    }),
  );
  return {
    /** Opens VS Code's own view of what differs in one file, or in all of them. */
    async compare(reference: RunReference, name: string, between: CodeComparison, file: string | null): Promise<void> {
      const { root, files, more } = await vscode.window.withProgress(
        { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Comparing code…') },
        () => backend.call('codeChanges', { ...reference, between }),
      );
      const chosen = file === null ? files : files.filter(({ path }) => path === file);
      if (chosen.length === 0) {
        void vscode.window.showInformationMessage(
          between === 'workspace'
            ? vscode.l10n.t('The code in the workspace is what the run ran with.')
            : vscode.l10n.t('The run ran with the code of its commit.'),
        );
        return;
      }
      const side = (change: CodeChange, version: 'commit' | 'recorded' | 'workspace', there: boolean) =>
        version === 'workspace' && there
          ? vscode.Uri.file(join(root, change.path))
          : documentUri(reference, change.path, there && version !== 'workspace' ? version : 'none');
      const [left, right] =
        between === 'commit' ? (['commit', 'recorded'] as const) : (['recorded', 'workspace'] as const);
      const title = titleOf(name, between);
      const pairs = chosen.map((change) => {
        const [before, after] = [side(change, left, change.before), side(change, right, change.after)];
        return { label: vscode.Uri.file(join(root, change.path)), before, after };
      });
      const [only] = pairs;
      if (file !== null && only) {
        await vscode.commands.executeCommand('vscode.diff', only.before, only.after, `${basename(file)} — ${title}`);
        return;
      }
      const resources = pairs.map(({ label, before, after }) => [label, before, after]);
      await vscode.commands.executeCommand('vscode.changes', title, resources);
      if (more > 0) {
        void vscode.window.showInformationMessage(
          vscode.l10n.t('{0} files differ; the first {1} are shown.', files.length + more, files.length),
        );
      }
    },
  };
}

export type CodeDocuments = ReturnType<typeof createCodeDocuments>;

function titleOf(name: string, between: CodeComparison): string {
  return between === 'commit'
    ? vscode.l10n.t('{0}: commit ↔ recorded', name)
    : vscode.l10n.t('{0}: recorded ↔ workspace', name);
}

function documentUri({ folder, run }: RunReference, path: string, version: Version): vscode.Uri {
  return vscode.Uri.from({ scheme: codeScheme, path: `/${path}`, query: JSON.stringify([folder, run, version]) });
}

function referenceOf(uri: vscode.Uri): RunReference & { path: string; version: Version } {
  const [folder, run, version] = JSON.parse(uri.query) as [string, string, Version];
  return { folder, run, version, path: uri.path.slice(1) };
}
