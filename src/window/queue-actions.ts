import * as vscode from 'vscode';
import { mostJobs } from '../contract/queue-limits.ts';
import type { Backend } from './backend-process.ts';
import type { Experiments, RunReference } from './experiments.ts';
import type { Messages } from './messages.ts';
import { type Move, movesBefore, movesBy } from './queue-order.ts';
import type { QueuedNode } from './queue-view.ts';
import type { Queues } from './queues.ts';
import { oneLine, wholeNumber } from './tree-items.ts';
import { requireTrust } from './trust.ts';

/** A row of the queue, as much of it as an action needs to know. */
export interface QueuedReference {
  folder: string;
  key: string;
  run: string | null;
  name: string;
  position: number | null;
}

/** What can be done to the queue, from its view, the palette and a run's page alike. */
export interface QueueActions {
  /** Takes runs out; they can be put back. */
  remove(rows: readonly QueuedReference[]): Promise<void>;
  /** Takes everything out, after a question. */
  clear(folder: string): Promise<void>;
  /** @param places up (negative) or down, or to the top */
  move(rows: readonly QueuedReference[], places: number | 'top'): Promise<void>;
  /** Puts runs before another, at the end where that is undefined. */
  put(nodes: readonly QueuedNode[], before: QueuedNode | undefined): Promise<void>;
  pause(folder: string, paused: boolean): Promise<void>;
  /** Asks how many may run at once, unless it is said. */
  limit(folder: string, jobs?: number): Promise<void>;
}

interface Parts {
  backend: Backend;
  experiments: Experiments;
  queues: Queues;
  messages: Messages;
  /** Puts a run into the queue again, as a new one. */
  queueAgain(reference: RunReference): Promise<RunReference | undefined>;
}

export function createQueueActions({ backend, experiments, queues, messages, queueAgain }: Parts): QueueActions {
  const refresh = async (folder: string) => {
    await Promise.all([queues.refresh(folder), experiments.refresh(folder)]);
  };

  const takeOut = async (rows: readonly QueuedReference[]) => {
    for (const folder of new Set(rows.map((row) => row.folder))) {
      const [first, ...others] = rows.filter((row) => row.folder === folder).map(({ key }) => key);
      if (first === undefined) continue;
      await backend.call('clearQueue', { folder, keys: [first, ...others] });
      await refresh(folder);
    }
    void messages.attempt(() => offerBack(rows));
  };

  const offerBack = async (rows: readonly QueuedReference[]) => {
    const [first] = rows;
    const undo = vscode.l10n.t('Queue Again');
    const text =
      first && rows.length === 1
        ? vscode.l10n.t('“{name}” was taken out of the queue.', { name: oneLine(first.name, 60) })
        : vscode.l10n.t('{count} runs were taken out of the queue.', { count: wholeNumber(rows.length) });
    const startable = rows.filter(({ position }) => position !== null);
    const chosen = await vscode.window.showInformationMessage(text, ...(startable.length > 0 ? [undo] : []));
    if (chosen !== undo) return;
    for (const { folder, run, name, position } of startable) {
      const again = run === null ? undefined : await queueAgain({ folder, run });
      if (!again || position === null) continue;
      await backend.call('name', { folder, run: again.run, name });
      await backend.call('moveQueued', { folder, run: again.run, position });
    }
    for (const folder of new Set(rows.map((row) => row.folder))) await refresh(folder);
  };

  const orderOf = (folder: string) =>
    (queues.state(folder)?.waiting ?? []).flatMap(({ run, position }) =>
      run !== null && position !== null ? [run] : [],
    );

  const moveAll = async (folder: string, moves: readonly Move[]) => {
    requireTrust(folder);
    for (const { run, position } of moves) await backend.call('moveQueued', { folder, run, position });
    await refresh(folder);
  };

  return {
    async remove(rows) {
      for (const { folder } of rows) requireTrust(folder);
      if (rows.length > 0) await takeOut(rows);
    },
    async clear(folder) {
      requireTrust(folder);
      await queues.refresh(folder);
      const waiting = (queues.state(folder)?.waiting ?? []).map((row) => ({ folder, ...row }));
      const rows = waiting.filter(({ problem }) => problem === null);
      if (rows.length === 0) {
        void vscode.window.showInformationMessage(vscode.l10n.t('Nothing waits in the queue.'));
        return;
      }
      const clear = vscode.l10n.t('Clear Queue');
      const question =
        rows.length === 1
          ? vscode.l10n.t('Take 1 run out of the queue?')
          : vscode.l10n.t('Take {count} runs out of the queue?', { count: wholeNumber(rows.length) });
      const detail = vscode.l10n.t('They end as stopped before they began. What runs goes on.');
      if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, clear)) === clear) {
        await takeOut(rows);
      }
    },
    async move(rows, places) {
      for (const folder of new Set(rows.map((row) => row.folder))) {
        const runs = rows.flatMap((row) => (row.folder === folder && row.run !== null ? [row.run] : []));
        await moveAll(folder, movesBy(orderOf(folder), runs, places));
      }
    },
    async put(nodes, before) {
      const folder = before?.folder ?? nodes[0]?.folder;
      if (folder === undefined) return;
      const order = orderOf(folder);
      const runs = nodes.flatMap((node) => (node.folder === folder && order.includes(node.run) ? [node.run] : []));
      await moveAll(folder, movesBefore(order, runs, before?.run));
    },
    async pause(folder, paused) {
      requireTrust(folder);
      await backend.call('pauseQueue', { folder, paused });
      await refresh(folder);
    },
    async limit(folder, given) {
      requireTrust(folder);
      const jobs = given ?? (await askJobs(queues.state(folder)?.jobs ?? 1));
      if (jobs === undefined) return;
      await backend.call('queueJobs', { folder, jobs });
      await refresh(folder);
    },
  };
}

async function askJobs(now: number): Promise<number | undefined> {
  const text = await vscode.window.showInputBox({
    title: vscode.l10n.t('Runs of the Queue at Once'),
    prompt: vscode.l10n.t('Runs that are started directly do not count.'),
    value: String(now),
    validateInput: (value) =>
      /^\d{1,3}$/.test(value.trim()) && Number(value) >= 1 && Number(value) <= mostJobs
        ? undefined
        : vscode.l10n.t('A whole number from 1 to {most}, please.', { most: mostJobs }),
  });
  return text === undefined ? undefined : Number(text);
}
