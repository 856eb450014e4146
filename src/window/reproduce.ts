import * as vscode from 'vscode';
import { Fault } from '../base/fault.ts';
import type { CauseKind, ReproduceProgress, Reproduction } from '../contract/reproduction.ts';
import { askSecret } from './ask-secret.ts';
import type { Backend } from './backend-process.ts';
import type { RunReference } from './experiments.ts';
import { oneLine } from './tree-items.ts';
import { requireTrust } from './trust.ts';
import { patience } from './with-progress.ts';

interface Parts {
  backend: Backend;
  open(reference: RunReference): unknown;
}

/** Runs a run again from its record, with progress that can be broken off, and says what came of it. */
export async function reproduceRun(
  { backend, open }: Parts,
  { folder, run, name }: RunReference & { name: string },
): Promise<Reproduction | undefined> {
  requireTrust(folder);
  const secrets: Record<string, string> = {};
  for (;;) {
    try {
      const found = await withProgress(backend, { folder, run, secrets }, name);
      void tell(found, name, () => open({ folder, run: found.reproduced }));
      return found;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      if (error.code === 'cancelled') return undefined;
      if (error.code !== 'secret-missing') throw error;
      secrets[String(error.params.variable)] = await askSecret(String(error.params.name));
    }
  }
}

function withProgress(
  backend: Backend,
  input: RunReference & { secrets: Record<string, string> },
  name: string,
): Thenable<Reproduction> {
  const title = vscode.l10n.t('Reproducing {name}', { name: oneLine(name, 60) });
  const location = vscode.ProgressLocation.Notification;
  return vscode.window.withProgress({ location, title, cancellable: true }, async (progress, cancelled) => {
    const broken = new AbortController();
    cancelled.onCancellationRequested(() => broken.abort());
    const stop = backend.onEvent('reproducing', ({ run, ...step }) => {
      if (run === input.run) progress.report({ message: stepText(step) });
    });
    try {
      return await backend.call('reproduce', input, { signal: broken.signal, deadline: patience });
    } finally {
      stop();
    }
  });
}

function stepText({ stage, detail }: ReproduceProgress): string {
  if (detail !== undefined) return oneLine(detail, 80);
  return {
    code: vscode.l10n.t('putting the code back'),
    data: vscode.l10n.t('looking at the data'),
    environment: vscode.l10n.t('looking at the environment'),
    run: vscode.l10n.t('running it again'),
    comparison: vscode.l10n.t('comparing'),
  }[stage];
}

async function tell(found: Reproduction, name: string, open: () => unknown): Promise<void> {
  const details = vscode.l10n.t('Details');
  const second = vscode.l10n.t('Open the Second Run');
  const text = verdict(found, oneLine(name, 60));
  const show = found.same ? vscode.window.showInformationMessage : vscode.window.showWarningMessage;
  const chosen = await show(text, details, second);
  if (chosen === second) await open();
  if (chosen !== details) return;
  const more = await show(text, { modal: true, detail: detailText(found) }, second);
  if (more === second) await open();
}

function verdict({ same, cause }: Reproduction, name: string): string {
  if (same) return vscode.l10n.t('{name} was reproduced.', { name });
  if (!cause) {
    return vscode.l10n.t('{name} comes out differently, though nothing that is recorded differs.', { name });
  }
  const what = `${kindText(cause.kind)} ${cause.name === 'none' ? '' : oneLine(cause.name, 100)}`.trim();
  return vscode.l10n.t('{name} comes out differently. First cause: {cause}', { name, cause: what });
}

function kindText(kind: CauseKind): string {
  return {
    code: vscode.l10n.t('code'),
    data: vscode.l10n.t('data'),
    package: vscode.l10n.t('package'),
    setting: vscode.l10n.t('setting'),
    seed: vscode.l10n.t('seed'),
    hardware: vscode.l10n.t('hardware'),
  }[kind];
}

const mostLines = 20;

function detailText({ metrics, outputs, causes, python }: Reproduction): string {
  const metricWords = {
    identical: vscode.l10n.t('same to the bit'),
    tolerance: vscode.l10n.t('same within one in a million'),
    noise: vscode.l10n.t('same within the noise of seeds'),
    time: vscode.l10n.t('a time, which does not count'),
    differs: vscode.l10n.t('differs'),
  };
  const outputWords = {
    identical: vscode.l10n.t('same bytes'),
    bytes: vscode.l10n.t('other bytes, which may be times or paths'),
    differs: vscode.l10n.t('other bytes'),
    missing: vscode.l10n.t('was not written again'),
    new: vscode.l10n.t('was not written before'),
    unknown: vscode.l10n.t('cannot be compared'),
  };
  const value = (one: unknown) =>
    one === null ? '–' : oneLine(typeof one === 'string' ? one : JSON.stringify(one), 60);
  const lines = [
    ...metrics.map(({ name, verdict: found }) => `${oneLine(name, 60)}: ${metricWords[found]}`),
    ...outputs.map(({ path, verdict: found }) => `${oneLine(path, 100)}: ${outputWords[found]}`),
    ...causes.map(({ kind, name, was, is }) => `${kindText(kind)} ${oneLine(name, 100)}: ${value(was)} → ${value(is)}`),
    ...(python.problem === null
      ? []
      : [
          vscode.l10n.t('No environment could be made from the lock: {problem}', {
            problem: oneLine(python.problem, 200),
          }),
        ]),
  ];
  const left = lines.length - mostLines;
  if (left > 0) lines.splice(mostLines, left, vscode.l10n.t('and {count} more', { count: String(left) }));
  return lines.join('\n');
}
