import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import process from 'node:process';
import type { Row } from './measure.ts';

/** What figures mean nothing without. Names no machine and no folder. */
export function machineFacts(): string {
  const memory = Math.round(totalmem() / 2 ** 30);
  const cpu = cpus()[0]?.model.trim() ?? 'unknown processor';
  const [kernel] = /^\d+\.\d+/.exec(release()) ?? [release()];
  return `${cpu}, ${availableParallelism()} cores, ${memory} GB; ${type()} ${kernel}; Node ${process.versions.node}`;
}

/** A Markdown table of the rows, with a column for each peer that any of them has. */
export function table(rows: Row[]): string {
  const peers = [...new Set(rows.flatMap((row) => Object.keys(row.peers ?? {})))];
  const head = ['measure', 'unit', 'goal', 'Trainyard', ...peers, 'best peer ÷ ours'];
  const lines = rows.map((row) => [
    row.note ? `${row.what}<br><small>${row.note}</small>` : row.what,
    row.unit,
    goalText(row),
    `${figure(row.ours)}${reached(row) ? '' : ' (missed)'}`,
    ...peers.map((peer) => figure(row.peers?.[peer])),
    ratio(row),
  ]);
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Whether a row is as it was promised. */
export function reached({ goal, ours }: Row): boolean {
  if (!goal) return true;
  return 'most' in goal ? ours <= goal.most : ours >= goal.least;
}

function goalText({ goal }: Row): string {
  if (!goal) return '';
  return 'most' in goal ? `≤ ${goal.most}` : `≥ ${goal.least}`;
}

function ratio({ ours, peers }: Row): string {
  const others = Object.values(peers ?? {});
  if (others.length === 0 || ours <= 0) return '';
  return `${figure(Math.min(...others) / ours)}×`;
}

/** Three digits are what repeated runs agree on, at best. */
export function figure(value: number | undefined): string {
  if (value === undefined) return '';
  if (Number.isInteger(value) || Math.abs(value) >= 100) return String(Math.round(value));
  return String(Number(value.toPrecision(3)));
}
