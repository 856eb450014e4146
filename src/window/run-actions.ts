import * as vscode from 'vscode';
import { byteText } from '../base/byte-text.ts';
import { nowMicros } from '../base/time.ts';
import type { OpToDo } from '../contract/ops.ts';
import { longestName } from '../contract/run.ts';
import type { Backend } from './backend-process.ts';
import type { Experiments, RunReference } from './experiments.ts';
import { duration } from './format.ts';
import { inPortions } from './portions.ts';
import type { ChosenRun } from './run-picker.ts';
import { oneLine, wholeNumber } from './tree-items.ts';
import { requireTrust } from './trust.ts';
import type { Undoable, UndoStack } from './undo.ts';

/** What can be done to runs, from the tree, the palette and a run's page alike. */
export interface RunActions {
  stop(run: ChosenRun): Promise<void>;
  rename(run: ChosenRun, name?: string): Promise<void>;
  editNote(run: ChosenRun, note?: string): Promise<void>;
  addTag(runs: ChosenRun[], tag?: { key: string; value: string }): Promise<void>;
  star(runs: ChosenRun[], starred: boolean): Promise<void>;
  archive(runs: ChosenRun[], archived: boolean): Promise<void>;
  removeTag(runs: ChosenRun[], key?: string): Promise<void>;
  /** Answers the runs that are gone. */
  delete(runs: ChosenRun[]): Promise<ChosenRun[]>;
  copyId(runs: ChosenRun[]): Promise<void>;
  revealFolder(run: RunReference): Promise<void>;
}

/** A training that has run for longer is not stopped without a question, because nobody can take that back. */
const longRun = 10 * 60 * 1e6;

/** How many runs are changed, and deleted, at a time. */
const bulkPortion = 200;
const deletePortion = 50;

