import * as vscode from 'vscode';
import { storedPath } from '../base/files.ts';
import { type ScriptArgument, type ScriptForm, syntaxMessages, unreadMessages } from '../contract/arguments.ts';
import type { QueueState } from '../contract/queue.ts';
import { maskArguments, masked } from '../contract/secrets.ts';
import type { ChosenPython } from './chosen-python.ts';
import { joinCommandLine } from './command-line.ts';
import { sourceText } from './interpreter-picker.ts';
import { faultText } from './messages.ts';
import { activeArguments, assignWords, missingArguments } from './script-arguments.ts';
import { isSecretArgument, shownWords } from './secret-arguments.ts';
import { oneLine, wholeNumber } from './tree-items.ts';

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
  /** Who decided the interpreter; null: it was found. */
  pythonFrom: ChosenPython['from'] | null;
  /** No Python is started by us. */
  program: boolean;
  queue: QueueState;
  /** Whether it may be put into the queue, and in which row of the form. */
  queueing: 'first' | 'second' | 'not';
  /** A rerun keeps everything but the arguments. */
  argumentsOnly?: boolean;
  back: boolean;
}

export type FormAction =
  | { kind: 'start' | 'queue' | 'rest' | 'python' | 'name' | 'experiment' }
  | { kind: 'argument'; argument: ScriptArgument }
  | { kind: 'place'; line: number; column: number };

export type FormItem = vscode.QuickPickItem & { action?: FormAction };

const reset: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon('discard'),
  tooltip: vscode.l10n.t('Back to the default'),
};
export const goTo: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon('go-to-file'),
  tooltip: vscode.l10n.t('Show in the script'),
};

/**
 * The only row while the form is being read: Enter on it starts what the form will say at first. It is no higher than the form's
 * first row, so that no other row comes under a pointer that is about to click.
 */
export function waitingItem(title: string, queue: boolean): FormItem {
  const command = oneLine(title, 300);
  return {
    label: queue ? vscode.l10n.t('Add to Queue') : vscode.l10n.t('Start {command}', { command }),
    description: vscode.l10n.t('as last time; its arguments are being read'),
    iconPath: new vscode.ThemeIcon(queue ? 'clock' : 'play'),
    alwaysShow: true,
    action: { kind: 'start' },
  };
}

export function formTitle(title: string): string {
  return vscode.l10n.t('Run {title}', { title: oneLine(title, 60) });
}

export function formItems(subject: FormSubject, plan: RunPlan): FormItem[] {
  const all = subject.form?.arguments ?? [];
  const known = activeArguments(all, plan.args);
  const { assigned, rest } = assignWords(all, plan.args);
  const missing = missingArguments(all, plan.args);
  const restWords = maskArguments(rest.map((at) => plan.args[at] ?? '')).args;
  return [
    ...(subject.queueing === 'first' ? [queueItem(subject)] : []),
    startItem(subject, plan, missing),
    ...(subject.queueing === 'second' ? [queueItem(subject)] : []),
    ...problemItems(subject.form),
    ...(subject.argumentsOnly ? [] : interpreterProblemItems(subject, plan)),
    ...argumentItems(known, (argument) =>
      argumentItem(argument, assigned.get(argument)?.values, missing.includes(argument), subject.file !== null),
    ),
    ...(known.length > 0 ? [] : [separator(vscode.l10n.t('arguments'))]),
    {
      label: known.length > 0 ? vscode.l10n.t('Other arguments…') : vscode.l10n.t('Arguments…'),
      description: oneLine(joinCommandLine(restWords), 100),
      iconPath: new vscode.ThemeIcon('ellipsis'),
      action: { kind: 'rest' },
    },
    ...(subject.argumentsOnly ? [] : runItems(subject, plan)),
  ];
}

