import { resolve } from 'node:path';
import * as vscode from 'vscode';
import type { RunDetails } from '../contract/run.ts';
import { oneLine } from './tree-items.ts';

/** Where the last runs of tasks failed, in VS Code's list of problems. */
export interface TaskProblems {
  set(task: string, run: RunDetails): void;
  delete(task: string): void;
}

/**
 * The place is taken from the run's record, not from its output: VS Code reads a task's last lines only if it is quick enough
 * after the task's end.
 */
export function taskProblems(context: vscode.ExtensionContext): TaskProblems {
  const shown = vscode.languages.createDiagnosticCollection('trainyard');
  const places = new Map<string, [vscode.Uri, vscode.Diagnostic]>();
  context.subscriptions.push(shown);
  const show = () => {
    shown.clear();
    for (const [uri, problem] of places.values()) shown.set(uri, [...(shown.get(uri) ?? []), problem]);
  };
  return {
    set(task, { failure, directory }) {
      if (!failure?.file || !failure.line) return;
      const line = Math.max(0, failure.line - 1);
      const range = new vscode.Range(line, 0, line, Number.MAX_SAFE_INTEGER);
      const problem = new vscode.Diagnostic(range, oneLine(`${failure.type}: ${failure.message}`, 500));
      problem.source = 'Trainyard';
      // The file is relative to the folder that the store, with `runs/ID` in it, lies in.
      places.set(task, [vscode.Uri.file(resolve(directory, '..', '..', '..', failure.file)), problem]);
      show();
    },
    delete(task) {
      if (places.delete(task)) show();
    },
  };
}
