import * as vscode from 'vscode';

export interface PickOptions<Item extends vscode.QuickPickItem> {
  title: string;
  placeholder: string;
  items: readonly Item[] | Promise<readonly Item[]>;
  active?: Item;
  back?: boolean;
  keepOpen?: boolean;
  /** Goes on in a list that shows already. */
  list?: vscode.QuickPick<vscode.QuickPickItem>;
}

export type Picked<Item> =
  | { kind: 'item'; item: Item }
  | { kind: 'button'; item: Item; button: vscode.QuickInputButton }
  | { kind: 'back' }
  | undefined;

/** A list to pick from that shows at once, and fills when the items have come. Undefined when it was left. */
export function pick<Item extends vscode.QuickPickItem>(options: PickOptions<Item>): Promise<Picked<Item>> {
  const list = (options.list ?? vscode.window.createQuickPick()) as vscode.QuickPick<Item>;
  list.title = options.title;
  list.placeholder = options.placeholder;
  list.matchOnDescription = true;
  list.matchOnDetail = true;
  list.ignoreFocusOut = options.keepOpen ?? false;
  if (options.back) list.buttons = [vscode.QuickInputButtons.Back];
  const shown = new Promise<Picked<Item>>((resolve, reject) => {
    list.onDidAccept(() => {
      const [item] = list.selectedItems;
      if (item) resolve({ kind: 'item', item });
    });
    list.onDidTriggerItemButton(({ item, button }) => resolve({ kind: 'button', item, button }));
    list.onDidTriggerButton(() => resolve({ kind: 'back' }));
    list.onDidHide(() => resolve(undefined));
    list.busy = true;
    Promise.resolve(options.items).then((items) => {
      list.items = items;
      if (options.active) list.activeItems = [options.active];
      list.busy = false;
    }, reject);
  });
  list.show();
  // What the person does next may show another list; that takes this one's place, so that no key falls between the two.
  return shown.finally(() => setImmediate(() => list.dispose()));
}

/** What was read while a person waited, and whether Enter was pressed on the row that was there meanwhile. */
export interface Waited<Result> {
  result: Result;
  accepted: boolean;
  /** The list, for what comes next: an Enter that is still under way is one on its first row. */
  list: vscode.QuickPick<vscode.QuickPickItem>;
}

/**
 * Shows a list with one row while something is read. Enter on it counts, and is acted upon once that is done. Undefined when the
 * person left before.
 */
export async function waitInList<Result>(
  title: string,
  row: vscode.QuickPickItem,
  reading: Promise<Result>,
): Promise<Waited<Result> | undefined> {
  const list = vscode.window.createQuickPick();
  list.title = title;
  list.placeholder = vscode.l10n.t('Reading…');
  list.items = [row];
  list.busy = true;
  list.ignoreFocusOut = true;
  let accepted = false;
  list.onDidAccept(() => {
    accepted = true;
  });
  const left = new Promise<undefined>((resolve) => {
    list.onDidHide(() => resolve(undefined));
  });
  list.show();
  try {
    const read = await Promise.race([reading.then((result) => ({ result })), left]);
    if (read) return { ...read, accepted, list };
  } catch (error) {
    list.dispose();
    throw error;
  }
  list.dispose();
  return undefined;
}
