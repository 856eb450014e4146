import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import { storedPath } from '../base/files.ts';
import { nowMicros } from '../base/time.ts';
import type { ScriptCandidate } from '../contract/arguments.ts';
import type { RunTarget } from '../contract/run-file.ts';
import type { Backend } from './backend-process.ts';
import { joinCommandLine } from './command-line.ts';
import { workspaceFolders } from './folders.ts';
import { age } from './format.ts';
import { pick } from './quick-pick.ts';
import { oneLine } from './tree-items.ts';

/** What is to be run, before its arguments are known. */
export interface Chosen {
  folder: string;
  target: RunTarget;
}

type Item = vscode.QuickPickItem & { chosen?: Chosen; more?: 'browse' | 'module' };

/** Asks which script: what was run last first, then the file in the editor, then the likeliest. */
export async function pickScript(backend: Backend): Promise<Chosen | undefined> {
  const picked = await pick<Item>({
    title: vscode.l10n.t('Run Training'),
    placeholder: vscode.l10n.t('Which script?'),
    items: offer(backend),
    keepOpen: true,
  });
  if (picked?.kind !== 'item') return undefined;
  if (picked.item.chosen) return picked.item.chosen;
  return picked.item.more === 'module' ? askModule() : browse();
}

async function offer(backend: Backend): Promise<Item[]> {
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
  return [
    ...items,
    ...unlisted,
    { label: '', kind: vscode.QuickPickItemKind.Separator },
    { label: vscode.l10n.t('Another file…'), iconPath: new vscode.ThemeIcon('folder-opened'), more: 'browse' },
    { label: vscode.l10n.t('A Python module…'), iconPath: new vscode.ThemeIcon('symbol-namespace'), more: 'module' },
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

export function scriptTarget(path: string): RunTarget {
  return path.endsWith('.ipynb') ? { kind: 'notebook', path } : { kind: 'script', path };
}

function isRunnable(file: string): boolean {
  return file.endsWith('.py') || file.endsWith('.ipynb');
}

function pathOf(target: RunTarget): string {
  return target.kind === 'script' || target.kind === 'notebook' ? target.path : '';
}

/** The target of a file: in the folder that it lies in, else in the window's first one. Undefined where no folder is open. */
export function targetOf(file: vscode.Uri): Chosen | undefined {
  const home = vscode.workspace.getWorkspaceFolder(file) ?? workspaceFolders()[0];
  if (!home || file.scheme !== 'file') return undefined;
  const folder = home.uri.fsPath;
  return { folder, target: scriptTarget(storedPath(folder, file.fsPath)) };
}

async function browse(): Promise<Chosen | undefined> {
  const start = workspaceFolders()[0]?.uri;
  const [file] =
    (await vscode.window.showOpenDialog({
      title: vscode.l10n.t('Run Training'),
      openLabel: vscode.l10n.t('Choose'),
      filters: { Python: ['py', 'ipynb'] },
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

async function askFolder(): Promise<string | undefined> {
  const [first, ...others] = workspaceFolders();
  if (!first || others.length === 0) return first?.uri.fsPath;
  return (await vscode.window.showWorkspaceFolderPick())?.uri.fsPath;
}
