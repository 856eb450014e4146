import * as vscode from 'vscode';
import type { ScriptArgument } from '../contract/arguments.ts';
import { editArgument, unfinishedQuote } from './argument-editor.ts';
import type { Backend } from './backend-process.ts';
import { joinCommandLine, splitCommandLine } from './command-line.ts';
import { pickInterpreter } from './interpreter-picker.ts';
import type { PythonExtension } from './python-extension.ts';
import { pick, type Waited } from './quick-pick.ts';
import {
  type FormAction,
  type FormItem,
  type FormSubject,
  formItems,
  formTitle,
  goTo,
  type RunPlan,
} from './run-form-items.ts';
import { assignWords, missingArguments, setArgument, setRest } from './script-arguments.ts';
import { maskedArguments } from './secret-arguments.ts';

export type FormOutcome = { kind: 'start' | 'queue' | 'back' | 'left'; plan: RunPlan };

interface FormParts {
  backend: Backend;
  python: PythonExtension;
}

/**
 * The form of a run: its first row starts it, every other row changes something and comes back here.
 *
 * @param waited the list that the person waits in, and whether the first row was chosen there already
 */
export async function fillForm(
  parts: FormParts,
  subject: FormSubject,
  first: RunPlan,
  waited: Pick<Waited<unknown>, 'accepted' | 'list'>,
): Promise<FormOutcome> {
  let plan = first;
  let list: Waited<unknown>['list'] | undefined = waited.list;
  if (waited.accepted) {
    list = undefined;
    setImmediate(() => waited.list.dispose());
    const complete = await askMissing(subject, plan);
    if (complete.done) return { kind: subject.queueing === 'first' ? 'queue' : 'start', plan: complete.plan };
    plan = complete.plan;
  }
  for (;;) {
    const picked = await pick<FormItem>({
      title: formTitle(subject.title),
      placeholder:
        subject.queueing === 'first'
          ? vscode.l10n.t('Press Enter to add it to the queue, or choose what to change')
          : vscode.l10n.t('Press Enter to start, or choose what to change'),
      items: formItems(subject, plan),
      back: subject.back,
      keepOpen: true,
      ...(list ? { list } : {}),
    });
    list = undefined;
    if (!picked) return { kind: 'left', plan };
    if (picked.kind === 'back') return { kind: 'back', plan };
    const { action } = picked.item;
    if (!action) continue;
    if (picked.kind === 'button' && action.kind === 'argument') {
      if (picked.button === goTo) {
        await openPlace(subject.file, action.argument.line, 1);
        return { kind: 'left', plan };
      }
      plan = withArgument(subject, plan, action.argument, null);
    } else if (action.kind === 'place') {
      await openPlace(subject.file, action.line, action.column);
      return { kind: 'left', plan };
    } else if (action.kind === 'start' || action.kind === 'queue') {
      const complete = await askMissing(subject, plan);
      plan = complete.plan;
      if (complete.done) return { kind: action.kind, plan };
    } else {
      plan = await change(parts, subject, plan, action);
    }
  }
}

function withArgument(
  { form }: FormSubject,
  plan: RunPlan,
  argument: ScriptArgument,
  values: string[] | null,
): RunPlan {
  return { ...plan, args: setArgument(form?.arguments ?? [], plan.args, argument, values ?? undefined) };
}

async function askMissing(subject: FormSubject, first: RunPlan): Promise<{ plan: RunPlan; done: boolean }> {
  let plan = first;
  for (;;) {
    const all = subject.form?.arguments ?? [];
    const [argument] = [...missingArguments(all, plan.args), ...maskedArguments(all, plan.args)];
    if (!argument) return { plan, done: true };
    const edited = await editArgument(argument, undefined, subject.folder);
    if (!edited?.values) return { plan, done: false };
    plan = withArgument(subject, plan, argument, edited.values);
  }
}

async function change(parts: FormParts, subject: FormSubject, plan: RunPlan, action: FormAction): Promise<RunPlan> {
  const all = subject.form?.arguments ?? [];
  switch (action.kind) {
    case 'argument': {
      const { assigned } = assignWords(all, plan.args);
      const edited = await editArgument(action.argument, assigned.get(action.argument)?.values, subject.folder);
      return edited ? withArgument(subject, plan, action.argument, edited.values) : plan;
    }
    case 'rest': {
      const rest = assignWords(all, plan.args).rest.map((at) => plan.args[at] ?? '');
      const words = await askWords(rest, all.length > 0);
      return words ? { ...plan, args: setRest(all, plan.args, words) } : plan;
    }
    case 'python': {
      const chosen = await pickInterpreter(parts, subject.folder);
      return chosen ? { ...plan, python: chosen.path ?? '' } : plan;
    }
    case 'name':
      return { ...plan, name: (await askText(vscode.l10n.t('Name of the Run'), plan.name)) ?? plan.name };
    case 'experiment':
      return { ...plan, experiment: (await askText(vscode.l10n.t('Experiment'), plan.experiment)) ?? plan.experiment };
    default:
      return plan;
  }
}

async function askWords(words: readonly string[], others: boolean): Promise<string[] | undefined> {
  const text = await vscode.window.showInputBox({
    title: others ? vscode.l10n.t('Other Arguments') : vscode.l10n.t('Arguments'),
    prompt: vscode.l10n.t('As you would type them in a terminal'),
    value: joinCommandLine(words),
    ignoreFocusOut: true,
    validateInput: (value) => {
      const split = splitCommandLine(value);
      return Array.isArray(split) ? undefined : unfinishedQuote(split.position);
    },
  });
  if (text === undefined) return undefined;
  const split = splitCommandLine(text);
  return Array.isArray(split) ? split : undefined;
}

async function askText(title: string, value: string): Promise<string | undefined> {
  const text = await vscode.window.showInputBox({
    title,
    value,
    prompt: vscode.l10n.t('Empty: chosen by Trainyard'),
    ignoreFocusOut: true,
  });
  return text?.trim();
}

async function openPlace(file: vscode.Uri | null, line: number, column: number): Promise<void> {
  if (!file) return;
  const place = new vscode.Position(Math.max(0, line - 1), Math.max(0, column - 1));
  await vscode.window.showTextDocument(file, { selection: new vscode.Range(place, place) });
}
