import * as vscode from 'vscode';
import { byteText } from '../base/byte-text.ts';
import { Fault } from '../base/fault.ts';
import type { StoreProblem, StoreReport } from '../contract/store-report.ts';
import type { Backend } from './backend-process.ts';
import type { Experiments } from './experiments.ts';
import { oneLine, wholeNumber } from './tree-items.ts';
import { requireTrust } from './trust.ts';
import { warningText } from './warning-text.ts';
import { countText, type ProgressNow, withBackendProgress } from './with-progress.ts';

export const reportScheme = 'trainyard-report';

export interface StoreChecks {
  /** Looks at everything in a folder's store, and says what it found; with `rebuild` its index is first made again. */
  check(folder: vscode.WorkspaceFolder, rebuild: boolean): Promise<StoreReport | undefined>;
}

export function createStoreChecks(
  context: vscode.ExtensionContext,
  backend: Backend,
  experiments: Experiments,
): StoreChecks {
  const reports = new Map<string, string>();
  const changed = new vscode.EventEmitter<vscode.Uri>();
  context.subscriptions.push(
    changed,
    vscode.workspace.registerTextDocumentContentProvider(reportScheme, {
      onDidChange: changed.event,
      provideTextDocumentContent: (uri) =>
        reports.get(uri.query) ?? vscode.l10n.t('This report is gone. Run “Trainyard: Check Store” again.'),
    }),
  );

  const show = async (folder: string) => {
    const uri = vscode.Uri.from({
      scheme: reportScheme,
      path: `/${vscode.l10n.t('Check of the store')}`,
      query: folder,
    });
    changed.fire(uri);
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true });
  };

  const tell = async (folder: string, report: StoreReport) => {
    const details = vscode.l10n.t('Show Report');
    const wrong = report.problems.filter(({ mended }) => !mended).length;
    const mended = report.problems.length - wrong;
    if (wrong > 0) {
      await show(folder);
      await vscode.window.showWarningMessage([wrongText(wrong), mendedText(mended)].filter(Boolean).join(' '));
      return;
    }
    const done = report.rebuilt ? vscode.l10n.t('The index was rebuilt.') : vscode.l10n.t('The store was checked.');
    const end = mendedText(mended) ?? vscode.l10n.t('Nothing is wrong.');
    const text = `${done} ${runsText(report)} ${end}`;
    if ((await vscode.window.showInformationMessage(text, details)) === details) await show(folder);
  };

  return {
    async check({ uri }, rebuild) {
      const folder = uri.fsPath;
      requireTrust(folder);
      const title = rebuild ? vscode.l10n.t('Rebuilding the index') : vscode.l10n.t('Checking the store');
      try {
        const report = await withBackendProgress(
          backend,
          title,
          (work, options) => backend.call('examine', { folder, rebuild, work }, options),
          progressText,
        );
        await experiments.refresh(folder);
        const names = await runNames(backend, folder, report);
        reports.set(folder, reportText(report, names));
        void tell(folder, report);
        return report;
      } catch (error) {
        if (!(error instanceof Fault) || error.code !== 'cancelled') throw error;
        if (rebuild) {
          const text = vscode.l10n.t('What is still missing in the index is added while the window is open.');
          void vscode.window.showInformationMessage(text);
        }
        return undefined;
      }
    },
  };
}

function progressText(now: ProgressNow): string {
  const count = countText(now);
  if (now.stage === 'journals') return vscode.l10n.t('packing journals: {count}', { count });
  if (now.stage === 'files') return vscode.l10n.t('reading kept files: {count}', { count });
  return vscode.l10n.t('reading runs: {count}', { count });
}

const mostNames = 200;

/** The report names runs as the tree does. Whose name cannot be had is named by its id alone. */
async function runNames(backend: Backend, folder: string, { problems, settled, adopted }: StoreReport) {
  const ids = [...new Set([...settled, ...adopted, ...problems.flatMap(({ run }) => run ?? [])])].slice(0, mostNames);
  const found = await Promise.allSettled(ids.map((run) => backend.call('run', { folder, run })));
  return new Map(
    found.flatMap((answer) => (answer.status === 'fulfilled' ? [[answer.value.id, answer.value.name]] : [])),
  );
}

function reportText(report: StoreReport, names: ReadonlyMap<string, string>): string {
  const { store, rebuilt, settled, adopted, sealed, problems } = report;
  const wrong = problems.filter(({ mended }) => !mended);
  const mended = problems.filter((problem) => problem.mended);
  const named = (id: string) => (names.has(id) ? `${oneLine(names.get(id) ?? '', 80)} (${id})` : id);
  const line = ({ run, mended, ...problem }: StoreProblem) => {
    const text = oneLine(warningText(problem), 1000);
    const sign = mended ? '✓' : '✗';
    return run === null ? `  ${sign} ${text}` : `  ${sign} ${named(run)}\n    ${text}`;
  };
  const sections = [
    [store, new Date().toLocaleString(vscode.env.language)],
    [runsText(report), ...(rebuilt ? [vscode.l10n.t('The index was rebuilt.')] : [])],
    settled.length > 0
      ? [vscode.l10n.t('Had ended while nobody looked:'), ...settled.map((id) => `  ${named(id)}`)]
      : [],
    adopted.length > 0
      ? [
          vscode.l10n.t('Had lost what looks after them, and are looked after again:'),
          ...adopted.map((id) => `  ${named(id)}`),
        ]
      : [],
    sealed.length > 0 ? [sealedText(sealed)] : [],
    mended.length > 0 ? [mendedText(mended.length) ?? '', '', ...mended.map(line)] : [],
    wrong.length > 0 ? [wrongText(wrong.length), '', ...wrong.map(line)] : [],
    problems.length === 0 ? [vscode.l10n.t('Nothing is wrong.')] : [],
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function runsText({ runs, running }: StoreReport): string {
  return vscode.l10n.t('Runs: {runs}; running: {running}.', {
    runs: wholeNumber(runs),
    running: wholeNumber(running),
  });
}

function mendedText(count: number): string | undefined {
  if (count === 0) return undefined;
  return count === 1
    ? vscode.l10n.t('1 problem was found and mended.')
    : vscode.l10n.t('{count} problems were found and mended.', { count: wholeNumber(count) });
}

function wrongText(count: number): string {
  return count === 1
    ? vscode.l10n.t('1 problem was found in the store.')
    : vscode.l10n.t('{count} problems were found in the store.', { count: wholeNumber(count) });
}

function sealedText(sealed: StoreReport['sealed']): string {
  const total = (bytes: number[]) => byteText(bytes.reduce((sum, next) => sum + next, 0));
  return vscode.l10n.t('Journals packed: {count}; {before} became {after}.', {
    count: wholeNumber(sealed.length),
    before: total(sealed.map(({ before }) => before)),
    after: total(sealed.map(({ after }) => after)),
  });
}
