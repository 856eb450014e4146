import * as vscode from 'vscode';
import { storedPath } from '../base/files.ts';
import { type ScriptArgument, type ScriptForm, syntaxMessages, unreadMessages } from '../contract/arguments.ts';
import { editArgument, unfinishedQuote } from './argument-editor.ts';
import type { Backend } from './backend-process.ts';
import { joinCommandLine, splitCommandLine } from './command-line.ts';
import { pickInterpreter } from './interpreter-picker.ts';
import { faultText } from './messages.ts';
import { pick } from './quick-pick.ts';
import { activeArguments, assignWords, missingArguments, setArgument, setRest } from './script-arguments.ts';
import { oneLine } from './tree-items.ts';

/** What a person has decided about a run before it starts. */
export interface RunPlan {
  args: string[];
  /** Empty: whichever is found. */
  python: string;
  /** Empty: made by Trainyard. */
  name: string;
  experiment: string;
}

export interface FormSubject {
  folder: string;
  /** What is run, as a person would name it. */
  title: string;
  /** Null where the arguments cannot be known: a module, a notebook, a program. */
  form: ScriptForm | null;
  /** The file that the form was read from, to jump to. */
  file: vscode.Uri | null;
  /** A rerun keeps everything but the arguments. */
  argumentsOnly: boolean;
  back: boolean;
}

export type FormOutcome = { kind: 'start' | 'back' | 'left'; plan: RunPlan };

type Action =
  | { kind: 'start' | 'rest' | 'python' | 'name' | 'experiment' }
  | { kind: 'argument'; argument: ScriptArgument }
  | { kind: 'place'; line: number; column: number };

type Item = vscode.QuickPickItem & { action?: Action };

const reset: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon('discard'),
  tooltip: vscode.l10n.t('Back to the default'),
};
const goTo: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon('go-to-file'),
  tooltip: vscode.l10n.t('Show in the script'),
};

export function formTitle(title: string): string {
  return vscode.l10n.t('Run {title}', { title: oneLine(title, 60) });
}

/** The form of a run: its first row starts it, every other row changes something and comes back here. */
export async function fillForm(backend: Backend, subject: FormSubject, first: RunPlan): Promise<FormOutcome> {
  let plan = first;
  for (;;) {
    const picked = await pick<Item>({
      title: formTitle(subject.title),
      placeholder: vscode.l10n.t('Press Enter to start, or choose what to change'),
      items: formItems(subject, plan),
      back: subject.back,
      keepOpen: true,
    });
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
    } else if (action.kind === 'start') {
      const complete = await askMissing(subject, plan);
      plan = complete.plan;
      if (complete.done) return { kind: 'start', plan };
    } else {
      plan = await change(backend, subject, plan, action);
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
    const [argument] = missingArguments(subject.form?.arguments ?? [], plan.args);
    if (!argument) return { plan, done: true };
    const edited = await editArgument(argument, undefined, subject.folder);
    if (!edited?.values) return { plan, done: false };
    plan = withArgument(subject, plan, argument, edited.values);
  }
}

