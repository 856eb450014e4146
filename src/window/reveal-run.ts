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

/** Milliseconds before each further try. */
const pauses = [0, 0, 100, 200, 400, 800, 1_600, 3_200];

/** Selects a run's row where the view is open and shows it, and opens its experiment if need be. */
export async function revealRun(reference: RunReference, parts: Parts): Promise<void> {
  const { folder, run } = reference;
  if (!parts.view.visible) return;
  const selected = selection(parts);
  if (!parts.tree.node(folder, run)) {
    const facts = parts.experiments.find(reference) ?? (await parts.backend.call('run', { folder, run }));
    await parts.experiments.open(folder, JSON.stringify([facts.experiment]));
    if (facts.group !== null) await parts.experiments.open(folder, JSON.stringify([facts.experiment, facts.group]));
    if (facts.parent !== null) await parts.experiments.open(folder, facts.parent);
  }
  if (!(await reveal(reference, parts))) void revealLater(reference, parts, selected);
}

/** Nobody waits for it, and a person who has chosen another row meanwhile keeps that. */
async function revealLater(reference: RunReference, parts: Parts, selected: string | undefined): Promise<void> {
  for (const pause of pauses) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    if (!parts.view.visible || selection(parts) !== selected) return;
    if (await reveal(reference, parts)) return;
  }
}

async function reveal({ folder, run }: RunReference, { tree, view, log }: Parts): Promise<boolean> {
  const node = tree.node(folder, run);
  if (!node) return false;
  try {
    await view.reveal(node, { select: true, focus: false });
    return true;
  } catch (error) {
    // VS Code refuses where the tree is drawn anew just then.
    log('debug', 'run could not be revealed', { run, error: causeText(error) });
    return false;
  }
}

function selection({ view }: Parts): string | undefined {
  return view.selection[0]?.id;
}
