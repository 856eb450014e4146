import * as vscode from 'vscode';
import type { Backend } from './backend-process.ts';
import type { Experiments } from './experiments.ts';
import { createExperimentsTree, type ExperimentsTree, type TreeNode } from './experiments-tree.ts';
import type { Folders } from './folders.ts';
import type { Messages } from './messages.ts';

export interface ExperimentsView {
  tree: ExperimentsTree;
  view: vscode.TreeView<TreeNode>;
}

const runningTick = 5_000;
const ageTick = 60_000;

export function showExperiments(
  context: vscode.ExtensionContext,
  backend: Backend,
  experiments: Experiments,
  folders: Folders,
  messages: Messages,
): ExperimentsView {
  const tree = createExperimentsTree(experiments, folders);
  const view = vscode.window.createTreeView('trainyard.experiments', {
    treeDataProvider: tree,
    canSelectMany: true,
    showCollapseAll: true,
  });
  const drawBadge = () => {
    const count = experiments.running().length;
    const tooltip =
      count === 1 ? vscode.l10n.t('1 training is running') : vscode.l10n.t('{count} trainings are running', { count });
    view.badge = count > 0 ? { value: count, tooltip } : undefined;
  };
  const show = () => {
    if (backend.state !== 'idle') return;
    const location = { viewId: 'trainyard.experiments' };
    void vscode.window.withProgress({ location }, () => messages.attempt(() => folders.open()));
  };
  const ticks = [
    setInterval(() => view.visible && tree.tick(true), runningTick),
    setInterval(() => view.visible && tree.tick(false), ageTick),
  ];
  context.subscriptions.push(
    view,
    { dispose: experiments.onChange(drawBadge) },
    {
      dispose() {
        for (const tick of ticks) clearInterval(tick);
      },
    },
    view.onDidChangeVisibility(({ visible }) => {
      if (visible) show();
    }),
  );
  if (view.visible) show();
  return { tree, view };
}
