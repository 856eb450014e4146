import * as vscode from 'vscode';
import { nowMicros } from '../base/time.ts';
import type { QueuedRun } from '../contract/queue.ts';
import type { Experiments } from './experiments.ts';
import type { Folders } from './folders.ts';
import { age } from './format.ts';
import type { Messages } from './messages.ts';
import type { Queues } from './queues.ts';
import { oneLine, wholeNumber } from './tree-items.ts';
import type { warningText } from './warning-text.ts';

/** `run` is empty for what is no run. */
export type QueuedNode = { kind: 'queued'; id: string; folder: string; run: string; row: QueuedRun };
type FolderNode = { kind: 'folder'; id: string; folder: string };
export type QueueNode = QueuedNode | FolderNode;

export interface QueueView {
  view: vscode.TreeView<QueueNode>;
  /** Its rows, as VS Code asks for them. */
  tree: vscode.TreeDataProvider<QueueNode>;
}

interface Parts {
  queues: Queues;
  experiments: Experiments;
  folders: Folders;
  messages: Messages;
  /** Puts runs before another; at the end where that is undefined. */
  move(nodes: readonly QueuedNode[], before: QueuedNode | undefined): Promise<void>;
}

const dragType = 'application/vnd.code.tree.trainyard.queue';

/** What waits, in its order, which dragging changes. */
export function showQueue(context: vscode.ExtensionContext, parts: Parts): QueueView {
  const { queues, folders, messages } = parts;
  const changed = new vscode.EventEmitter<undefined>();
  const nodes = new Map<string, QueuedNode>();
  /** Loaded when something is there that is never started. */
  let reasonOf: typeof warningText | undefined;

  const nodeOf = (folder: string, row: QueuedRun): QueuedNode => {
    const id = `${folder}\n${row.run ?? row.key}`;
    const node = Object.assign(nodes.get(id) ?? {}, { kind: 'queued' as const, id, folder, run: row.run ?? '', row });
    nodes.set(id, node);
    return node;
  };
  const rows = (folder: string) => (queues.state(folder)?.waiting ?? []).map((row) => nodeOf(folder, row));

  const tree: vscode.TreeDataProvider<QueueNode> = {
    onDidChangeTreeData: changed.event,
    getChildren(node) {
      if (node) return node.kind === 'folder' ? rows(node.folder) : [];
      const used = parts.experiments.folders().filter((folder) => queues.state(folder)?.waiting.length);
      if (used.length <= 1) return used.flatMap(rows);
      return used.map((folder): FolderNode => ({ kind: 'folder', id: `folder:${folder}`, folder }));
    },
    getTreeItem: (node) => (node.kind === 'queued' ? queuedItem(node, reasonOf) : folderItem(node, folders)),
  };

  const dragAndDropController: vscode.TreeDragAndDropController<QueueNode> = {
    dragMimeTypes: [dragType],
    dropMimeTypes: [dragType],
    handleDrag(source, data) {
      data.set(dragType, new vscode.DataTransferItem(source.map(({ id }) => id)));
    },
    async handleDrop(target, data) {
      const ids: unknown = data.get(dragType)?.value;
      if (!Array.isArray(ids) || (target && target.kind !== 'queued')) return;
      const dragged = ids.flatMap((id) => nodes.get(String(id)) ?? []);
      await messages.attempt(() => parts.move(dragged, target));
    },
  };

  const view = vscode.window.createTreeView('trainyard.queue', {
    treeDataProvider: tree,
    canSelectMany: true,
    dragAndDropController,
  });
  const loadReasons = async () => {
    reasonOf = (await import('./later.ts')).warningText;
    changed.fire(undefined);
  };
  const draw = () => {
    const present = new Set(queues.waiting().map(({ folder, row }) => `${folder}\n${row.run ?? row.key}`));
    for (const id of nodes.keys()) if (!present.has(id)) nodes.delete(id);
    changed.fire(undefined);
    if (!reasonOf && queues.waiting().some(({ row }) => row.problem)) void messages.attempt(loadReasons);
    const state = queues.state(parts.experiments.folders()[0] ?? '');
    view.description = state ? limitText(state.jobs) : '';
    view.message = parts.experiments.folders().some((folder) => queues.state(folder)?.paused)
      ? vscode.l10n.t('Paused: nothing is started until the queue goes on.')
      : '';
  };
  context.subscriptions.push(view, changed, { dispose: queues.onChange(draw) });
  return { view, tree };
}

function limitText(jobs: number): string {
  return jobs === 1 ? vscode.l10n.t('1 at once') : vscode.l10n.t('{count} at once', { count: wholeNumber(jobs) });
}

function queuedItem({ id, folder, run, row }: QueuedNode, reasonOf: typeof warningText | undefined): vscode.TreeItem {
  const { position, problem } = row;
  const item = new vscode.TreeItem(oneLine(row.name));
  item.id = id;
  item.contextValue = problem ? 'queued refused' : 'queued waiting';
  const warning = new vscode.ThemeColor('list.warningForeground');
  item.iconPath = problem ? new vscode.ThemeIcon('warning', warning) : new vscode.ThemeIcon('clock');
  const parts = problem
    ? [vscode.l10n.t('never started'), reasonOf?.(problem) ?? '']
    : [position === null ? '' : `#${wholeNumber(position)}`, row.title, triesText(row)];
  item.description = oneLine(parts.filter(Boolean).join(' · '), 300);
  const added = row.added === null ? '' : age(row.added, nowMicros(), vscode.env.language);
  item.tooltip = [row.name, ...parts, added]
    .filter(Boolean)
    .map((text) => oneLine(text, 300))
    .join('\n');
  const place = problem || position === null ? item.description : placeText(position);
  item.accessibilityInformation = { label: [item.label, place, row.title].filter(Boolean).join(', ') };
  if (run !== '') {
    const title = vscode.l10n.t('Open Run');
    item.command = { command: 'trainyard.openRun', title, arguments: [{ folder, run }, { preview: true }] };
  }
  return item;
}

/** @param position from 1 */
function placeText(position: number): string {
  return vscode.l10n.t('place {position} in the queue', { position: wholeNumber(position) });
}

function triesText({ attempt, retries }: QueuedRun): string {
  if (attempt + retries <= 1) return '';
  return vscode.l10n.t('try {number} of {all}', { number: wholeNumber(attempt), all: wholeNumber(attempt + retries) });
}

function folderItem({ id, folder }: FolderNode, folders: Folders): vscode.TreeItem {
  const item = new vscode.TreeItem(folders.find(folder)?.name ?? folder, vscode.TreeItemCollapsibleState.Expanded);
  item.id = id;
  item.iconPath = new vscode.ThemeIcon('folder');
  item.tooltip = folder;
  return item;
}
