import * as vscode from 'vscode';
import type { StoreChecks } from './check-store.ts';
import type { DebugTraining } from './debug-training.ts';
import type { RunReference } from './experiments.ts';
import type { TreeNode } from './experiments-tree.ts';
import type { Folders } from './folders.ts';
import { workspaceFolders } from './folders.ts';
import { chooseInterpreter } from './interpreter-picker.ts';
import type { WindowLog } from './log.ts';
import type { PythonExtension } from './python-extension.ts';
import { type QueueParts, registerQueueCommands } from './queue-commands.ts';
import type { RunActions } from './run-actions.ts';
import type { RunPages } from './run-page.ts';
import type { ChosenRun, Question, RunPicker } from './run-picker.ts';
import { invokedOn, targetOf } from './run-target.ts';
import type { RunRequest, StartedRun } from './run-training.ts';
import { showRunning } from './status-bar.ts';
import { registerTreeCommands, type TreeParts } from './tree-commands.ts';

interface Parts extends TreeParts, QueueParts {
  folders: Folders;
  debugging: DebugTraining;
  actions: RunActions;
  picker: RunPicker;
  pages: RunPages;
  view: vscode.TreeView<TreeNode>;
  output: { show(reference: RunReference, name: string): Promise<void> };
  python: PythonExtension;
  log: WindowLog;
}

/**
 * Every command. Those on runs take a row of the tree and the selection, or `{folder, run}` and what would otherwise be
 * asked for, so that keys, other extensions and tests can call them without a dialog.
 */
export function registerCommands(context: vscode.ExtensionContext, parts: Parts): void {
  const { actions, training, pages, messages } = parts;
  const register = (name: string, act: (...args: unknown[]) => Promise<unknown> | unknown) => {
    context.subscriptions.push(
      vscode.commands.registerCommand(`trainyard.${name}`, (...args: unknown[]) =>
        messages.attempt(async () => act(...args)),
      ),
    );
  };
  const onRuns = (name: string, question: () => Question, act: (runs: ChosenRun[], option: unknown) => unknown) =>
    register(name, async (target, option) => {
      const runs = await parts.picker.choose(target, option, question());
      return runs.length > 0 ? act(runs, option) : undefined;
    });
  const onRun = (name: string, question: () => Question, act: (run: ChosenRun, option: unknown) => unknown) =>
    onRuns(name, question, ([run], option) => run && act(run, option));
  const started = async (starting: Promise<StartedRun | undefined>) => {
    const run = await starting;
    if (!run) return undefined;
    const { queued, ...reference } = run;
    await parts.reveal(reference);
    if (!queued) await pages.open(reference, 'started');
    return reference;
  };

  register('runTraining', (request) => started(isRequest(request) ? training.start(request) : training.ask()));
  register('runScript', (file) => {
    const uri = invokedOn(file);
    return started(training.ask(uri && targetOf(uri)));
  });
  register('debugScript', async (file) => {
    const uri = invokedOn(file);
    const chosen = uri && targetOf(uri);
    const request = chosen && (await training.plan(chosen));
    if (request) await parts.debugging.start(request);
  });
  register('runLast', () => started(training.again()));
  onRun('rerun', ask.rerun, (run, option) => started(training.rerun(run, words(option))));
  onRun('runAgain', ask.rerun, (run) => started(training.again(run)));
  onRun('runLike', ask.rerun, (run) => started(training.askLike(run)));
  onRun('reproduce', ask.reproduce, async (run) =>
    (await import('./later.ts')).reproduceRun(
      { backend: parts.backend, open: (reference) => pages.open(reference, 'kept') },
      run,
    ),
  );
  onRuns('stop', ask.stop, async (runs) => {
    for (const run of runs) if (run.status === 'running' || run.status === 'queued') await actions.stop(run);
  });
  onRun('openRun', ask.open, ({ folder, run }, option) =>
    pages.open({ folder, run }, Reflect.get(Object(option), 'preview') === true ? 'preview' : 'kept'),
  );
  register('openSelected', () => {
    const [node] = parts.view.selection;
    if (node?.kind !== 'run') return vscode.commands.executeCommand('list.toggleExpand');
    return pages.open({ folder: node.folder, run: node.run.id }, 'kept');
  });
  onRun('showOutput', ask.output, (run) => parts.output.show(run, run.name));
  onRun('rename', ask.rename, (run, option) => actions.rename(run, text(option, 'name')));
  onRun('editNote', ask.note, (run, option) => actions.editNote(run, text(option, 'note')));
  onRuns('addTag', ask.tag, (runs, option) => {
    const key = text(option, 'key');
    return actions.addTag(runs, key === undefined ? undefined : { key, value: text(option, 'value') ?? '' });
  });
  onRuns('removeTag', ask.untag, (runs, option) => actions.removeTag(runs, text(option, 'key')));
  onRuns('star', ask.star, (runs) => actions.star(runs, true));
  onRuns('unstar', ask.unstar, (runs) => actions.star(runs, false));
  onRuns('archive', ask.archive, (runs) => actions.archive(runs, true));
  onRuns('restore', ask.restore, (runs) => actions.archive(runs, false));
  onRuns('delete', ask.delete, async (runs) => {
    pages.close(await actions.delete(runs));
  });
  onRuns('copyId', ask.copy, (runs) => actions.copyId(runs));
  onRun('revealFolder', ask.reveal, (run) => actions.revealFolder(run));

  register('refresh', () => parts.folders.open());
  registerTreeCommands(register, parts);
  registerQueueCommands(register, onRuns, parts);
  register('showRunning', () => showRunning(parts.experiments, parts.queues));
  register('showLog', () => parts.log.show());
  register('restartBackend', () => parts.backend.restart());
  register('findDebugger', () =>
    vscode.commands.executeCommand('workbench.extensions.search', '@id:ms-python.debugpy'),
  );
  register('chooseInterpreter', () => inFolder((folder) => chooseInterpreter(parts, folder)));
  register('importLogs', (chosen) =>
    inFolder(async (folder) =>
      (await import('./later.ts')).importLogs(parts.backend, folder, chosen instanceof vscode.Uri ? chosen : undefined),
    ),
  );
  onRuns('exportRuns', ask.export, async (runs, option) =>
    (await import('./later.ts')).exportRuns(parts.backend, runs, text(option, 'path')),
  );
  register('importRuns', (chosen) =>
    inFolder(async (folder) =>
      (await import('./later.ts')).importRuns(parts, folder, chosen instanceof vscode.Uri ? chosen : undefined),
    ),
  );
  let checks: StoreChecks | undefined;
  const check = async (folder: vscode.WorkspaceFolder, rebuild: boolean) => {
    const later = await import('./later.ts');
    checks ??= later.createStoreChecks(context, parts.backend, parts.experiments);
    return checks.check(folder, rebuild);
  };
  register('checkStore', () => inFolder((folder) => check(folder, false)));
  register('rebuildIndex', () => inFolder((folder) => check(folder, true)));
}

