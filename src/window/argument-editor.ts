import * as vscode from 'vscode';
import { storedPath } from '../base/files.ts';
import type { ScriptArgument } from '../contract/arguments.ts';
import { joinCommandLine, splitCommandLine } from './command-line.ts';
import { pick } from './quick-pick.ts';
import { valueProblem } from './script-arguments.ts';
import { isSecretArgument } from './secret-arguments.ts';

/** What a person decided about an argument: its values, or null for the script's own default. */
export type Edited = { values: string[] | null } | undefined;

const browse: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon('folder-opened'),
  tooltip: vscode.l10n.t('Browse…'),
};

/** Asks for the value of one argument. Undefined when the person left it as it was. */
export async function editArgument(
  argument: ScriptArgument,
  current: readonly string[] | undefined,
  folder: string,
): Promise<Edited> {
  if (argument.takes === 'switch') return editSwitch(argument, current);
  if (argument.takes === 'value' && argument.choices) return editChoice(argument, current?.[0], argument.choices);
  if (argument.takes === 'value' && argument.suggestions) return editSuggested(argument, current?.[0], folder);
  if (argument.takes === 'values' && argument.choices && argument.count === null) return editChoices(argument, current);
  return editText(argument, current, folder);
}

async function editSwitch(argument: ScriptArgument, current: readonly string[] | undefined): Promise<Edited> {
  const [opposite] = argument.off;
  if (!opposite && !argument.repeats) return { values: current ? null : [argument.flag] };
  const flags = opposite
    ? [argument.flag, opposite].filter((flag, index, all) => all.indexOf(flag) === index)
    : [1, 2, 3].map((count) => Array<string>(count).fill(argument.flag).join(' '));
  return pickValue(argument, flags, current?.join(' '), (flag) => flag.split(' '));
}

function editChoice(argument: ScriptArgument, current: string | undefined, choices: string[]): Promise<Edited> {
  return pickValue(argument, choices, current, (choice) => [choice]);
}

/** Of several values that are all among the choices, any may be ticked. */
async function editChoices(argument: ScriptArgument, current: readonly string[] | undefined): Promise<Edited> {
  const list = vscode.window.createQuickPick();
  list.title = argument.flag;
  list.placeholder = argument.help ?? '';
  list.canSelectMany = true;
  list.ignoreFocusOut = true;
  list.buttons = [vscode.QuickInputButtons.Back];
  list.items = (argument.choices ?? []).map((label) => ({ label }));
  list.selectedItems = list.items.filter(({ label }) => current?.includes(label));
  const answer = new Promise<Edited>((resolve) => {
    list.onDidAccept(() => {
      const values = list.selectedItems.map(({ label }) => label);
      if (values.length > 0 || !argument.required) resolve({ values: values.length > 0 ? values : null });
    });
    list.onDidTriggerButton(() => resolve(undefined));
    list.onDidHide(() => resolve(undefined));
  });
  list.show();
  return answer.finally(() => setImmediate(() => list.dispose()));
}

/** What is likely is listed; what is typed is taken too, where it can be. */
async function editSuggested(argument: ScriptArgument, current: string | undefined, folder: string): Promise<Edited> {
  type Item = vscode.QuickPickItem & { values: string[] | null };
  const list = vscode.window.createQuickPick<Item>();
  list.title = argument.flag;
  list.placeholder = [argument.help, vscode.l10n.t('Choose, or type another value')].filter(Boolean).join(' · ');
  list.ignoreFocusOut = true;
  list.buttons = [vscode.QuickInputButtons.Back, browse];
  const known = [...new Set([...(current === undefined ? [] : [current]), ...(argument.suggestions ?? [])])];
  const items = known.map(
    (label): Item => ({
      label,
      ...(label === argument.default ? { description: vscode.l10n.t('default') } : {}),
      values: [label],
    }),
  );
  const unset: Item[] = argument.required ? [] : [{ label: defaultLabel(argument), values: null }];
  const fill = () => {
    const typed = list.value;
    const problem = typed === '' ? undefined : problemText(argument, typed, false);
    const own: Item[] =
      typed === '' || known.includes(typed)
        ? []
        : [{ label: typed, ...(problem ? { detail: problem } : {}), alwaysShow: true, values: problem ? [] : [typed] }];
    list.items = [...own, ...items, ...unset];
  };
  fill();
  list.activeItems = items.filter(({ label }) => label === (current ?? argument.default));
  const answer = new Promise<Edited>((resolve) => {
    list.onDidChangeValue(fill);
    list.onDidAccept(() => {
      const [item] = list.selectedItems;
      if (item && item.values?.length !== 0) resolve({ values: item.values });
    });
    let browsing = false;
    list.onDidTriggerButton(async (button) => {
      if (button !== browse) return resolve(undefined);
      browsing = true;
      const path = await browsePath(folder);
      browsing = false;
      if (path === undefined) return list.show();
      resolve({ values: [path] });
    });
    list.onDidHide(() => {
      if (!browsing) resolve(undefined);
    });
  });
  list.show();
  return answer.finally(() => setImmediate(() => list.dispose()));
}

