import type * as vscode from 'vscode';
import { causeText } from '../base/fault.ts';
import type { Log } from '../base/log.ts';
import type { Backend } from './backend-process.ts';
import type { Experiments, RunReference } from './experiments.ts';
import type { ExperimentsTree, TreeNode } from './experiments-tree.ts';

interface Parts {
  backend: Backend;
  experiments: Experiments;
  view: vscode.TreeView<TreeNode>;
  tree: ExperimentsTree;
  log: Log;
}

const attempts = 3;

/** Selects a run's row where the view is open and shows it, and opens its experiment if need be. */
export async function revealRun(reference: RunReference, parts: Parts): Promise<void> {
  const { folder, run } = reference;
  if (!parts.view.visible) return;
  if (!parts.tree.node(folder, run)) {
    const facts = parts.experiments.find(reference) ?? (await parts.backend.call('run', { folder, run }));
    await parts.experiments.open(folder, JSON.stringify([facts.experiment]));
    if (facts.group !== null) await parts.experiments.open(folder, JSON.stringify([facts.experiment, facts.group]));
    if (facts.parent !== null) await parts.experiments.open(folder, facts.parent);
  }
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const node = parts.tree.node(folder, run);
    if (!node) return;
    try {
      return await parts.view.reveal(node, { select: true, focus: false });
    } catch (error) {
      // VS Code refuses where the tree is drawn anew just then. A row that is not selected is no reason to fail.
      parts.log('debug', 'run could not be revealed', { run, attempt, error: causeText(error) });
    }
  }
}
