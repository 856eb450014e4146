import * as vscode from 'vscode';
import type { Backend } from './backend-process.ts';
import type { Experiments } from './experiments.ts';
import { withoutIcons } from './markdown.ts';
import type { Queues } from './queues.ts';
import { elapsed, oneLine, statusIcon, wholeNumber } from './tree-items.ts';

interface Parts {
  backend: Backend;
  experiments: Experiments;
  queues: Queues;
}

/** What is running and what waits, at the bottom of the window; nothing while nothing does. */
export function showStatusBar(context: vscode.ExtensionContext, { backend, experiments, queues }: Parts): void {
  const item = vscode.window.createStatusBarItem('trainyard.running', vscode.StatusBarAlignment.Left, 10);
  item.name = 'Trainyard';
  const draw = () => {
    const running = experiments.running();
    const [first] = running;
    const waiting = queues.waiting().filter(({ row }) => row.position !== null).length;
    const queued = waiting > 0 ? vscode.l10n.t('{count} queued', { count: wholeNumber(waiting) }) : '';
    item.backgroundColor = undefined;
    if (backend.state === 'gone') {
      item.text = '$(warning) Trainyard';
      item.tooltip = vscode.l10n.t('The background process of Trainyard keeps ending. Click to start it again.');
      item.command = 'trainyard.restartBackend';
      item.backgroundColor = new vscode.ThemeColor('statusBarItem.warningBackground');
      return item.show();
    }
    if (!first) {
      if (waiting === 0) return item.hide();
      item.text = `$(clock) ${queued}`;
      item.tooltip = vscode.l10n.t('The queue of trainings');
      item.command = 'trainyard.showQueue';
      return item.show();
    }
    const one = running.length === 1 && waiting === 0;
    const count = wholeNumber(running.length);
    const trainings =
      waiting > 0 ? vscode.l10n.t('{count} running', { count }) : vscode.l10n.t('{count} trainings', { count });
    const what = one ? withoutIcons(oneLine(first.run.name, 40)) : [trainings, queued].filter(Boolean).join(', ');
    item.text = `$(loading~spin) ${what}`;
    item.tooltip = vscode.l10n.t('Running: {names}', {
      names: running.map(({ run }) => oneLine(run.name, 60)).join(', '),
    });
    item.command = 'trainyard.showRunning';
    item.show();
  };
  context.subscriptions.push(
    item,
    { dispose: experiments.onChange(draw) },
    { dispose: queues.onChange(draw) },
    { dispose: backend.onState(draw) },
  );
}

/** Opens the page of what is running or waits; asks which where that is several. */
export async function showRunning(experiments: Experiments, queues: Queues): Promise<void> {
  const running = experiments.running().map(({ folder, run }) => ({
    label: withoutIcons(oneLine(run.name)),
    description: elapsed(run) ?? '',
    iconPath: statusIcon(run.status),
    reference: { folder, run: run.id },
  }));
  const waiting = queues.waiting().flatMap(({ folder, row }) =>
    row.run === null || row.position === null
      ? []
      : [
          {
            label: oneLine(row.name),
            description: `#${wholeNumber(row.position)}`,
            iconPath: statusIcon('queued'),
            reference: { folder, run: row.run },
          },
        ],
  );
  const items = [...running, ...waiting];
  const [only] = items;
  const chosen =
    items.length === 1
      ? only
      : await vscode.window.showQuickPick(items, { placeHolder: vscode.l10n.t('Which run shall be opened?') });
  if (chosen) await vscode.commands.executeCommand('trainyard.openRun', chosen.reference);
}
