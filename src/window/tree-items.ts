import * as vscode from 'vscode';
import { nowMicros } from '../base/time.ts';
import type { RunStatus } from '../contract/run.ts';
import type { TreeExperiment, TreeRun } from '../contract/tree.ts';
import { age, duration, shortNumber } from './format.ts';
import { escapeMarkdown } from './markdown.ts';

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
      if (run.signal) return vscode.l10n.t('failed, ended by {signal}', { signal: run.signal });
      if (run.exitCode) return vscode.l10n.t('failed with exit code {code}', { code: run.exitCode });
      return vscode.l10n.t('failed');
  }
}

export function elapsed(run: TreeRun): string | undefined {
  if (run.started === null) return undefined;
  const end = run.ended ?? (run.status === 'running' ? nowMicros() : undefined);
  return end === undefined ? undefined : duration(end - run.started);
}

export function runDescription(run: TreeRun): string {
  return [
    run.starred ? '★' : undefined,
    run.metric ? `${oneLine(run.metric.name, 40)} ${shortNumber(run.metric.value)}` : undefined,
    run.status === 'failed' && run.failure ? oneLine(run.failure.type, 60) : undefined,
    elapsed(run),
    run.status === 'running' ? undefined : age(run.created, nowMicros(), vscode.env.language),
    run.archived ? vscode.l10n.t('archived') : undefined,
  ]
    .filter((part) => part !== undefined)
    .join(' · ');
}

/** Names come from scripts: one line, without what would move or hide the text around it, and not longer than a row. */
export function oneLine(text: string, longest = 200): string {
  const line = text
    .replace(/[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, '')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line;
}

export function runItem(run: TreeRun): vscode.TreeItem {
  const item = new vscode.TreeItem(oneLine(run.name), vscode.TreeItemCollapsibleState.None);
  item.iconPath = statusIcon(run.status);
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
  if (run.failure) lines.push(escapeMarkdown(oneLine(`${run.failure.type}: ${run.failure.message}`, 300)));
  lines.push(escapeMarkdown(oneLine(run.title)));
  if (run.metric) lines.push(escapeMarkdown(`${oneLine(run.metric.name)} = ${run.metric.value}`));
  const when = new Date(run.created / 1000).toLocaleString(vscode.env.language);
  lines.push(escapeMarkdown([when, elapsed(run)].filter(Boolean).join(' · ')));
  const tags = Object.entries(run.tags).map(([key, value]) => (value ? `${key}=${value}` : key));
  if (tags.length > 0) lines.push(escapeMarkdown(oneLine(tags.join(', '), 300)));
  return new vscode.MarkdownString(lines.join('\n\n'));
}

export function experimentItem(experiment: TreeExperiment, expanded: boolean): vscode.TreeItem {
  const { Expanded, Collapsed } = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(oneLine(experiment.name), expanded ? Expanded : Collapsed);
  item.iconPath = new vscode.ThemeIcon('beaker');
  item.description = countText(experiment);
  item.contextValue = 'experiment';
  item.tooltip = new vscode.MarkdownString(
    `**${escapeMarkdown(oneLine(experiment.name))}**\n\n${escapeMarkdown(item.description)}`,
  );
  item.accessibilityInformation = { label: `${item.label}, ${item.description}` };
  return item;
}

function countText({ total, running }: TreeExperiment): string {
  const runs = total === 1 ? vscode.l10n.t('1 run') : vscode.l10n.t('{count} runs', { count: total });
  return running > 0 ? `${runs} · ${vscode.l10n.t('{count} running', { count: running })}` : runs;
}
