import * as vscode from 'vscode';
import { Fault } from '../base/fault.ts';
import type { TreeGroup, TreeRow, TreeRun } from '../contract/tree.ts';
import type { Arrangement } from './arrangement.ts';
import { branchOf, type Experiments } from './experiments.ts';
import type { Folders } from './folders.ts';
import { faultText } from './messages.ts';
import { groupItem, moreItem, runItem, runTooltip } from './tree-items.ts';

type FolderNode = { kind: 'folder'; id: string; folder: string };
export type GroupNode = { kind: 'group'; id: string; folder: string; group: TreeGroup };
export type RunNode = { kind: 'run'; id: string; folder: string; run: TreeRun };
type MoreNode = { kind: 'more'; id: string; folder: string; branch: string; hidden: number };
type ProblemNode = { kind: 'problem'; id: string; folder: string; problem: Fault };
export type TreeNode = FolderNode | GroupNode | RunNode | MoreNode | ProblemNode;

export interface ExperimentsTree extends vscode.TreeDataProvider<TreeNode> {
  /** The row of a run, for `reveal`. Undefined where it is not among the rows that are open. */
  node(folder: string, run: string): RunNode | undefined;
  /** Draws the rows anew whose text depends on the clock. */
  tick(onlyRunning: boolean): void;
  /** The person folded a row. */
  collapsed(node: TreeNode): void;
}

/** Where each row of a folder stands. */
interface Layout {
  nodes: Map<string, TreeNode>;
  children: Map<string, string[]>;
  above: Map<string, string>;
}

const top = '';

/** Rows keep their identity from one snapshot to the next, so that selection and expansion stay, and only what changed is drawn. */
export function createExperimentsTree(
  experiments: Experiments,
  folders: Folders,
  arrangement: { readonly now: Arrangement },
): ExperimentsTree & vscode.Disposable {
  const changed = new vscode.EventEmitter<TreeNode | TreeNode[] | undefined>();
  const layouts = new Map<string, Layout>();
  /** Branches that VS Code waits for: their rows need not be drawn anew when they come. */
  const awaited = new Set<string>();
  const folderNodes = new Map<string, FolderNode>();
  let outline = '';

  const severalFolders = () => experiments.folders().length > 1;

  const folderNode = (folder: string): FolderNode => {
    const node = folderNodes.get(folder) ?? { kind: 'folder', id: `folder:${folder}`, folder };
    folderNodes.set(folder, node);
    return node;
  };

  const folderProblem = (folder: string): Fault | undefined => {
    const stated = folders.states.find(({ path }) => path === folder)?.problem;
    return stated ? new Fault(stated.code, stated.params) : experiments.problem(folder);
  };

  /** Every filter has groups of its own, because VS Code keeps those closed that it knows as closed. */
  const groupId = (folder: string, { key }: TreeGroup) =>
    JSON.stringify(['group', folder, arrangement.now.filter, arrangement.now.group, key]);
  const runId = (folder: string, run: string) => `run:${folder}:${run}`;
  const idOf = (folder: string, row: TreeRow) => (row.kind === 'run' ? runId(folder, row.id) : groupId(folder, row));

  const lay = (folder: string): Layout => {
    const before = layouts.get(folder);
    const layout: Layout = { nodes: new Map(), children: new Map(), above: new Map() };
    const keep = <Node extends TreeNode>(node: Node): Node => {
      const known = before?.nodes.get(node.id);
      const kept = known ? (Object.assign(known, node) as Node) : node;
      layout.nodes.set(node.id, kept);
      return kept;
    };
    const add = (id: string, branch: string, size: number, rows: TreeRow[]) => {
      const children = rows.map((row) => {
        const child = idOf(folder, row);
        keep(
          row.kind === 'run'
            ? { kind: 'run', id: child, folder, run: row }
            : { kind: 'group', id: child, folder, group: row },
        );
        if (row.size > 0) add(child, branchOf(row), row.size, row.rows);
        return child;
      });
      if (rows.length > 0 && size > rows.length) {
        const more = `more:${id}:${folder}`;
        keep({ kind: 'more', id: more, folder, branch, hidden: size - rows.length });
        children.push(more);
      }
      layout.children.set(id, children);
      for (const child of children) layout.above.set(child, id);
    };
    const problem = folderProblem(folder);
    const tree = experiments.tree(folder);
    if (problem && severalFolders() && !tree) {
      const { id } = keep({ kind: 'problem', id: `problem:${folder}`, folder, problem });
      layout.children.set(top, [id]);
    } else if (tree) add(top, top, tree.size, tree.rows);
    return layout;
  };

  const layoutOf = (folder: string): Layout => {
    const known = layouts.get(folder) ?? lay(folder);
    layouts.set(folder, known);
    return known;
  };

  const childrenOf = (folder: string, id: string): TreeNode[] => {
    const { nodes, children } = layoutOf(folder);
    return (children.get(id) ?? []).flatMap((child) => nodes.get(child) ?? []);
  };

  const below = async ({ id, folder }: TreeNode, row: TreeRow): Promise<TreeNode[]> => {
    if (row.size > 0 && row.rows.length === 0) {
      awaited.add(id);
      try {
        await experiments.open(folder, branchOf(row));
      } finally {
        awaited.delete(id);
      }
    }
    return childrenOf(folder, id);
  };

  const refreshed = (folder: string) => {
    const before = layouts.get(folder);
    const texts = before && rowTexts(before);
    const known = experiments.folders();
    for (const path of [...layouts.keys(), ...folderNodes.keys()]) if (!known.includes(path)) forget(path);
    const after = lay(folder);
    layouts.set(folder, after);
    const frame = JSON.stringify([known, known.map((path) => folderProblem(path)?.message)]);
    if (!before || !texts || frame !== outline || hasMoved(before, after)) {
      outline = frame;
      changed.fire(undefined);
      return;
    }
    const dirty = [...after.nodes].filter(([id, node]) => {
      if (!before.nodes.has(id)) return false;
      return texts.get(id) !== rowText(node) || (hasOther(before, after, id) && !awaited.has(id));
    });
    if (dirty.length > 0) changed.fire(dirty.map(([, node]) => node));
  };

  const forget = (folder: string) => {
    layouts.delete(folder);
    folderNodes.delete(folder);
  };

  const stops = [experiments.onChange(refreshed)];
  const foldersChanged = folders.onChange(() => {
    layouts.clear();
    changed.fire(undefined);
  });

  return {
    onDidChangeTreeData: changed.event,
    getChildren(node) {
      if (node?.kind === 'folder') return childrenOf(node.folder, top);
      if (node?.kind === 'group') return below(node, node.group);
      if (node?.kind === 'run') return below(node, node.run);
      if (node) return [];
      const paths = experiments.folders();
      if (!severalFolders()) return paths.flatMap((folder) => childrenOf(folder, top));
      const worthShowing = paths.some((path) => experiments.tree(path)?.size || folderProblem(path));
      return worthShowing ? paths.map(folderNode) : [];
    },
    getParent(node) {
      const { nodes, above } = layoutOf(node.folder);
      const id = above.get(node.id);
      if (id !== undefined && id !== top) return nodes.get(id);
      if (node.kind === 'folder' || !severalFolders()) return undefined;
      return folderNode(node.folder);
    },
    getTreeItem(node) {
      const item = itemOf(node, experiments, folders, arrangement.now);
      item.id = node.id;
      return item;
    },
    resolveTreeItem(item, node) {
      if (node.kind === 'run') item.tooltip = runTooltip(node.run);
      return item;
    },
    node(folder, id) {
      const node = layoutOf(folder).nodes.get(runId(folder, id));
      return node?.kind === 'run' ? node : undefined;
    },
    tick(onlyRunning) {
      if (!onlyRunning) return changed.fire(undefined);
      const rows = experiments
        .running()
        .flatMap(({ folder, run }) => layoutOf(folder).nodes.get(runId(folder, run.id)) ?? []);
      if (rows.length > 0) changed.fire(rows);
    },
    collapsed(node) {
      if (node.kind === 'group') experiments.close(node.folder, node.group.key);
      if (node.kind === 'run') experiments.close(node.folder, node.run.id);
    },
    dispose() {
      for (const stop of stops) stop();
      foldersChanged.dispose();
      changed.dispose();
    },
  };
}

