import * as vscode from 'vscode';
import { fault } from '../contract/errors.ts';
import type { RunReference } from './experiments.ts';
import { workspaceFolders } from './folders.ts';
import type { QueueActions, QueuedReference } from './queue-actions.ts';
import type { QueuedNode, QueueView } from './queue-view.ts';
import type { Queues } from './queues.ts';
import { type ChosenRun, isReference } from './run-picker.ts';
import type { RunTraining } from './run-training.ts';
import { oneLine, statusIcon } from './tree-items.ts';

export interface QueueParts {
  queue: QueueActions;
  queues: Queues;
  queueView: QueueView;
  training: RunTraining;
  reveal(reference: RunReference): Promise<void>;
}

type Register = (name: string, act: (...args: unknown[]) => Promise<unknown> | unknown) => void;
type OnRuns = (
  name: string,
  question: () => { placeholder: string; suits?(run: ChosenRun): boolean },
  act: (runs: ChosenRun[]) => unknown,
) => void;

const mayBeRetried = ({ status }: ChosenRun) => status === 'failed' || status === 'stopped' || status === 'lost';

/** The commands about the queue. They take rows of it, a run's row in the tree, `{folder, run}`, or ask. */
export function registerQueueCommands(register: Register, onRuns: OnRuns, parts: QueueParts): void {
  const { queue, queues, training } = parts;

  const onRows = (name: string, placeholder: () => string, act: (rows: QueuedReference[]) => Promise<void>) =>
    register(name, async (target, selection) => {
      const rows = await chooseRows(parts, target, selection, placeholder());
      if (rows.length > 0) await act(rows);
    });

  register('queueTraining', async () => {
    const reference = await training.ask(undefined, true);
    if (reference) await parts.reveal(reference);
    return reference;
  });
  onRuns(
    'queueAgain',
    () => ({ placeholder: vscode.l10n.t('Which run shall be queued again?') }),
    async (runs) => {
      const queued: RunReference[] = [];
      for (const run of runs) {
        const reference = await training.again(run, {});
        if (reference) queued.push(reference);
      }
      const [first] = queued;
      if (first) await parts.reveal(first);
      return first;
    },
  );
  onRuns(
    'retry',
    () => ({ placeholder: vscode.l10n.t('Which run shall be tried again?'), suits: mayBeRetried }),
    async (runs) => {
      const suited = runs.filter(mayBeRetried);
      const [only] = runs;
      if (suited.length === 0 && only) return training.retry(only);
      const started: RunReference[] = [];
      for (const run of suited) started.push(await training.retry(run));
      const [first] = started;
      if (first) await parts.reveal(first);
      return first;
    },
  );
  onRows(
    'removeFromQueue',
    () => vscode.l10n.t('Which run shall leave the queue?'),
    (rows) => queue.remove(rows),
  );
  onRows(
    'moveToTop',
    () => vscode.l10n.t('Which run shall be next?'),
    (rows) => queue.move(rows, 'top'),
  );
  onRows(
    'moveUp',
    () => vscode.l10n.t('Which run shall move up?'),
    (rows) => queue.move(rows, -1),
  );
  onRows(
    'moveDown',
    () => vscode.l10n.t('Which run shall move down?'),
    (rows) => queue.move(rows, 1),
  );
  register('pauseQueue', (folder) => inQueue(folder, queues, (path) => queue.pause(path, true)));
  register('resumeQueue', (folder) => inQueue(folder, queues, (path) => queue.pause(path, false)));
  register('clearQueue', (folder) => inQueue(folder, queues, (path) => queue.clear(path)));
  register('queueJobs', (jobs) =>
    inQueue(undefined, queues, (path) => queue.limit(path, typeof jobs === 'number' ? jobs : undefined)),
  );
  register('showQueue', () => vscode.commands.executeCommand('trainyard.queue.focus'));
}

function isQueuedNode(value: unknown): value is QueuedNode {
  return Reflect.get(Object(value), 'kind') === 'queued';
}

async function chooseRows(
  { queues, queueView }: QueueParts,
  target: unknown,
  selection: unknown,
  placeHolder: string,
): Promise<QueuedReference[]> {
  const fromNodes = (nodes: readonly QueuedNode[]) => nodes.map(({ folder, row }) => ({ folder, ...row }));
  const fromRun = (reference: RunReference) => {
    const row = queues.find(reference);
    if (!row) throw fault('run-not-queued', { run: reference.run });
    return { folder: reference.folder, ...row };
  };
  if (target === 'selection') return fromNodes(queueView.view.selection.filter(isQueuedNode));
  if (isQueuedNode(target)) {
    const nodes = Array.isArray(selection) ? selection.filter(isQueuedNode) : [];
    return fromNodes(nodes.includes(target) ? nodes : [target]);
  }
  if (isReference(target)) return [fromRun(target)];
  const runs = [target, ...(Array.isArray(selection) ? selection : [])].flatMap((node) => runOf(node) ?? []);
  if (runs.length > 0) {
    const known = new Map(runs.map((reference) => [reference.run, reference]));
    return [...known.values()].filter((reference) => runs.length === 1 || queues.find(reference)).map(fromRun);
  }
  const waiting = queues.waiting().filter(({ row }) => row.position !== null);
  if (waiting.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('Nothing waits in the queue.'));
    return [];
  }
  const items = waiting.map(({ folder, row }) => ({
    label: oneLine(row.name),
    description: `#${row.position} · ${oneLine(row.title, 60)}`,
    iconPath: statusIcon('queued'),
    row: { folder, ...row },
  }));
  const picked = await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true });
  return picked ? [picked.row] : [];
}

/** The run of a row of the Experiments view. */
function runOf(node: unknown): RunReference | undefined {
  const { kind, folder, run }: { kind?: unknown; folder?: unknown; run?: { id?: unknown } } = Object(node);
  return kind === 'run' && typeof folder === 'string' && typeof run?.id === 'string'
    ? { folder, run: run.id }
    : undefined;
}

/** In the folder that is named; else in the only one, or the only one with something in its queue; asks otherwise. */
async function inQueue(named: unknown, queues: Queues, act: (folder: string) => Promise<void>): Promise<void> {
  if (typeof named === 'string') return act(named);
  const paths = workspaceFolders().map(({ uri }) => uri.fsPath);
  const used = paths.filter((path) => queues.state(path)?.waiting.length || queues.state(path)?.paused);
  const [only] = paths.length === 1 ? paths : used.length === 1 ? used : [];
  const folder = only ?? (await vscode.window.showWorkspaceFolderPick())?.uri.fsPath;
  if (folder !== undefined) await act(folder);
}
