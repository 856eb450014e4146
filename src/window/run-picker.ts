import * as vscode from 'vscode';
import { nowMicros } from '../base/time.ts';
import type { RunStatus } from '../contract/run.ts';
import type { Backend } from './backend-process.ts';
import type { Experiments, RunReference } from './experiments.ts';
import type { GroupNode, RunNode, TreeNode } from './experiments-tree.ts';
import type { Folders } from './folders.ts';
import { age } from './format.ts';
import { withoutIcons } from './markdown.ts';
import { oneLine, statusIcon, statusText } from './tree-items.ts';

/** As much of a run as an action needs to know. */
export interface ChosenRun extends RunReference {
  name: string;
  status: RunStatus;
  started: number | null;
  starred: boolean;
  archived: boolean;
}

export interface RunPicker {
  /**
   * The runs that a command is meant for: the row it was called on with the others selected, the tree's selection where it
   * came from a key, what a caller names, else what the person picks. Empty if nothing was picked.
   */
  choose(target: unknown, selection: unknown, ask: Question): Promise<ChosenRun[]>;
}

export interface Question {
  placeholder: string;
  suits?(run: ChosenRun): boolean;
}

interface PickerParts {
  backend: Backend;
  experiments: Experiments;
  folders: Folders;
  view: vscode.TreeView<TreeNode>;
}

const mostOffered = 500;

export function createRunPicker({ backend, experiments, folders, view }: PickerParts): RunPicker {
  /** A group stands for all runs in it. */
  const fromRows = async (rows: readonly (RunNode | GroupNode)[]): Promise<ChosenRun[]> => {
    const lists = await Promise.all(
      rows.map(async (row) => {
        const runs = row.kind === 'run' ? [row.run] : await experiments.members(row.folder, row.group.key);
        return runs.map((run): ChosenRun => ({ ...run, folder: row.folder, run: run.id }));
      }),
    );
    return [...new Map(lists.flat().map((run) => [`${run.folder}\n${run.run}`, run])).values()];
  };

  const fromReference = async (reference: RunReference): Promise<ChosenRun> => {
    const { folder, run } = reference;
    const known = experiments.find(reference) ?? (await backend.call('run', { folder, run }));
    return { ...known, folder, run };
  };

  const ask = async ({ placeholder, suits }: Question): Promise<ChosenRun[]> => {
    const several = experiments.folders().length > 1;
    const offered = Promise.all(
      experiments.folders().map(async (folder) => {
        const { runs } = await backend.call('runs', { folder, limit: mostOffered, archived: true });
        return runs.map((run) => ({ ...run, folder, run: run.id }));
      }),
    ).then((lists) =>
      lists
        .flat()
        .filter((run) => !suits || suits(run))
        .sort((left, right) => right.created - left.created)
        .map((run) => ({
          label: withoutIcons(oneLine(run.name)),
          iconPath: statusIcon(run.status),
          description: [
            statusText(run),
            age(run.created, nowMicros(), vscode.env.language),
            ...(several ? [folders.find(run.folder)?.name ?? run.folder] : []),
          ].join(' · '),
          run,
        })),
    );
    if ((await offered).length === 0) {
      void vscode.window.showInformationMessage(vscode.l10n.t('There is no run that this could be done with.'));
      return [];
    }
    const picked = await vscode.window.showQuickPick(offered, { placeHolder: placeholder, matchOnDescription: true });
    return picked ? [picked.run] : [];
  };

  return {
    async choose(target, selection, question) {
      if (isRow(target)) {
        const rows = Array.isArray(selection) ? selection.filter(isRow) : [];
        return fromRows(rows.some(({ id }) => id === target.id) ? rows : [target]);
      }
      if (isReference(target)) {
        const others = Array.isArray(selection) ? selection.filter(isReference) : [];
        return Promise.all((others.includes(target) ? others : [target]).map(fromReference));
      }
      if (target === 'selection') return fromRows(view.selection.filter(isRow));
      return ask(question);
    },
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isRow(value: unknown): value is RunNode | GroupNode {
  return isObject(value) && ((value.kind === 'run' && isObject(value.run)) || value.kind === 'group');
}

export function isReference(value: unknown): value is RunReference {
  return isObject(value) && typeof value.folder === 'string' && typeof value.run === 'string';
}
