import * as vscode from 'vscode';
import { Fault } from '../base/fault.ts';
import type { TreeExperiment, TreeRun } from '../contract/tree.ts';
import { type Experiments, groupSize } from './experiments.ts';
import type { Folders } from './folders.ts';
import { faultText } from './messages.ts';
import { experimentItem, runItem, runTooltip } from './tree-items.ts';

export type FolderNode = { kind: 'folder'; id: string; folder: string };
/** `expanded`: how the row is when it first appears; after that, the person decides. */
export type ExperimentNode = {
  kind: 'experiment';
  id: string;
  folder: string;
  experiment: TreeExperiment;
  expanded: boolean;
};
export type RunNode = { kind: 'run'; id: string; folder: string; run: TreeRun };
type MoreNode = { kind: 'more'; id: string; folder: string; experiment: TreeExperiment };
type ProblemNode = { kind: 'problem'; id: string; folder: string; problem: Fault };
export type TreeNode = FolderNode | ExperimentNode | RunNode | MoreNode | ProblemNode;

export interface ExperimentsTree extends vscode.TreeDataProvider<TreeNode> {
  /** The row of a run, for `reveal`. Undefined where its experiment has not been opened yet. */
  node(folder: string, run: string): RunNode | undefined;
  /** Draws the rows anew whose text depends on the clock. */
  tick(onlyRunning: boolean): void;
}

/** Rows keep their identity from one snapshot to the next, so that selection and expansion stay, and only what changed is drawn. */
export function createExperimentsTree(experiments: Experiments, folders: Folders): ExperimentsTree {
  const changed = new vscode.EventEmitter<TreeNode | TreeNode[] | undefined>();
  const nodes = new Map<string, TreeNode>();
  const shapes = new Map<string, string>();

  const keep = <Node extends TreeNode>(fresh: Node): Node => {
    const known = nodes.get(fresh.id) as Node | undefined;
    if (known) return Object.assign(known, fresh);
    nodes.set(fresh.id, fresh);
    return fresh;
  };

  const severalFolders = () => experiments.folders().length > 1;

  const folderProblem = (folder: string): Fault | undefined => {
    const stated = folders.states.find(({ path }) => path === folder)?.problem;
    return stated ? new Fault(stated.code, stated.params) : experiments.problem(folder);
  };

  const experimentId = (folder: string, name: string) => `experiment:${folder}:${name}`;
  const runId = (folder: string, run: string) => `run:${folder}:${run}`;

  const experimentNodes = (folder: string): TreeNode[] => {
    const problem = folderProblem(folder);
    const tree = experiments.tree(folder);
    if (problem && severalFolders() && !tree) {
      return [keep({ kind: 'problem', id: `problem:${folder}`, folder, problem })];
    }
    return (tree?.experiments ?? []).map((experiment, index) => {
      const id = experimentId(folder, experiment.name);
      const known = nodes.get(id) as ExperimentNode | undefined;
      return keep({ kind: 'experiment', id, folder, experiment, expanded: known?.expanded ?? index === 0 });
    });
  };

  const runNodes = async (node: ExperimentNode): Promise<TreeNode[]> => {
    const { folder } = node;
    const current = () =>
      experiments.tree(folder)?.experiments.find(({ name }) => name === node.experiment.name) ?? node.experiment;
    if (current().runs.length === 0 && current().total > 0) await experiments.open(folder, node.experiment.name);
    const experiment = current();
    const rows: TreeNode[] = experiment.runs.map((run) =>
      keep({ kind: 'run', id: runId(folder, run.id), folder, run }),
    );
    if (experiment.total > experiment.runs.length) {
      rows.push(keep({ kind: 'more', id: `more:${folder}:${experiment.name}`, folder, experiment }));
    }
    return rows;
  };

  const refreshed = (folder: string) => {
    const tree = experiments.tree(folder);
    const outline = JSON.stringify([
      experiments.folders(),
      tree ? tree.experiments.map(({ name }) => name) : folderProblem(folder)?.message,
    ]);
    const before = shapes.get(folder);
    shapes.set(folder, outline);
    const dirty = (tree?.experiments ?? []).flatMap((experiment) => dirtyNodes(folder, experiment));
    if (before !== outline) changed.fire(undefined);
    else if (dirty.length > 0) changed.fire(dirty);
  };

  const dirtyNodes = (folder: string, experiment: TreeExperiment): TreeNode[] => {
    const group = nodes.get(experimentId(folder, experiment.name)) as ExperimentNode | undefined;
    if (!group) return [];
    const before = group.experiment;
    group.experiment = experiment;
    if (rowsOf(before) !== rowsOf(experiment)) return [group];
    return experiment.runs.flatMap((run) => {
      const row = nodes.get(runId(folder, run.id)) as RunNode | undefined;
      if (!row || JSON.stringify(row.run) === JSON.stringify(run)) return [];
      row.run = run;
      return [row];
    });
  };

  experiments.onChange(refreshed);
  folders.onChange(() => changed.fire(undefined));

  return {
    onDidChangeTreeData: changed.event,
    getChildren(node) {
      if (node?.kind === 'folder') return experimentNodes(node.folder);
      if (node?.kind === 'experiment') return runNodes(node);
      if (node) return [];
      const paths = experiments.folders();
      if (!severalFolders()) return paths.flatMap(experimentNodes);
      const worthShowing = paths.some((path) => experiments.tree(path)?.experiments.length || folderProblem(path));
      return worthShowing ? paths.map((folder) => keep({ kind: 'folder', id: `folder:${folder}`, folder })) : [];
    },
    getParent(node) {
      if (node.kind === 'run') return nodes.get(experimentId(node.folder, node.run.experiment));
      if (node.kind === 'folder' || !severalFolders()) return undefined;
      return nodes.get(`folder:${node.folder}`);
    },
    getTreeItem(node) {
      const item = itemOf(node, experiments, folders);
      item.id = node.id;
      return item;
    },
    resolveTreeItem(item, node) {
      if (node.kind === 'run') item.tooltip = runTooltip(node.run);
      return item;
    },
    node(folder, id) {
      const all = experiments.tree(folder)?.experiments.flatMap(({ runs }) => runs) ?? [];
      const run = all.find((one) => one.id === id);
      return run && keep({ kind: 'run', id: runId(folder, id), folder, run });
    },
    tick(onlyRunning) {
      if (!onlyRunning) return changed.fire(undefined);
      const rows = experiments.running().flatMap(({ folder, run }) => nodes.get(runId(folder, run.id)) ?? []);
      if (rows.length > 0) changed.fire(rows);
    },
  };
}