async function pickValue(
  argument: ScriptArgument,
  choices: readonly string[],
  current: string | undefined,
  spell: (choice: string) => string[],
): Promise<Edited> {
  const unset = { label: defaultLabel(argument), values: null };
  const items = choices.map((choice) => ({
    label: choice,
    ...(choice === argument.default ? { description: vscode.l10n.t('default') } : {}),
    values: spell(choice),
  }));
  const active = items.find(({ label }) => label === (current ?? argument.default));
  const picked = await pick<vscode.QuickPickItem & { values: string[] | null }>({
    title: argument.flag,
    placeholder: argument.help ?? '',
    items: [...items, ...(argument.required ? [] : [unset])],
    ...(active ? { active } : {}),
    keepOpen: true,
    back: true,
  });
  return picked?.kind === 'item' ? { values: picked.item.values } : undefined;
}

function defaultLabel({ default: value }: ScriptArgument): string {
  return value === null ? vscode.l10n.t('Not set') : vscode.l10n.t('Default ({value})', { value });
}

async function editText(
  argument: ScriptArgument,
  current: readonly string[] | undefined,
  folder: string,
): Promise<Edited> {
  const several = argument.takes === 'values' || argument.repeats;
  const secret = isSecretArgument(argument);
  const box = vscode.window.createInputBox();
  box.title = argument.flag;
  box.password = secret;
  box.prompt = [
    argument.help,
    secret ? vscode.l10n.t('It is not shown, and not remembered.') : undefined,
    several ? vscode.l10n.t('Several values are separated by blanks.') : typeText(argument),
  ]
    .filter(Boolean)
    .join(' · ');
  box.value = current ? (several ? joinCommandLine(current) : (current[0] ?? '')) : '';
  box.placeholder = argument.required ? vscode.l10n.t('required') : defaultLabel(argument);
  box.buttons = [vscode.QuickInputButtons.Back, ...(argument.type === 'path' ? [browse] : [])];
  box.ignoreFocusOut = true;
  const validate = () => {
    box.validationMessage = problemText(argument, box.value, several) ?? '';
  };
  const answer = new Promise<Edited>((resolve) => {
    box.onDidChangeValue(validate);
    box.onDidAccept(() => {
      validate();
      if (!box.validationMessage) resolve({ values: readValues(box.value, several) });
    });
    let browsing = false;
    box.onDidTriggerButton(async (button) => {
      if (button !== browse) return resolve(undefined);
      browsing = true;
      const path = await browsePath(folder);
      browsing = false;
      if (path === undefined) return box.show();
      resolve({ values: several ? [...(readValues(box.value, true) ?? []), path] : [path] });
    });
    box.onDidHide(() => {
      if (!browsing) resolve(undefined);
    });
  });
  box.show();
  return answer.finally(() => setImmediate(() => box.dispose()));
}

function readValues(text: string, several: boolean): string[] | null {
  if (text === '') return null;
  if (!several) return [text];
  const words = splitCommandLine(text);
  return Array.isArray(words) && words.length > 0 ? words : null;
}

function problemText(argument: ScriptArgument, text: string, several: boolean): string | undefined {
  if (text === '') return argument.required ? vscode.l10n.t('The script needs a value here.') : undefined;
  const words = several ? splitCommandLine(text) : [text];
  if (!Array.isArray(words)) return unfinishedQuote(words.position);
  const { count } = argument;
  if (several && count !== null && !argument.repeats && words.length !== count) {
    return vscode.l10n.t('The script takes {count} values here, not {given}.', { count, given: words.length });
  }
  for (const word of words) {
    const problem = valueProblem(argument, word);
    if (problem === 'integer') return vscode.l10n.t('“{value}” is not a whole number.', { value: word });
    if (problem === 'number') return vscode.l10n.t('“{value}” is not a number.', { value: word });
    if (problem === 'choice') {
      return vscode.l10n.t('“{value}” is none of {choices}.', {
        value: word,
        choices: (argument.choices ?? []).join(', '),
      });
    }
  }
  return undefined;
}

export function unfinishedQuote(position: number): string {
  return vscode.l10n.t('The quote at character {position} never ends.', { position: position + 1 });
}

function typeText({ type }: ScriptArgument): string | undefined {
  switch (type) {
    case 'integer':
      return vscode.l10n.t('A whole number.');
    case 'number':
      return vscode.l10n.t('A number.');
    case 'path':
      return vscode.l10n.t('A path, taken from the workspace folder.');
    default:
      return undefined;
  }
}

async function browsePath(folder: string): Promise<string | undefined> {
  const [file] =
    (await vscode.window.showOpenDialog({
      defaultUri: vscode.Uri.file(folder),
      canSelectFolders: true,
      canSelectFiles: true,
      openLabel: vscode.l10n.t('Choose'),
    })) ?? [];
  return file && storedPath(folder, file.fsPath);
}
