import * as vscode from 'vscode';
import { nowMicros } from '../base/time.ts';
import { longestName } from '../contract/run.ts';
import type { Backend } from './backend-process.ts';
import type { Experiments, RunReference } from './experiments.ts';
import { duration } from './format.ts';
import type { ChosenRun } from './run-picker.ts';
import { oneLine } from './tree-items.ts';
import { requireTrust } from './trust.ts';

/** What can be done to runs, from the tree, the palette and a run's page alike. */
export interface RunActions {
  stop(run: ChosenRun): Promise<void>;
  rename(run: ChosenRun, name?: string): Promise<void>;
  editNote(run: ChosenRun, note?: string): Promise<void>;
  addTag(runs: ChosenRun[], tag?: { key: string; value: string }): Promise<void>;
  star(runs: ChosenRun[], starred: boolean): Promise<void>;
  archive(runs: ChosenRun[], archived: boolean): Promise<void>;
  delete(runs: ChosenRun[]): Promise<boolean>;
  copyId(runs: ChosenRun[]): Promise<void>;
  revealFolder(run: RunReference): Promise<void>;
}

/** A training that has run for longer is not stopped without a question, because nobody can take that back. */
const longRun = 10 * 60 * 1e6;

export function createRunActions(backend: Backend, experiments: Experiments): RunActions {
  const eachFolder = async (
    runs: ChosenRun[],
    act: (folder: string, ids: [string, ...string[]]) => Promise<unknown>,
  ) => {
    for (const folder of new Set(runs.map(({ folder }) => folder))) {
      const [first, ...others] = runs.filter((run) => run.folder === folder).map(({ run }) => run);
      if (first === undefined) continue;
      requireTrust(folder);
      await act(folder, [first, ...others]);
      await experiments.refresh(folder);
    }
  };

  return {
    async stop(run) {
      requireTrust(run.folder);
      if (run.started !== null && nowMicros() - run.started > longRun) {
        const stop = vscode.l10n.t('Stop');
        const question = vscode.l10n.t('Stop “{name}”?', { name: oneLine(run.name) });
        const detail = vscode.l10n.t('It has been running for {time}.', { time: duration(nowMicros() - run.started) });
        if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, stop)) !== stop) return;
      }
      await backend.call('stop', { folder: run.folder, run: run.run }, { deadline: 60_000 });
      await experiments.refresh(run.folder);
    },
    async rename(run, given) {
      requireTrust(run.folder);
      const name = given ?? (await askName(run.name));
      if (name === undefined || name === run.name) return;
      await backend.call('name', { folder: run.folder, run: run.run, name });
      await experiments.refresh(run.folder);
    },
    async editNote(run, given) {
      requireTrust(run.folder);
      const note = given ?? (await askNote(run, backend));
      if (note === undefined) return;
      await backend.call('note', { folder: run.folder, run: run.run, note });
    },
    async addTag(runs, given) {
      for (const { folder } of runs) requireTrust(folder);
      const tag = given ?? (await askTag());
      if (!tag) return;
      await eachFolder(runs, (folder, ids) => backend.call('tag', { folder, runs: ids, ...tag }));
    },
    star: (runs, starred) => eachFolder(runs, (folder, ids) => backend.call('star', { folder, runs: ids, starred })),
    archive: (runs, archived) =>
      eachFolder(runs, (folder, ids) => backend.call('archive', { folder, runs: ids, archived })),
    async delete(runs) {
      for (const { folder } of runs) requireTrust(folder);
      const [first] = runs;
      if (!first || !(await confirmDelete(first, runs.length))) return false;
      await eachFolder(runs, (folder, ids) => backend.call('delete', { folder, runs: ids }, { deadline: 120_000 }));
      return true;
    },
    async copyId(runs) {
      await vscode.env.clipboard.writeText(runs.map(({ run }) => run).join('\n'));
    },
    async revealFolder({ folder, run }) {
      const { directory } = await backend.call('run', { folder, run });
      const place = vscode.Uri.file(directory);
      const command =
        vscode.env.uiKind === vscode.UIKind.Web || vscode.env.remoteName ? 'revealInExplorer' : 'revealFileInOS';
      await vscode.commands.executeCommand(command, vscode.Uri.joinPath(place, 'run.json'));
    },
  };
}

async function askName(current: string): Promise<string | undefined> {
  const name = await vscode.window.showInputBox({
    title: vscode.l10n.t('Rename Run'),
    value: current,
    validateInput: (text) => {
      if (text.trim() === '') return vscode.l10n.t('A run needs a name.');
      if (text.trim().length > longestName) {
        return vscode.l10n.t('At most {count} characters, please.', { count: longestName });
      }
      return undefined;
    },
  });
  return name?.trim();
}

async function askNote({ folder, run, name }: ChosenRun, backend: Backend): Promise<string | undefined> {
  const { note } = await backend.call('run', { folder, run });
  const lineBreak = ' ⏎ ';
  const edited = await vscode.window.showInputBox({
    title: vscode.l10n.t('Note on “{name}”', { name: oneLine(name, 60) }),
    prompt: vscode.l10n.t('Longer notes can be written on the run’s page. {mark} stands for a new line.', {
      mark: '⏎',
    }),
    value: note.replaceAll('\n', lineBreak),
  });
  return edited?.replace(/ ?⏎ ?/g, '\n');
}

async function askTag(): Promise<{ key: string; value: string } | undefined> {
  const text = await vscode.window.showInputBox({
    title: vscode.l10n.t('Add Tag'),
    prompt: vscode.l10n.t('A word, or name=value'),
    validateInput: (value) => (/^\s*[^=\s]/.test(value) ? undefined : vscode.l10n.t('A tag needs a name.')),
  });
  if (text === undefined) return undefined;
  const at = text.indexOf('=');
  if (at === -1) return { key: text.trim(), value: '' };
  return { key: text.slice(0, at).trim(), value: text.slice(at + 1).trim() };
}

async function confirmDelete(first: ChosenRun, count: number): Promise<boolean> {
  const remove = vscode.l10n.t('Delete');
  const question =
    count === 1
      ? vscode.l10n.t('Delete the run “{name}”?', { name: oneLine(first.name) })
      : vscode.l10n.t('Delete {count} runs?', { count });
  const detail = vscode.l10n.t(
    'Its metrics, output, artifacts and code state are deleted from the disk. This cannot be undone.',
  );
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, remove)) === remove;
}
