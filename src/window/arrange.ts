import * as vscode from 'vscode';
import type { Arrangement } from './arrangement.ts';
import { fieldName, type Names } from './filter-completions.ts';
import { oneLine } from './tree-items.ts';

type Item = vscode.QuickPickItem & { key?: string };

/** Asks what the tree is sorted by, and in which order. Undefined where the person left. */
export async function askSort(now: Arrangement, names: Promise<Names>): Promise<string | undefined> {
  const items = names.then((known): Item[] => [
    { label: vscode.l10n.t('Newest first'), key: '' },
    { label: vscode.l10n.t('Oldest first'), key: 'created:asc' },
    { label: vscode.l10n.t('Name'), key: 'name' },
    { label: vscode.l10n.t('Duration'), key: 'duration' },
    { label: vscode.l10n.t('Status'), key: 'status' },
    heading(vscode.l10n.t('Metrics')),
    ...known.metrics.flatMap((name) => {
      const key = fieldName('metrics', name);
      const of = (what: string, suffix: string) => ({ label: oneLine(name), description: what, key: key + suffix });
      return [
        of(vscode.l10n.t('last value'), ''),
        of(vscode.l10n.t('best value'), '.best'),
        of(vscode.l10n.t('smallest value'), '.min'),
        of(vscode.l10n.t('largest value'), '.max'),
      ];
    }),
    heading(vscode.l10n.t('Parameters')),
    ...known.params.map((name) => ({ label: oneLine(name), key: fieldName('params', name) })),
    heading(vscode.l10n.t('Tags')),
    ...known.tags.map((name) => ({ label: oneLine(name), key: fieldName('tags', name) })),
  ]);
  const marked = items.then((all) => mark(all, now.sort.replace(/:(asc|desc)$/, '')));
  const placeHolder = vscode.l10n.t('What shall the runs be sorted by?');
  const chosen = await vscode.window.showQuickPick(marked, { placeHolder, matchOnDescription: true });
  if (chosen?.key === undefined || chosen.key === '' || chosen.key.endsWith(':asc')) return chosen?.key;
  const orders = [
    { label: vscode.l10n.t('Smallest first'), order: 'asc' },
    { label: vscode.l10n.t('Largest first'), order: 'desc' },
  ];
  const order = await vscode.window.showQuickPick(orders, { placeHolder: vscode.l10n.t('In which order?') });
  return order && `${chosen.key}:${order.order}`;
}

/** Asks what the tree is grouped by. Undefined where the person left. */
export async function askGroup(now: Arrangement, names: Promise<Names>): Promise<string | undefined> {
  const items = names.then((known): Item[] => [
    { label: vscode.l10n.t('Experiment'), key: 'experiment' },
    { label: vscode.l10n.t('Group of an experiment'), key: 'group' },
    { label: vscode.l10n.t('Script'), key: 'script' },
    { label: vscode.l10n.t('Status'), key: 'status' },
    { label: vscode.l10n.t('Day'), key: 'day' },
    { label: vscode.l10n.t('Nothing: one list'), key: 'none' },
    heading(vscode.l10n.t('Parameters')),
    ...known.params.map((name) => ({ label: oneLine(name), key: `params.${name}` })),
    heading(vscode.l10n.t('Tags')),
    ...known.tags.map((name) => ({ label: oneLine(name), key: `tags.${name}` })),
  ]);
  const marked = items.then((all) => mark(all, now.group));
  const placeHolder = vscode.l10n.t('What shall the runs be grouped by?');
  return (await vscode.window.showQuickPick(marked, { placeHolder }))?.key;
}

function heading(label: string): Item {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}

function mark(items: Item[], key: string): Item[] {
  return items.map((item) => (item.key === key ? { ...item, iconPath: new vscode.ThemeIcon('check') } : item));
}