export function createRunActions(backend: Backend, experiments: Experiments, undo: UndoStack): RunActions {
  /** Does something to runs, a portion of one folder at a time, and remembers what takes it back. */
  const change = async (
    runs: readonly ChosenRun[],
    said: { doing: string; done: string; tell: boolean },
    act: (folder: string, ids: [string, ...string[]]) => Promise<OpToDo[]>,
  ) => {
    for (const { folder } of runs) requireTrust(folder);
    const ops: Undoable['ops'] = [];
    const left = await eachFolder(said.doing, runs, bulkPortion, async (folder, ids) => {
      for (const op of await act(folder, ids)) ops.push({ folder, op });
    });
    const done = left > 0 ? `${said.done} ${stoppedText(left)}` : said.done;
    undo.add({ done, ops }, { tell: said.tell || runs.length > 1 });
  };

  /** Answers how many runs were left when the person broke it off. */
  const eachFolder = async (
    title: string,
    runs: readonly ChosenRun[],
    portion: number,
    act: (folder: string, ids: [string, ...string[]]) => Promise<void>,
  ): Promise<number> => {
    const left = await inPortions(title, runs, portion, async (some) => {
      for (const folder of new Set(some.map((run) => run.folder))) {
        const [first, ...others] = some.filter((run) => run.folder === folder).map(({ run }) => run);
        if (first !== undefined) await act(folder, [first, ...others]);
      }
    });
    await Promise.all([...new Set(runs.map(({ folder }) => folder))].map((folder) => experiments.refresh(folder)));
    return left.length;
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
      const done = vscode.l10n.t('“{old}” is now called “{name}”.', {
        old: oneLine(run.name, 60),
        name: oneLine(name, 60),
      });
      await change([run], { doing: done, done, tell: false }, (folder) =>
        backend.call('name', { folder, run: run.run, name }),
      );
    },
    async editNote(run, given) {
      requireTrust(run.folder);
      const note = given ?? (await askNote(run, backend));
      if (note === undefined) return;
      const done = vscode.l10n.t('The note on “{name}” was changed.', { name: oneLine(run.name, 60) });
      await change([run], { doing: done, done, tell: false }, (folder) =>
        backend.call('note', { folder, run: run.run, note }),
      );
    },
    async addTag(runs, given) {
      for (const { folder } of runs) requireTrust(folder);
      const tag = given ?? (await askTag());
      if (!tag) return;
      const text = oneLine(tag.value ? `${tag.key}=${tag.value}` : tag.key, 60);
      const said = {
        doing: vscode.l10n.t('Tagging with {tag}', { tag: text }),
        done: vscode.l10n.t('Tagged with {tag}: {runs}.', { tag: text, runs: runsText(runs) }),
        tell: false,
      };
      await change(runs, said, (folder, ids) => backend.call('tag', { folder, runs: ids, ...tag }));
    },
    async removeTag(runs, given) {
      for (const { folder } of runs) requireTrust(folder);
      const key = given ?? (await askOldTag(runs, experiments));
      if (key === undefined) return;
      const said = {
        doing: vscode.l10n.t('Removing the tag {tag}', { tag: oneLine(key, 60) }),
        done: vscode.l10n.t('The tag {tag} was removed from {runs}.', { tag: oneLine(key, 60), runs: runsText(runs) }),
        tell: false,
      };
      await change(runs, said, (folder, ids) => backend.call('tag', { folder, runs: ids, key, value: null }));
    },
    star(runs, starred) {
      const done = starred
        ? vscode.l10n.t('Starred: {runs}.', { runs: runsText(runs) })
        : vscode.l10n.t('No longer starred: {runs}.', { runs: runsText(runs) });
      return change(runs, { doing: vscode.l10n.t('Changing stars'), done, tell: false }, (folder, ids) =>
        backend.call('star', { folder, runs: ids, starred }),
      );
    },
    archive(runs, archived) {
      const said = archived
        ? { doing: vscode.l10n.t('Archiving'), done: vscode.l10n.t('Archived: {runs}.', { runs: runsText(runs) }) }
        : {
            doing: vscode.l10n.t('Restoring'),
            done: vscode.l10n.t('Restored from the archive: {runs}.', { runs: runsText(runs) }),
          };
      return change(runs, { ...said, tell: true }, (folder, ids) =>
        backend.call('archive', { folder, runs: ids, archived }),
      );
    },
    async delete(runs) {
      for (const { folder } of runs) requireTrust(folder);
      const [first] = runs;
      if (!first) return [];
      let bytes = 0;
      const measuring = vscode.l10n.t('Measuring what the runs take on the disk');
      await inPortions(measuring, runs, bulkPortion, async (some) => {
        for (const folder of new Set(some.map((run) => run.folder))) {
          const ids = some.filter((run) => run.folder === folder).map(({ run }) => run);
          bytes += (await backend.call('size', { folder, runs: ids }, { deadline: 120_000 })).bytes;
        }
      });
      if (!(await confirmDelete(first, runs.length, bytes))) return [];
      const gone: ChosenRun[] = [];
      await eachFolder(vscode.l10n.t('Deleting'), runs, deletePortion, async (folder, ids) => {
        await backend.call('delete', { folder, runs: ids }, { deadline: 120_000 });
        gone.push(...runs.filter((run) => run.folder === folder && ids.includes(run.run)));
      });
      undo.forget(gone);
      return gone;
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

/** Which of the tags that these runs have; those that no row shows can be typed nowhere. */
async function askOldTag(runs: readonly ChosenRun[], experiments: Experiments): Promise<string | undefined> {
  const counts = new Map<string, number>();
  for (const run of runs) {
    for (const key of Object.keys(experiments.find(run)?.tags ?? {})) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const items = [...counts]
    .sort(([, one], [, other]) => other - one)
    .map(([key, count]) => ({
      label: oneLine(key),
      description: runs.length > 1 ? vscode.l10n.t('{count} runs', { count: wholeNumber(count) }) : '',
      key,
    }));
  if (items.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('No tag can be removed: there is none.'));
    return undefined;
  }
  const placeHolder = vscode.l10n.t('Which tag shall be removed?');
  return (await vscode.window.showQuickPick(items, { placeHolder }))?.key;
}

async function confirmDelete(first: ChosenRun, count: number, bytes: number): Promise<boolean> {
  const remove = vscode.l10n.t('Delete');
  const question =
    count === 1
      ? vscode.l10n.t('Delete the run “{name}”?', { name: oneLine(first.name) })
      : vscode.l10n.t('Delete {count} runs?', { count: wholeNumber(count) });
  const detail =
    count === 1
      ? vscode.l10n.t(
          'Its metrics, output, artifacts and code state, {size}, are deleted from the disk. This cannot be undone.',
          {
            size: byteText(bytes),
          },
        )
      : vscode.l10n.t(
          'Their metrics, output, artifacts and code states, {size}, are deleted from the disk. This cannot be undone.',
          {
            size: byteText(bytes),
          },
        );
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, remove)) === remove;
}

function runsText(runs: readonly ChosenRun[]): string {
  const [only] = runs;
  if (only && runs.length === 1) return `“${oneLine(only.name, 60)}”`;
  return vscode.l10n.t('{count} runs', { count: wholeNumber(runs.length) });
}

function stoppedText(left: number): string {
  return vscode.l10n.t('It was broken off; {count} runs were left as they were.', { count: wholeNumber(left) });
}