async function change(backend: Backend, subject: FormSubject, plan: RunPlan, action: Action): Promise<RunPlan> {
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
      const chosen = await pickInterpreter(backend, subject.folder);
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

function formItems(subject: FormSubject, plan: RunPlan): Item[] {
  const all = subject.form?.arguments ?? [];
  const known = activeArguments(all, plan.args);
  const { assigned, rest } = assignWords(all, plan.args);
  const missing = missingArguments(all, plan.args);
  const restText = oneLine(joinCommandLine(rest.map((at) => plan.args[at] ?? '')), 100);
  return [
    startItem(subject, plan, missing),
    ...problemItems(subject.form),
    separator(vscode.l10n.t('arguments')),
    ...known.map((argument) => argumentItem(argument, assigned.get(argument)?.values, subject.file !== null)),
    {
      label: known.length > 0 ? vscode.l10n.t('Other arguments…') : vscode.l10n.t('Arguments…'),
      description: restText,
      iconPath: new vscode.ThemeIcon('ellipsis'),
      action: { kind: 'rest' },
    },
    ...(subject.argumentsOnly ? [] : runItems(subject, plan)),
  ];
}

function startItem({ title }: FormSubject, { args }: RunPlan, missing: ScriptArgument[]): Item {
  const command = oneLine([title, joinCommandLine(args)].filter(Boolean).join(' '), 300);
  return {
    label: vscode.l10n.t('Start {command}', { command }),
    iconPath: new vscode.ThemeIcon('play'),
    alwaysShow: true,
    action: { kind: 'start' },
    ...(missing.length > 0
      ? { detail: vscode.l10n.t('Asks for {names} first', { names: missing.map(({ flag }) => flag).join(', ') }) }
      : {}),
  };
}

function problemItems(form: ScriptForm | null): Item[] {
  const problems = (form?.problems ?? []).map(
    ({ line, column, code, params }): Item => ({
      label: placeLabel(line, syntaxMessages[code], params),
      detail: vscode.l10n.t('Python will not read the script. Open it there.'),
      iconPath: new vscode.ThemeIcon('error', new vscode.ThemeColor('errorForeground')),
      action: { kind: 'place', line, column },
    }),
  );
  const unread = (form?.unread ?? []).map(
    ({ line, column, code, params }): Item => ({
      label: placeLabel(line, unreadMessages[code], params),
      iconPath: new vscode.ThemeIcon('info'),
      action: { kind: 'place', line, column },
    }),
  );
  return [...problems, ...unread];
}

function placeLabel(line: number, message: string, params: Record<string, string>): string {
  return vscode.l10n.t('Line {line}: {problem}', { line, problem: oneLine(vscode.l10n.t(message, params)) });
}

function argumentItem(argument: ScriptArgument, values: readonly string[] | undefined, file: boolean): Item {
  const item: Item = {
    label: argument.flag,
    description: valueText(argument, values),
    iconPath: new vscode.ThemeIcon(values ? 'circle-filled' : 'circle-outline'),
    buttons: [...(values && !argument.required ? [reset] : []), ...(file ? [goTo] : [])],
    action: { kind: 'argument', argument },
  };
  const choices = argument.choices ? `{${argument.choices.join(', ')}}` : undefined;
  const detail = [argument.help, choices].filter(Boolean).join(' · ');
  return detail ? { ...item, detail: oneLine(detail) } : item;
}

function valueText(argument: ScriptArgument, values: readonly string[] | undefined): string {
  if (values) {
    if (argument.takes !== 'switch') return oneLine(joinCommandLine(values), 100);
    return values.length === 1 && values[0] === argument.flag ? vscode.l10n.t('on') : values.join(' ');
  }
  if (argument.required) return vscode.l10n.t('required');
  if (argument.takes === 'switch') return offText(argument);
  if (argument.default === null) return '';
  return vscode.l10n.t('{value} (default)', { value: oneLine(argument.default, 100) });
}

/** A switch that is not given: off, unless it has an opposite (`--no-cache`) and is on by itself. */
function offText({ flags, off, default: value }: ScriptArgument): string {
  const onByItself = value === 'True' && off.length > 0;
  return onByItself && flags.length > 1 ? vscode.l10n.t('on (default)') : vscode.l10n.t('off');
}

function runItems(subject: FormSubject, plan: RunPlan): Item[] {
  const automatic = vscode.l10n.t('automatic');
  return [
    separator(vscode.l10n.t('run')),
    pythonItem(subject, plan),
    {
      label: vscode.l10n.t('Name'),
      description: plan.name || automatic,
      iconPath: new vscode.ThemeIcon('edit'),
      action: { kind: 'name' },
    },
    {
      label: vscode.l10n.t('Experiment'),
      description: plan.experiment || automatic,
      iconPath: new vscode.ThemeIcon('beaker'),
      action: { kind: 'experiment' },
    },
  ];
}

function pythonItem({ form, folder }: FormSubject, { python }: RunPlan): Item {
  const item: Item = {
    label: 'Python',
    iconPath: new vscode.ThemeIcon('symbol-misc'),
    action: { kind: 'python' },
  };
  if (python && python !== form?.interpreter?.path) return { ...item, description: storedPath(folder, python) };
  if (form?.interpreterProblem) {
    const { code, params } = form.interpreterProblem;
    return {
      ...item,
      description: faultText(code, params),
      iconPath: new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground')),
    };
  }
  if (!form?.interpreter) return { ...item, description: vscode.l10n.t('automatic') };
  return { ...item, description: `${form.interpreter.version} · ${storedPath(folder, form.interpreter.path)}` };
}

function separator(label: string): Item {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}

async function openPlace(file: vscode.Uri | null, line: number, column: number): Promise<void> {
  if (!file) return;
  const place = new vscode.Position(Math.max(0, line - 1), Math.max(0, column - 1));
  await vscode.window.showTextDocument(file, { selection: new vscode.Range(place, place) });
}