function startItem({ title, form }: FormSubject, { args }: RunPlan, missing: ScriptArgument[]): FormItem {
  const command = oneLine([title, joinCommandLine(shownWords(form, args))].filter(Boolean).join(' '), 300);
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

function queueItem({ queue: { jobs, paused, running, waiting } }: FormSubject): FormItem {
  const ahead = waiting.filter(({ position }) => position !== null).length;
  const description = () => {
    if (paused) return vscode.l10n.t('the queue is paused');
    if (ahead > 0) return vscode.l10n.t('{count} before it', { count: wholeNumber(ahead) });
    return running.length < jobs ? vscode.l10n.t('starts at once: nothing is before it') : vscode.l10n.t('next');
  };
  return {
    label: vscode.l10n.t('Add to Queue'),
    description: description(),
    iconPath: new vscode.ThemeIcon('clock'),
    alwaysShow: true,
    action: { kind: 'queue' },
  };
}

function problemItems(form: ScriptForm | null): FormItem[] {
  const problems = (form?.problems ?? []).map(
    ({ line, column, code, params }): FormItem => ({
      label: placeLabel(line, syntaxMessages[code], params),
      detail: vscode.l10n.t('Python will not read the script. Open it there.'),
      iconPath: new vscode.ThemeIcon('error', new vscode.ThemeColor('errorForeground')),
      action: { kind: 'place', line, column },
    }),
  );
  const unread = (form?.unread ?? []).map(
    ({ line, column, code, params }): FormItem => ({
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

function argumentItem(
  argument: ScriptArgument,
  values: readonly string[] | undefined,
  missing: boolean,
  file: boolean,
): FormItem {
  const item: FormItem = {
    label: argument.flag,
    description: valueText(argument, values),
    iconPath: new vscode.ThemeIcon(missing ? 'question' : values ? 'circle-filled' : 'circle-outline'),
    buttons: [...(values && !argument.required ? [reset] : []), ...(file ? [goTo] : [])],
    action: { kind: 'argument', argument },
  };
  const choices = argument.choices ? `{${argument.choices.join(', ')}}` : undefined;
  const variable = argument.variable === null ? undefined : `$${argument.variable}`;
  const detail = [argument.help, choices, variable].filter(Boolean).join(' · ');
  return detail ? { ...item, detail: oneLine(detail) } : item;
}

/** The script's own arguments first; those of a sub-command under its name. */
function argumentItems(known: ScriptArgument[], item: (argument: ScriptArgument) => FormItem): FormItem[] {
  const commands = [...new Set(known.map(({ command }) => command))];
  return commands.flatMap((command) => [
    separator(command === null ? vscode.l10n.t('arguments') : vscode.l10n.t('arguments of {command}', { command })),
    ...known.filter((argument) => argument.command === command).map(item),
  ]);
}

function valueText(argument: ScriptArgument, values: readonly string[] | undefined): string {
  if (values) {
    if (isSecretArgument(argument)) return masked;
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

function runItems(subject: FormSubject, plan: RunPlan): FormItem[] {
  const automatic = vscode.l10n.t('automatic');
  return [
    separator(vscode.l10n.t('run')),
    ...(subject.program ? [] : [pythonItem(subject, plan)]),
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

function pythonItem({ form, folder, pythonFrom }: FormSubject, { python }: RunPlan): FormItem {
  const item: FormItem = {
    label: 'Python',
    iconPath: new vscode.ThemeIcon('symbol-misc'),
    action: { kind: 'python' },
  };
  if (python && python !== form?.interpreter?.path) return { ...item, description: storedPath(folder, python) };
  if (!form?.interpreter) {
    return {
      ...item,
      description: form?.interpreterProblem ? vscode.l10n.t('none that starts') : vscode.l10n.t('automatic'),
    };
  }
  const { version, path, source } = form.interpreter;
  const why = pythonFrom === 'extension' ? vscode.l10n.t('chosen in the Python extension') : sourceText(source);
  return { ...item, description: `${version} · ${storedPath(folder, path)} · ${why}` };
}

/** Said before the start, where another one can be chosen. */
function interpreterProblemItems({ form, program }: FormSubject, { python }: RunPlan): FormItem[] {
  if (!form?.interpreterProblem || python || program) return [];
  const { code, params } = form.interpreterProblem;
  return [
    {
      label: faultText(code, params),
      detail: vscode.l10n.t('Choose another interpreter for this run.'),
      iconPath: new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground')),
      action: { kind: 'python' },
    },
  ];
}

function separator(label: string): FormItem {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}
