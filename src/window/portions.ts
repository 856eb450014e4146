import * as vscode from 'vscode';
import { wholeNumber } from './tree-items.ts';

/**
 * Does something to many, a portion at a time; with progress that can be broken off where that is more than one. Answers what was
 * left undone.
 */
export async function inPortions<Item>(
  title: string,
  items: readonly Item[],
  size: number,
  act: (portion: Item[]) => Promise<void>,
): Promise<Item[]> {
  if (items.length <= size) {
    if (items.length > 0) await act([...items]);
    return [];
  }
  const location = vscode.ProgressLocation.Notification;
  return vscode.window.withProgress({ location, title, cancellable: true }, async (progress, cancelled) => {
    for (let at = 0; at < items.length; at += size) {
      if (cancelled.isCancellationRequested) return items.slice(at);
      progress.report({
        increment: (100 * size) / items.length,
        message: vscode.l10n.t('{done} of {all}', {
          done: wholeNumber(at),
          all: wholeNumber(items.length),
        }),
      });
      await act(items.slice(at, at + size));
    }
    return [];
  });
}
