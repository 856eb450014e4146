import * as vscode from 'vscode';
import { causeText } from '../base/fault.ts';
import type { Log } from '../base/log.ts';
import type { RunDetails } from '../contract/run.ts';
import type { Backend } from './backend-process.ts';
import type { Experiments, RunReference } from './experiments.ts';
import { duration } from './format.ts';
import { oneLine } from './tree-items.ts';

/** Says when a training that was started in this window has ended, also after a reload. */
export interface RunWatch {
  add(reference: RunReference): void;
}

interface WatchParts {
  backend: Backend;
  experiments: Experiments;
  state: vscode.Memento;
  log: Log;
  /** The person is looking at the run's page, and sees how it ended. */
  inView(reference: RunReference): boolean;
}

const stateKey = 'watched';

export function watchRuns({ backend, experiments, state, log, inView }: WatchParts): RunWatch {
  let watched = state.get<RunReference[]>(stateKey) ?? [];
  const keep = (fresh: RunReference[]) => {
    watched = fresh;
    void state.update(stateKey, watched);
  };
  const looking = new Set<string>();

  const look = async (reference: RunReference) => {
    const details = await backend.call('run', { folder: reference.folder, run: reference.run });
    if (details.status === 'running' || details.status === 'queued') return;
    if (!watched.includes(reference)) return;
    keep(watched.filter((other) => other !== reference));
    if (!inView(reference)) void announce(details, reference);
  };

  experiments.onChange((folder) => {
    const running = new Set(experiments.tree(folder)?.running.map(({ id }) => id));
    for (const reference of watched) {
      const { run } = reference;
      if (reference.folder !== folder || running.has(run) || looking.has(run)) continue;
      if (experiments.find(reference)?.status === 'queued') continue;
      looking.add(run);
      look(reference)
        .catch((error: unknown) => {
          log('warn', 'a watched run could not be read', { run, error: causeText(error) });
          keep(watched.filter((other) => other !== reference));
        })
        .finally(() => looking.delete(run));
    }
  });

  return { add: (reference) => keep([...watched, reference]) };
}

async function announce(run: RunDetails, reference: RunReference): Promise<void> {
  const when = vscode.workspace.getConfiguration('trainyard').get<string>('notifyWhenFinished');
  const failed = run.status === 'failed' || run.status === 'lost';
  if (when === 'never' || (when === 'failed' && !failed) || run.status === 'stopped') return;
  const open = vscode.l10n.t('Open Run');
  const output = vscode.l10n.t('Show Output');
  const chosen = failed
    ? await vscode.window.showErrorMessage(failureText(run), open, output)
    : await vscode.window.showInformationMessage(successText(run), open);
  if (chosen === open) await vscode.commands.executeCommand('trainyard.openRun', reference);
  if (chosen === output) await vscode.commands.executeCommand('trainyard.showOutput', reference);
}

function failureText(run: RunDetails): string {
  const name = oneLine(run.name, 80);
  if (run.status === 'lost') return vscode.l10n.t('“{name}” is lost: nobody knows how it ended.', { name });
  if (run.failure) {
    const reason = oneLine(`${run.failure.type}: ${run.failure.message}`, 200);
    return vscode.l10n.t('“{name}” failed: {reason}', { name, reason });
  }
  if (run.signal) return vscode.l10n.t('“{name}” was ended by {signal}.', { name, signal: oneLine(run.signal, 20) });
  return vscode.l10n.t('“{name}” failed with exit code {code}.', { name, code: run.exitCode ?? '?' });
}

function successText(run: RunDetails): string {
  const name = oneLine(run.name, 80);
  const time = duration((run.ended ?? run.created) - (run.started ?? run.created));
  return vscode.l10n.t('“{name}” finished after {time}.', { name, time });
}
