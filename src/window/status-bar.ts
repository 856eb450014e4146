import * as vscode from 'vscode';
import type { Backend } from './backend-process.ts';
import type { Experiments } from './experiments.ts';
import { elapsed, oneLine, statusIcon } from './tree-items.ts';

/** What is running, at the bottom of the window; nothing while nothing is. */
export function showStatusBar(context: vscode.ExtensionContext, backend: Backend, experiments: Experiments): void {
  const item = vscode.window.createStatusBarItem('trainyard.running', vscode.StatusBarAlignment.Left, 10);
  item.name = 'Trainyard';
  const draw = () => {
    const running = experiments.running();
    const [first] = running;
    item.backgroundColor = undefined;
    if (backend.state === 'gone') {
      item.text = '$(warning) Trainyard';
      item.tooltip = vscode.l10n.t('The background process of Trainyard keeps ending. Click to start it again.');
      item.command = 'trainyard.restartBackend';
      item.backgroundColor = new vscode.ThemeColor('statusBarItem.warningBackground');
      return item.show();
    }
    if (!first) return item.hide();
    item.text =
      running.length === 1
        ? `$(loading~spin) ${plainText(oneLine(first.run.name, 40))}`
        : `$(loading~spin) ${vscode.l10n.t('{count} trainings', { count: running.length })}`;
    item.tooltip = vscode.l10n.t('Running: {names}', {
      names: running.map(({ run }) => oneLine(run.name, 60)).join(', '),
    });
    item.command = 'trainyard.showRunning';
    item.show();
  };
  context.subscriptions.push(item, { dispose: experiments.onChange(draw) }, { dispose: backend.onState(draw) });
}

/** In a status bar `$(name)` becomes an icon, also inside a run's name. */
function plainText(text: string): string {
  return text.replaceAll('$(', '$\u200b(');
}

/** Opens the page of what is running; asks which where that is several. */
export async function showRunning(experiments: Experiments): Promise<void> {
  const running = experiments.running();
  const items = running.map(({ folder, run }) => ({
    label: oneLine(run.name),
    description: elapsed(run) ?? '',
    iconPath: statusIcon(run.status),
    reference: { folder, run: run.id },
  }));
  const [only] = items;
  const chosen =
    items.length === 1
      ? only
      : await vscode.window.showQuickPick(items, { placeHolder: vscode.l10n.t('Which run shall be opened?') });
  if (chosen) await vscode.commands.executeCommand('trainyard.openRun', chosen.reference);
}
