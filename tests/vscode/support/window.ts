import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TreeRun } from '../../../src/contract/tree.ts';
import type { WindowParts } from '../../../src/extension.ts';
import { until } from '../../support/until.ts';

export interface Reference {
  folder: string;
  run: string;
}

export function workspaceFolder(): string {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  assert.ok(folder, 'a folder is open');
  return folder;
}

export async function activate(): Promise<WindowParts> {
  const extension = vscode.extensions.getExtension<WindowParts>('trainyard.trainyard');
  assert.ok(extension, 'the extension is there');
  await vscode.commands.executeCommand('trainyard.experiments.focus');
  return extension.activate();
}

export interface Row {
  label: string;
  description: string;
  icon: string;
  context: string;
  depth: number;
  run: TreeRun | undefined;
  tooltip: string;
}

/** Every row of the Experiments view, as VS Code asks for them. */
export async function rows({ tree }: WindowParts): Promise<Row[]> {
  const below = async (
    nodes: NonNullable<Awaited<ReturnType<typeof tree.getChildren>>>,
    depth: number,
  ): Promise<Row[]> => {
    const lists = await Promise.all(
      nodes.map(async (node) => {
        const item = await tree.getTreeItem(node);
        const resolved = (await tree.resolveTreeItem?.(item, node, new vscode.CancellationTokenSource().token)) ?? item;
        const row: Row = {
          label: String(item.label),
          description: String(item.description ?? ''),
          icon: item.iconPath instanceof vscode.ThemeIcon ? item.iconPath.id : '',
          context: item.contextValue ?? '',
          depth,
          run: node.kind === 'run' ? node.run : undefined,
          tooltip: resolved.tooltip instanceof vscode.MarkdownString ? resolved.tooltip.value : '',
        };
        return [row, ...(await below((await tree.getChildren(node)) ?? [], depth + 1))];
      }),
    );
    return lists.flat();
  };
  return below((await tree.getChildren()) ?? [], 0);
}

export async function rowOf(window: WindowParts, { run }: Reference): Promise<Row | undefined> {
  return (await rows(window)).find((row) => row.run?.id === run);
}

/** The row of a run once it looks as wanted. */
export function untilRow(
  window: WindowParts,
  reference: Reference,
  what: string,
  suits: (row: Row) => boolean,
): Promise<Row> {
  return until(
    what,
    async () => {
      const row = await rowOf(window, reference);
      return row && suits(row) ? row : undefined;
    },
    45,
  );
}

/** Starts a script of the workspace through the command. */
export async function start(
  path: string,
  more: { args?: string[]; name?: string; python?: string } = {},
): Promise<Reference> {
  const { result, said } = await answering(
    () => undefined,
    () => tryToStart(path, more),
  );
  assert.ok(result, `${path} was not started: ${said.map(({ text }) => text).join('; ')}`);
  return result;
}

export async function tryToStart(
  path: string,
  more: { args?: string[]; name?: string; python?: string } = {},
): Promise<Reference | undefined> {
  const request = { folder: workspaceFolder(), target: { kind: 'script', path }, ...more };
  return vscode.commands.executeCommand<Reference | undefined>('trainyard.runTraining', request);
}

export function command(name: string, ...args: unknown[]): Thenable<unknown> {
  return vscode.commands.executeCommand(`trainyard.${name}`, ...args);
}

interface Said {
  text: string;
  detail: string;
  buttons: string[];
}

/** Answers the window's messages as a person would, for the time of an action. */
export async function answering<Result>(
  answer: (said: Said) => string | undefined,
  action: () => Promise<Result>,
): Promise<{ result: Result; said: Said[] }> {
  const names = ['showErrorMessage', 'showWarningMessage', 'showInformationMessage'] as const;
  const said: Said[] = [];
  const originals = names.map((name) => Object.getOwnPropertyDescriptor(vscode.window, name));
  for (const name of names) {
    const value = async (text: string, ...rest: (string | vscode.MessageOptions)[]) => {
      const options = rest.find((item) => typeof item === 'object');
      const buttons = rest.filter((item) => typeof item === 'string');
      said.push({ text, detail: options?.detail ?? '', buttons });
      return answer(said.at(-1) as Said);
    };
    Object.defineProperty(vscode.window, name, { value, configurable: true, writable: true });
  }
  try {
    return { result: await action(), said };
  } finally {
    for (const [index, name] of names.entries()) {
      const original = originals[index];
      if (original) Object.defineProperty(vscode.window, name, original);
    }
  }
}

/** What the window says while an action goes wrong. */
export async function complaints(action: () => Promise<unknown>): Promise<string[]> {
  const { said } = await answering(() => undefined, action);
  return said.map(({ text }) => text);
}
