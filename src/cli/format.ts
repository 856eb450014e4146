import type { Micros } from '../base/time.ts';
import type { ParameterValue } from '../contract/journal.ts';
import type { RunStatus } from '../contract/run.ts';
import { harmless } from './harmless.ts';
import type { Style } from './terminal.ts';

export const statusLook: Record<RunStatus, { sign: string; style: Style }> = {
  queued: { sign: '…', style: 'dim' },
  running: { sign: '●', style: 'blue' },
  finished: { sign: '✓', style: 'green' },
  failed: { sign: '✗', style: 'red' },
  stopped: { sign: '■', style: 'yellow' },
  lost: { sign: '?', style: 'magenta' },
};

export function duration(milliseconds: number | null): string {
  if (milliseconds === null) return '';
  const seconds = milliseconds / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)}s`;
  if (seconds < 60) return `${Math.floor(seconds)}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m${pad(Math.floor(seconds % 60))}s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours}h${pad(minutes % 60)}m`;
  return `${Math.floor(hours / 24)}d${pad(hours % 24)}h`;
}

export function age(time: Micros, now: Micros): string {
  const seconds = Math.max(0, (now - time) / 1e6);
  if (seconds < 60) return `${Math.floor(seconds)}s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ago`;
  if (seconds < 48 * 3600) return `${Math.floor(seconds / 3600)}h ago`;
  return `${Math.floor(seconds / 86_400)}d ago`;
}

/** A parameter in a table cell: strings as they are, everything else as JSON, cut at 60 characters. */
export function parameter(value: ParameterValue | undefined): string {
  if (value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return harmless(text.length > 60 ? `${text.slice(0, 59)}…` : text);
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
