import * as vscode from 'vscode';
import { deceptiveCharacters } from '../base/deceptive-characters.ts';
import { nowMicros } from '../base/time.ts';
import type { RunStatus } from '../contract/run.ts';
import type { TreeGroup, TreeRun } from '../contract/tree.ts';
import { age, duration, shortNumber } from './format.ts';
import { escapeMarkdown, withoutLinks } from './markdown.ts';

const icons: Record<RunStatus, [name: string, color: string]> = {
  queued: ['clock', 'descriptionForeground'],
  running: ['loading~spin', 'charts.blue'],
  finished: ['pass', 'testing.iconPassed'],
  failed: ['error', 'testing.iconFailed'],
  stopped: ['circle-slash', 'descriptionForeground'],
  lost: ['question', 'list.warningForeground'],
};

export function statusIcon(status: RunStatus): vscode.ThemeIcon {
  const [name, color] = icons[status];
  return new vscode.ThemeIcon(name, new vscode.ThemeColor(color));
}

const uneasy = new vscode.ThemeColor('list.warningForeground');

function runIcon({ status, anomalies }: TreeRun): vscode.ThemeIcon {
  const icon = statusIcon(status);
  return anomalies > 0 && status !== 'failed' ? new vscode.ThemeIcon(icon.id, uneasy) : icon;
}

/** How many things went wrong with its metrics; undefined for none. */
export function anomalyCount({ anomalies }: Pick<TreeRun, 'anomalies'>): string | undefined {
  if (anomalies === 0) return undefined;
  return anomalies === 1
    ? vscode.l10n.t('1 anomaly')
    : vscode.l10n.t('{count} anomalies', { count: wholeNumber(anomalies) });
}

export function statusText(run: Pick<TreeRun, 'status' | 'exitCode' | 'signal'>): string {
  switch (run.status) {
    case 'queued':
      return vscode.l10n.t('queued');
    case 'running':
      return vscode.l10n.t('running');
    case 'finished':
      return vscode.l10n.t('finished');
    case 'stopped':
      return vscode.l10n.t('stopped');
    case 'lost':
      return vscode.l10n.t('lost: nobody knows how it ended');
    case 'failed':
      if (run.signal) return vscode.l10n.t('failed, ended by {signal}', { signal: oneLine(run.signal, 20) });
      if (run.exitCode) return vscode.l10n.t('failed with exit code {code}', { code: run.exitCode });
      return vscode.l10n.t('failed');
  }
}

export function elapsed(run: TreeRun): string | undefined {
  if (run.started === null) return undefined;
  const end = run.ended ?? (run.status === 'running' ? nowMicros() : undefined);
  return end === undefined ? undefined : duration(end - run.started);
}

function queuePlace({ status, position }: TreeRun): string | undefined {
  if (status !== 'queued') return undefined;
  return position === null ? vscode.l10n.t('queued') : vscode.l10n.t('queued, #{position}', { position });
}

export function runDescription(run: TreeRun): string {
  return [
    queuePlace(run),
    run.starred ? '★' : undefined,
    anomalyCount(run) && `⚠ ${anomalyCount(run)}`,
    run.metric ? `${oneLine(run.metric.name, 40)} ${shortNumber(run.metric.value)}` : undefined,
    run.status === 'failed' && run.failure ? oneLine(run.failure.type, 60) : undefined,
    elapsed(run),
    run.status === 'running' ? undefined : age(run.created, nowMicros(), vscode.env.language),
    run.archived ? vscode.l10n.t('archived') : undefined,
  ]
    .filter((part) => part !== undefined)
    .join(' · ');
}

/** Names come from scripts: one line, without what would move or hide the text around it or be a link, and not longer than a row. */
export function oneLine(text: string, longest = 200): string {
  const line = text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .replace(deceptiveCharacters, '')
    .trim();
  return withoutLinks(line.length > longest ? `${line.slice(0, longest - 1)}…` : line);
}

export function runItem(run: TreeRun): vscode.TreeItem {
  const item = new vscode.TreeItem(oneLine(run.name), folding(run));
  item.iconPath = runIcon(run);
  item.description = runDescription(run);
  item.contextValue = [
    'run',
    run.status,
    run.starred ? 'starred' : 'unstarred',
    run.archived ? 'archived' : 'kept',
  ].join(' ');
  item.accessibilityInformation = { label: `${item.label}, ${statusText(run)}, ${item.description}` };
  return item;
}

