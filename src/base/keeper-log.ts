import { closeSync, fstatSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { readAt } from './files.ts';
import { openIfRegular } from './regular-file.ts';
import type { Micros } from './time.ts';

/** In a run's folder: what the keeper of its script says. */
export const keeperFile = 'keeper.log';

export interface KeptEnd {
  code: number | null;
  signal: string | null;
  time: Micros;
}

export interface KeeperLog {
  /** The script's process. */
  pid: number;
  /** Undefined while it runs, or where its keeper was killed. */
  end: KeptEnd | undefined;
}

const longest = 64 << 10;

/** Undefined where no keeper has started anything. */
export function readKeeperLog(directory: string): KeeperLog | undefined {
  const descriptor = openIfRegular(join(directory, keeperFile));
  if (descriptor === undefined) return undefined;
  try {
    return readOpenKeeperLog(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** The same of a file that is open, wherever it lies by now. */
export function readOpenKeeperLog(descriptor: number): KeeperLog | undefined {
  const { size, mtimeMs } = fstatSync(descriptor);
  if (size > longest) return undefined;
  return parseKeeperLog(readAt(descriptor, 0, size).toString('utf8'), Math.round(mtimeMs * 1_000));
}

/**
 * Reads `started PID`, perhaps what the shell had to say about a signal, and `ended CODE`.
 *
 * @param time of the last line
 */
export function parseKeeperLog(text: string, time: Micros): KeeperLog | undefined {
  const started = /^started (\d{1,10})\n/m.exec(text);
  if (!started) return undefined;
  const rest = text.slice(started.index + started[0].length);
  const ended = /^ended (\d{1,3})\n/m.exec(rest);
  const end = ended ? { ...endOf(Number(ended[1]), rest.slice(0, ended.index).trim() !== ''), time } : undefined;
  return { pid: Number(started[1]), end };
}

/** What a shell adds to the number of a signal; that of Korn. */
const ordinary = 128;
const korn = 256;

/**
 * A shell tells of a signal by a number that a program may also end with by itself. Unlike for that, it says something of a
 * signal, but for an interrupt and a broken pipe. An interrupt is what 130 mostly stands for; 141 is mostly what a shell script
 * passes on.
 */
function endOf(status: number, remarked: boolean): { code: number | null; signal: string | null } {
  const signal = signalName(status > korn ? status - korn : status - ordinary);
  if (signal !== undefined && (remarked || status > korn || signal === 'SIGINT')) return { code: null, signal };
  return { code: status, signal: null };
}

function signalName(number: number): string | undefined {
  return Object.entries(constants.signals).find(([, value]) => value === number)?.[0];
}
