import * as vscode from 'vscode';
import type { KeptArrangement } from './arrangement.ts';
import type { Backend } from './backend-process.ts';
import type { Experiments } from './experiments.ts';
import { createExperimentsTree, type ExperimentsTree, type TreeNode } from './experiments-tree.ts';
import type { Folders } from './folders.ts';
import type { Messages } from './messages.ts';
import { oneLine, wholeNumber } from './tree-items.ts';

export interface ExperimentsView {
  tree: ExperimentsTree;
  view: vscode.TreeView<TreeNode>;
}

const runningTick = 5_000;
const ageTick = 60_000;

interface ViewParts {
  backend: Backend;
  experiments: Experiments;
  folders: Folders;
  messages: Messages;
  arrangement: KeptArrangement;
}

export function showExperiments(context: vscode.ExtensionContext, parts: ViewParts): ExperimentsView {
  const { backend, experiments, folders, messages, arrangement } = parts;
  const tree = createExperimentsTree(experiments, folders, arrangement);
  const view = vscode.window.createTreeView('trainyard.experiments', {
    treeDataProvider: tree,
    canSelectMany: true,
    showCollapseAll: true,
  });
  const drawBadge = () => {
    const count = experiments.running().length;
    const tooltip =
      count === 1 ? vscode.l10n.t('1 training is running') : vscode.l10n.t('{count} trainings are running', { count });
    if (view.badge?.value === (count || undefined) && view.badge?.tooltip === (count > 0 ? tooltip : undefined)) return;
    view.badge = count > 0 ? { value: count, tooltip } : undefined;
  };
  const drawMessage = () => {
    const text = filterText(experiments, arrangement);
    if ((view.message ?? '') !== text) view.message = text;
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
    tree,
    { dispose: experiments.onChange(drawBadge) },
    // After the tree has told VS Code of its rows: what is told second within 200 ms is held back for as long.
    { dispose: experiments.onChange(drawMessage) },
    {
      dispose() {
        for (const tick of ticks) clearInterval(tick);
      },
    },
    view.onDidCollapseElement(({ element }) => tree.collapsed(element)),
    view.onDidChangeVisibility(({ visible }) => {
      if (visible) show();
    }),
  );
  if (view.visible) show();
  return { tree, view };
}

function filterText(experiments: Experiments, { now }: KeptArrangement): string {
  if (now.filter === '') return '';
  const trees = experiments.folders().flatMap((folder) => experiments.tree(folder) ?? []);
  const sum = (what: 'matching' | 'total') => trees.reduce((count, tree) => count + tree[what], 0);
  // Where there are no rows VS Code shows a message instead of the welcome view, which has the button that clears.
  if (sum('matching') === 0) return '';
  return vscode.l10n.t('Filter: {filter} · {matching} of {total} runs', {
    filter: oneLine(now.filter, 200),
    matching: wholeNumber(sum('matching')),
    total: wholeNumber(Math.max(sum('total'), sum('matching'))),
  });
}
