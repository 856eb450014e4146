import * as vscode from 'vscode';
import type { OpToDo } from '../contract/ops.ts';
import type { Backend } from './backend-process.ts';
import type { Experiments, RunReference } from './experiments.ts';
import type { Messages } from './messages.ts';
import { inPortions } from './portions.ts';

/** What takes one action back. */
export interface Undoable {
  /** What was done, as a sentence. */
  done: string;
  ops: { folder: string; op: OpToDo }[];
}

export interface UndoStack {
  /** Remembers an action. With `tell`, says that it was done, with a button that takes it back. */
  add(action: Undoable, options: { tell: boolean }): void;
  /** What was done to runs that are gone cannot be taken back. */
  forget(runs: readonly RunReference[]): void;
  /** Takes the last action back that is still to be taken back; answers whether there was one. */
  undo(): Promise<boolean>;
}

const mostActions = 100;
const portion = 200;

export function createUndoStack(backend: Backend, experiments: Experiments, messages: Messages): UndoStack {
  let actions: Undoable[] = [];
  const tellMenus = () => void vscode.commands.executeCommand('setContext', 'trainyard.canUndo', actions.length > 0);

  const takeBack = async (action: Undoable) => {
    const at = actions.indexOf(action);
    if (at === -1) return;
    actions.splice(at, 1);
    tellMenus();
    const title = vscode.l10n.t('Taking back: {done}', { done: action.done });
    const left = await inPortions(title, action.ops, portion, async (ops) => {
      for (const folder of new Set(ops.map((one) => one.folder))) {
        const own = ops.filter((one) => one.folder === folder).map(({ op }) => op);
        await backend.call('change', { folder, ops: own });
        await experiments.refresh(folder);
      }
    });
    if (left.length > 0) {
      actions.push({ ...action, ops: left });
      tellMenus();
    }
  };

  const offer = async (action: Undoable) => {
    const undo = vscode.l10n.t('Undo');
    const chosen = await vscode.window.showInformationMessage(action.done, undo);
    if (chosen === undo) await takeBack(action);
  };

  return {
    add(action, { tell }) {
      if (action.ops.length === 0) return;
      actions.push(action);
      if (actions.length > mostActions) actions.shift();
      tellMenus();
      if (tell) void messages.attempt(() => offer(action));
    },
    forget(runs) {
      const gone = new Set(runs.map(({ folder, run }) => `${folder}\n${run}`));
      actions = actions.flatMap((action) => {
        const ops = action.ops.filter(({ folder, op }) => !gone.has(`${folder}\n${op.run}`));
        return ops.length > 0 ? [{ ...action, ops }] : [];
      });
      tellMenus();
    },
    async undo() {
      const last = actions.at(-1);
      if (last) await takeBack(last);
      return last !== undefined;
    },
  };
}
