import * as vscode from 'vscode';

export interface PickOptions<Item extends vscode.QuickPickItem> {
  title: string;
  placeholder: string;
  items: readonly Item[] | Promise<readonly Item[]>;
  active?: Item;
  back?: boolean;
  keepOpen?: boolean;
}

export type Picked<Item> =
  | { kind: 'item'; item: Item }
  | { kind: 'button'; item: Item; button: vscode.QuickInputButton }
  | { kind: 'back' }
  | undefined;

/** A list to pick from that shows at once, and fills when the items have come. Undefined when it was left. */
export function pick<Item extends vscode.QuickPickItem>(options: PickOptions<Item>): Promise<Picked<Item>> {
  const list = vscode.window.createQuickPick<Item>();
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
  return shown.finally(() => list.dispose());
}

/** Shows a busy list while something is read; undefined when the person left it before that was done. */
export async function waitInList<Result>(title: string, reading: Promise<Result>): Promise<Result | undefined> {
  const list = vscode.window.createQuickPick();
  list.title = title;
  list.placeholder = vscode.l10n.t('Reading…');
  list.busy = true;
  list.ignoreFocusOut = true;
  const left = new Promise<undefined>((resolve) => {
    list.onDidHide(() => resolve(undefined));
  });
  list.show();
  return Promise.race([reading, left]).finally(() => list.dispose());
}
