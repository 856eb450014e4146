import * as vscode from 'vscode';
import { newId } from '../base/ids.ts';
import type { ApiEvents } from '../contract/api.ts';
import type { Backend } from './backend-process.ts';
import { wholeNumber } from './tree-items.ts';

/** What takes longer is broken off by the person, and by nobody else. */
export const patience = 2 ** 31 - 1;

export type ProgressNow = ApiEvents['progress'];

/**
 * Shows how far a call of the backend is, with a button that breaks it off.
 *
 * @param begin is given the name of the work, and what to hand on to the call
 * @param text what the progress says beside its title; unless given, how many are done of how many
 */
export async function withBackendProgress<Result>(
  backend: Backend,
  title: string,
  begin: (work: string, options: { signal: AbortSignal; deadline: number }) => Promise<Result>,
  text: (now: ProgressNow) => string = countText,
): Promise<Result> {
  const location = vscode.ProgressLocation.Notification;
  return vscode.window.withProgress({ location, title, cancellable: true }, async (progress, cancelled) => {
    const broken = new AbortController();
    cancelled.onCancellationRequested(() => broken.abort());
    const work = newId();
    let shown = 0;
    const stop = backend.onEvent('progress', (now) => {
      if (now.work !== work) return;
      const percent = now.all ? (100 * now.done) / now.all : 0;
      progress.report({ message: text(now), increment: Math.max(0, percent - shown) });
      shown = Math.max(shown, percent);
    });
    try {
      return await begin(work, { signal: broken.signal, deadline: patience });
    } finally {
      stop();
    }
  });
}

export function countText({ done, all }: ProgressNow): string {
  if (all === null) return wholeNumber(done);
  return vscode.l10n.t('{done} of {all}', { done: wholeNumber(done), all: wholeNumber(all) });
}
