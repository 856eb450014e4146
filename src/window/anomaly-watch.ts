import * as vscode from 'vscode';
import { causeText } from '../base/fault.ts';
import type { Log } from '../base/log.ts';
import type { Anomaly, AnomalyKind } from '../contract/anomaly.ts';
import type { RunDetails } from '../contract/run.ts';
import { anomalyText } from './anomaly-text.ts';
import type { Backend } from './backend-process.ts';
import type { Experiments, RunReference } from './experiments.ts';
import type { Messages } from './messages.ts';
import { oneLine } from './tree-items.ts';

interface WatchParts {
  backend: Backend;
  experiments: Experiments;
  messages: Messages;
  state: vscode.Memento;
  log: Log;
}

/** What was told, by run, and the runs in the order in which they were told of: also after a reload nothing is told twice. */
type Told = [run: string, kinds: AnomalyKind[]][];

const stateKey = 'anomaliesTold';
const mostRemembered = 500;

/**
 * Tells of the anomalies of a run while it trains, once for each kind. A run that was over before the window saw it is only
 * marked in the tree and on its page.
 */
export function watchForAnomalies({ backend, experiments, messages, state, log }: WatchParts): void {
  const told = new Map(state.get<Told>(stateKey) ?? []);
  const seen = new Map<string, number>();
  const live = new Map<string, Set<string>>();

  const remember = (run: string, kind: AnomalyKind) => {
    told.set(run, [...(told.get(run) ?? []), kind]);
    for (const oldest of told.keys()) {
      if (told.size <= mostRemembered) break;
      told.delete(oldest);
    }
    void state.update(stateKey, [...told] satisfies Told);
  };

  const look = async (reference: RunReference) => {
    const details = await backend.call('run', { folder: reference.folder, run: reference.run });
    seen.set(reference.run, details.anomalies);
    for (const anomaly of details.anomalyList) {
      if (anomaly.off || anomaly.severity !== 'warning' || told.get(reference.run)?.includes(anomaly.kind)) continue;
      remember(reference.run, anomaly.kind);
      if (isWanted(reference)) void messages.attempt(() => announce(details, reference, anomaly, backend));
    }
  };

  experiments.onChange((folder) => {
    const running = new Map(experiments.tree(folder)?.running.map((run) => [run.id, run.anomalies]));
    const before = live.get(folder) ?? new Set();
    live.set(folder, new Set(running.keys()));
    const ended = [...before].filter((run) => !running.has(run));
    const changed = [...running].filter(([run, count]) => count > (seen.get(run) ?? 0)).map(([run]) => run);
    for (const run of new Set([...ended, ...changed])) {
      seen.set(run, running.get(run) ?? 0);
      look({ folder, run }).catch((error: unknown) => {
        log('warn', 'the anomalies of a run could not be read', { run, error: causeText(error) });
        seen.delete(run);
      });
    }
    for (const run of ended) seen.delete(run);
  });
}

function isWanted({ folder }: RunReference): boolean {
  return vscode.workspace.getConfiguration('trainyard', vscode.Uri.file(folder)).get('anomalies.notify', true);
}

async function announce(run: RunDetails, reference: RunReference, anomaly: Anomaly, backend: Backend): Promise<void> {
  const { metric } = anomaly;
  const stop = vscode.l10n.t('Stop Run');
  const show = vscode.l10n.t('Show');
  const off = vscode.l10n.t('Turn Off for “{metric}”', { metric: oneLine(metric, 40) });
  const text = vscode.l10n.t('“{name}”: {sentence}', { name: oneLine(run.name, 80), sentence: anomalyText(anomaly) });
  const running = run.status === 'running' || run.status === 'queued';
  const chosen = await vscode.window.showWarningMessage(text, ...(running ? [stop] : []), show, off);
  if (chosen === stop) await vscode.commands.executeCommand('trainyard.stop', reference);
  if (chosen === show) await vscode.commands.executeCommand('trainyard.openRun', reference);
  if (chosen === off) await turnOff(reference.folder, metric, backend);
}

/** @param metric in all runs of the folder */
async function turnOff(folder: string, metric: string, backend: Backend): Promise<void> {
  await backend.call('watchAnomalies', { folder, metric, on: false });
  const undo = vscode.l10n.t('Undo');
  const text = vscode.l10n.t('Anomalies of “{metric}” are told no more, in any run.', { metric: oneLine(metric, 80) });
  if ((await vscode.window.showInformationMessage(text, undo)) !== undo) return;
  await backend.call('watchAnomalies', { folder, metric, on: true });
}