export function runTooltip(run: TreeRun): vscode.MarkdownString {
  const lines = [`**${escapeMarkdown(oneLine(run.name))}**`, escapeMarkdown(statusText(run))];
  const wrong = anomalyCount(run);
  if (wrong) lines.push(escapeMarkdown(vscode.l10n.t('{anomalies} in its metrics', { anomalies: wrong })));
  if (run.failure) lines.push(escapeMarkdown(oneLine(`${run.failure.type}: ${run.failure.message}`, 300)));
  lines.push(escapeMarkdown(oneLine(run.title)));
  if (run.metric) lines.push(escapeMarkdown(`${oneLine(run.metric.name)} = ${run.metric.value}`));
  const when = new Date(run.created / 1000).toLocaleString(vscode.env.language);
  lines.push(escapeMarkdown([when, elapsed(run)].filter(Boolean).join(' · ')));
  const tags = Object.entries(run.tags).map(([key, value]) => (value ? `${key}=${value}` : key));
  if (tags.length > 0) lines.push(escapeMarkdown(oneLine(tags.join(', '), 300)));
  return new vscode.MarkdownString(lines.join('\n\n'));
}

/** Rows that came with the snapshot are shown; others come when the row is opened. */
function folding({ size, rows }: { size: number; rows: unknown[] }): vscode.TreeItemCollapsibleState {
  const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
  if (size === 0) return None;
  return rows.length > 0 ? Expanded : Collapsed;
}

/** @param by what the tree is grouped by */
export function groupItem(group: TreeGroup, by: string): vscode.TreeItem {
  const item = new vscode.TreeItem(groupName(group, by), folding(group));
  item.iconPath = groupIcon(group, by);
  item.description = countText(group);
  item.contextValue = 'group';
  item.tooltip = new vscode.MarkdownString(
    `**${escapeMarkdown(String(item.label))}**\n\n${escapeMarkdown(item.description)}`,
  );
  item.accessibilityInformation = { label: `${item.label}, ${item.description}` };
  return item;
}

function groupName({ name, inner }: TreeGroup, by: string): string {
  const [, table, field] = /^(params|tags)\.(.+)$/s.exec(by) ?? [];
  if (name === null || name === '') {
    if (table && name === null) return vscode.l10n.t('without {name}', { name: oneLine(field ?? '', 60) });
    return vscode.l10n.t('without a name');
  }
  if (inner) return oneLine(name);
  if (table === 'params') return oneLine(`${field} = ${name}`);
  if (by === 'status') return statusText({ status: name as RunStatus, exitCode: null, signal: null });
  return by === 'day' ? dayName(name) : oneLine(name);
}

function groupIcon({ name, inner }: TreeGroup, by: string): vscode.ThemeIcon {
  if (inner || by === 'group') return new vscode.ThemeIcon('layers');
  if (by === 'status') return statusIcon(name as RunStatus);
  if (by === 'day') return new vscode.ThemeIcon('calendar');
  if (by === 'script') return new vscode.ThemeIcon('file-code');
  if (by.startsWith('params.')) return new vscode.ThemeIcon('symbol-parameter');
  return new vscode.ThemeIcon(by.startsWith('tags.') ? 'tag' : 'beaker');
}

/** @param day such as `2026-11-21` */
function dayName(day: string): string {
  const noon = new Date(`${day}T12:00:00`);
  const away = Math.round((noon.getTime() - new Date().setHours(12, 0, 0, 0)) / 86_400_000);
  if (away === 0) return vscode.l10n.t('Today');
  if (away === -1) return vscode.l10n.t('Yesterday');
  return noon.toLocaleDateString(vscode.env.language, { dateStyle: 'full' });
}

function countText({ total, running }: TreeGroup): string {
  const runs = total === 1 ? vscode.l10n.t('1 run') : vscode.l10n.t('{count} runs', { count: wholeNumber(total) });
  return running > 0 ? `${runs} · ${vscode.l10n.t('{count} running', { count: wholeNumber(running) })}` : runs;
}

export function moreItem(hidden: number): vscode.TreeItem {
  const item = new vscode.TreeItem(vscode.l10n.t('Show more ({count})', { count: wholeNumber(hidden) }));
  item.iconPath = new vscode.ThemeIcon('ellipsis');
  item.contextValue = 'more';
  return item;
}

/** `10,000`, in the user's language. */
export function wholeNumber(count: number): string {
  numbers ??= new Intl.NumberFormat(vscode.env.language);
  return numbers.format(count);
}

let numbers: Intl.NumberFormat | undefined;