/** Does something in the window's folder; asks in which, where there are several. */
async function inFolder<Result>(
  act: (folder: vscode.WorkspaceFolder) => Promise<Result> | Result,
): Promise<Result | undefined> {
  const [first, ...others] = workspaceFolders();
  const folder = others.length > 0 ? await vscode.window.showWorkspaceFolderPick() : first;
  return folder && act(folder);
}

const ask = {
  rerun: () => ({ placeholder: vscode.l10n.t('Which run shall be started again?') }),
  reproduce: () => ({ placeholder: vscode.l10n.t('Which run shall be reproduced?') }),
  stop: () => ({
    placeholder: vscode.l10n.t('Which run shall be stopped?'),
    suits: ({ status }: ChosenRun) => status === 'running' || status === 'queued',
  }),
  open: () => ({ placeholder: vscode.l10n.t('Which run shall be opened?') }),
  output: () => ({ placeholder: vscode.l10n.t('Which run’s output shall be shown?') }),
  rename: () => ({ placeholder: vscode.l10n.t('Which run shall be renamed?') }),
  note: () => ({ placeholder: vscode.l10n.t('Which run is the note for?') }),
  tag: () => ({ placeholder: vscode.l10n.t('Which run is the tag for?') }),
  untag: () => ({ placeholder: vscode.l10n.t('Which run shall lose a tag?') }),
  star: () => ({
    placeholder: vscode.l10n.t('Which run shall get a star?'),
    suits: ({ starred }: ChosenRun) => !starred,
  }),
  unstar: () => ({
    placeholder: vscode.l10n.t('Which run shall lose its star?'),
    suits: ({ starred }: ChosenRun) => starred,
  }),
  archive: () => ({
    placeholder: vscode.l10n.t('Which run shall be archived?'),
    suits: ({ archived }: ChosenRun) => !archived,
  }),
  restore: () => ({
    placeholder: vscode.l10n.t('Which run shall be restored?'),
    suits: ({ archived }: ChosenRun) => archived,
  }),
  delete: () => ({
    placeholder: vscode.l10n.t('Which run shall be deleted?'),
    suits: ({ status }: ChosenRun) => status !== 'running',
  }),
  copy: () => ({ placeholder: vscode.l10n.t('Which run’s id shall be copied?') }),
  export: () => ({
    placeholder: vscode.l10n.t('Which run shall be exported?'),
    suits: ({ status }: ChosenRun) => status !== 'running' && status !== 'queued',
  }),
  reveal: () => ({ placeholder: vscode.l10n.t('Which run’s folder shall be shown?') }),
} satisfies Record<string, () => Question>;

function isRequest(value: unknown): value is RunRequest {
  return typeof value === 'object' && value !== null && 'folder' in value && 'target' in value;
}

function text(option: unknown, name: string): string | undefined {
  const value: unknown = Reflect.get(Object(option), name);
  return typeof value === 'string' ? value : undefined;
}

function words(option: unknown): string[] | undefined {
  const value: unknown = Reflect.get(Object(option), 'args');
  return Array.isArray(value) && value.every((word) => typeof word === 'string') ? value : undefined;
}
