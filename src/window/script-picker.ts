import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import { nowMicros } from '../base/time.ts';
import type { ScriptCandidate } from '../contract/arguments.ts';
import type { RunTarget } from '../contract/run-file.ts';
import { unfinishedQuote } from './argument-editor.ts';
import type { Backend } from './backend-process.ts';
import { joinCommandLine, splitCommandLine } from './command-line.ts';
import { workspaceFolders } from './folders.ts';
import { age } from './format.ts';
import { pick } from './quick-pick.ts';
import { type Chosen, isRunnable, scriptTarget, targetOf, titleOf } from './run-target.ts';
import type { ScriptMemory } from './script-memory.ts';
import { oneLine } from './tree-items.ts';

type Item = vscode.QuickPickItem & { chosen?: Chosen; more?: 'browse' | 'module' | 'program' };

/** Asks which script: what was run last first, then the file in the editor, then the likeliest. */
export async function pickScript(backend: Backend, memory: ScriptMemory): Promise<Chosen | undefined> {
  const picked = await pick<Item>({
    title: vscode.l10n.t('Run Training'),
    placeholder: vscode.l10n.t('Which script?'),
    items: offer(backend, memory),
    keepOpen: true,
  });
  if (picked?.kind !== 'item') return undefined;
  if (picked.item.chosen) return picked.item.chosen;
  switch (picked.item.more) {
    case 'module':
      return askModule();
    case 'program':
      return askProgram();
    default:
      return browse();
  }
}

async function offer(backend: Backend, memory: ScriptMemory): Promise<Item[]> {
  const folders = workspaceFolders();
  const found = await Promise.all(
    folders.map(async ({ uri, name }) => {
      const candidates = await backend.call('scripts', { folder: uri.fsPath });
      return candidates.map((candidate) => ({ folder: uri.fsPath, folderName: name, candidate }));
    }),
  );
  const open = vscode.window.activeTextEditor?.document;
  const inEditor = open && isRunnable(open.fileName) ? targetOf(open.uri) : undefined;
  const rank = ({ folder, candidate }: { folder: string; candidate: ScriptCandidate }) =>
    inEditor && folder === inEditor.folder && pathOf(inEditor.target) === candidate.path ? 0 : 1;
  const newest = (run: ScriptCandidate['lastRun']) => run?.time ?? 0;
  const all = found.flat();
  all.sort(
    (left, right) => newest(right.candidate.lastRun) - newest(left.candidate.lastRun) || rank(left) - rank(right),
  );
  const several = folders.length > 1;
  const items = all.map(({ folder, folderName, candidate }) => ({
    ...scriptItem(candidate, several ? folderName : undefined),
    chosen: { folder, target: scriptTarget(candidate.path) },
  }));
  const listed = items.some(
    ({ chosen }) => chosen.folder === inEditor?.folder && pathOf(chosen.target) === pathOf(inEditor.target),
  );
  const unlisted = inEditor && !listed ? [{ ...fileItem(pathOf(inEditor.target)), chosen: inEditor }] : [];
  const remembered = folders.flatMap(({ uri, name }) =>
    memory.targets(uri.fsPath).map((target) => ({
      label: oneLine(titleOf(target), 100),
      iconPath: new vscode.ThemeIcon(target.kind === 'module' ? 'symbol-namespace' : 'terminal'),
      description: [
        oneLine(joinCommandLine(memory.recall(uri.fsPath, titleOf(target))?.args ?? []), 100),
        several ? name : '',
      ]
        .filter(Boolean)
        .join(' · '),
      chosen: { folder: uri.fsPath, target },
    })),
  );
  return [
    ...items,
    ...unlisted,
    ...remembered,
    { label: '', kind: vscode.QuickPickItemKind.Separator },
    { label: vscode.l10n.t('Another file…'), iconPath: new vscode.ThemeIcon('folder-opened'), more: 'browse' },
    { label: vscode.l10n.t('A Python module…'), iconPath: new vscode.ThemeIcon('symbol-namespace'), more: 'module' },
    { label: vscode.l10n.t('Any program…'), iconPath: new vscode.ThemeIcon('terminal'), more: 'program' },
  ];
}

function scriptItem({ path, lastRun }: ScriptCandidate, folderName: string | undefined): vscode.QuickPickItem {
  const item = fileItem(path);
  const description = [item.description, folderName].filter(Boolean).join(' · ');
  if (!lastRun) return { ...item, description };
  const when = age(lastRun.time, nowMicros(), vscode.env.language);
  const args = oneLine(joinCommandLine(lastRun.args), 100);
  return { ...item, description: [description, args, when].filter(Boolean).join(' · ') };
}

function fileItem(path: string): vscode.QuickPickItem {
  const folder = dirname(path);
  return {
    label: oneLine(basename(path)),
    iconPath: new vscode.ThemeIcon(path.endsWith('.ipynb') ? 'notebook' : 'file-code'),
    ...(folder === '.' ? {} : { description: folder }),
  };
}

function pathOf(target: RunTarget): string {
  return target.kind === 'script' || target.kind === 'notebook' ? target.path : '';
}

async function browse(): Promise<Chosen | undefined> {
  const start = workspaceFolders()[0]?.uri;
  const [file] =
    (await vscode.window.showOpenDialog({
      title: vscode.l10n.t('Run Training'),
      openLabel: vscode.l10n.t('Choose'),
      filters: { [vscode.l10n.t('Scripts and notebooks')]: ['py', 'ipynb', 'sh'] },
      ...(start ? { defaultUri: start } : {}),
    })) ?? [];
  return file && targetOf(file);
}

async function askModule(): Promise<Chosen | undefined> {
  const folder = await askFolder();
  if (!folder) return undefined;
  const module = await vscode.window.showInputBox({
    title: vscode.l10n.t('Run a Python Module'),
    prompt: vscode.l10n.t('As after “python -m”, for example package.train'),
    validateInput: (text) =>
      /^[\p{L}_][\p{L}\p{N}_]*(\.[\p{L}_][\p{L}\p{N}_]*)*$/u.test(text.trim())
        ? undefined
        : vscode.l10n.t('Names separated by dots, please.'),
  });
  return module === undefined ? undefined : { folder, target: { kind: 'module', module: module.trim() } };
}

async function askProgram(): Promise<Chosen | undefined> {
  const folder = await askFolder();
  if (!folder) return undefined;
  const text = await vscode.window.showInputBox({
    title: vscode.l10n.t('Run Any Program'),
    prompt: vscode.l10n.t('Its name and its arguments, as in a terminal, for example torchrun train.py'),
    ignoreFocusOut: true,
    validateInput: (value) => {
      const split = splitCommandLine(value);
      if (!Array.isArray(split)) return unfinishedQuote(split.position);
      return split.length > 0 ? undefined : vscode.l10n.t('The name of a program, please.');
    },
  });
  const argv = splitCommandLine(text ?? '');
  return Array.isArray(argv) && argv.length > 0 ? { folder, target: { kind: 'program', argv } } : undefined;
}

async function askFolder(): Promise<string | undefined> {
  const [first, ...others] = workspaceFolders();
  if (!first || others.length === 0) return first?.uri.fsPath;
  return (await vscode.window.showWorkspaceFolderPick())?.uri.fsPath;
}