/** Some row has gone to another place, which VS Code only takes if everything is drawn anew; or the topmost rows are others. */
function hasMoved(before: Layout, after: Layout): boolean {
  if (hasOther(before, after, top)) return true;
  return [...after.above].some(([id, above]) => before.above.has(id) && before.above.get(id) !== above);
}

function hasOther(before: Layout, after: Layout, id: string): boolean {
  const [old, fresh] = [before.children.get(id) ?? [], after.children.get(id) ?? []];
  return old.length !== fresh.length || old.some((child, index) => child !== fresh[index]);
}

function rowTexts({ nodes }: Layout): Map<string, string> {
  return new Map([...nodes].map(([id, node]) => [id, rowText(node)]));
}

/** Everything that a row itself shows. */
function rowText(node: TreeNode): string {
  if (node.kind === 'run') return JSON.stringify({ ...node.run, rows: [] });
  if (node.kind === 'group') return JSON.stringify({ ...node.group, rows: [] });
  return node.kind === 'more' ? String(node.hidden) : '';
}

function itemOf(node: TreeNode, experiments: Experiments, folders: Folders, arrangement: Arrangement): vscode.TreeItem {
  const { Expanded } = vscode.TreeItemCollapsibleState;
  switch (node.kind) {
    case 'run': {
      const item = runItem(node.run);
      item.command = {
        command: 'trainyard.openRun',
        title: vscode.l10n.t('Open Run'),
        arguments: [node, { preview: true }],
      };
      return item;
    }
    case 'group':
      return groupItem(node.group, arrangement.group);
    case 'more': {
      const item = moreItem(node.hidden);
      item.command = {
        command: 'trainyard.showMore',
        title: vscode.l10n.t('Show More'),
        arguments: [node.folder, node.branch],
      };
      return item;
    }
    case 'folder': {
      const item = new vscode.TreeItem(folders.find(node.folder)?.name ?? node.folder, Expanded);
      item.iconPath = new vscode.ThemeIcon('folder');
      item.contextValue = 'folder';
      item.tooltip = node.folder;
      const tree = experiments.tree(node.folder);
      if (tree?.total === 0) item.description = vscode.l10n.t('no runs yet');
      else if (tree?.size === 0) item.description = vscode.l10n.t('no run matches');
      return item;
    }
    case 'problem': {
      const item = new vscode.TreeItem(vscode.l10n.t('The runs cannot be shown'));
      item.iconPath = new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
      item.tooltip = faultText(node.problem.code, node.problem.params);
      item.description = item.tooltip;
      item.command = { command: 'trainyard.showLog', title: vscode.l10n.t('Show Log') };
      return item;
    }
  }
}