function rowsOf({ total, running, runs }: TreeExperiment): string {
  return JSON.stringify([total, running, runs.map(({ id }) => id)]);
}

function itemOf(node: TreeNode, experiments: Experiments, folders: Folders): vscode.TreeItem {
  const { Expanded, None } = vscode.TreeItemCollapsibleState;
  switch (node.kind) {
    case 'run': {
      const item = runItem(node.run);
      item.command = { command: 'trainyard.openRun', title: vscode.l10n.t('Open Run'), arguments: [node] };
      return item;
    }
    case 'experiment':
      return experimentItem(node.experiment, node.expanded);
    case 'folder': {
      const item = new vscode.TreeItem(folders.find(node.folder)?.name ?? node.folder, Expanded);
      item.iconPath = new vscode.ThemeIcon('folder');
      item.contextValue = 'folder';
      item.tooltip = node.folder;
      const tree = experiments.tree(node.folder);
      if (tree?.experiments.length === 0) item.description = vscode.l10n.t('no runs yet');
      return item;
    }
    case 'more': {
      const item = new vscode.TreeItem(vscode.l10n.t('Show more…'), None);
      const hidden = node.experiment.total - node.experiment.runs.length;
      item.description = vscode.l10n.t('{count} older', { count: hidden });
      item.command = {
        command: 'trainyard.showMore',
        title: vscode.l10n.t('Show more…'),
        arguments: [node.folder, node.experiment.name, groupSize],
      };
      return item;
    }
    case 'problem': {
      const item = new vscode.TreeItem(vscode.l10n.t('The runs cannot be shown'), None);
      item.iconPath = new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
      item.tooltip = faultText(node.problem.code, node.problem.params);
      item.description = item.tooltip;
      item.command = { command: 'trainyard.showLog', title: vscode.l10n.t('Show Log') };
      return item;
    }
  }
}
