import { basename, isAbsolute, sep } from 'node:path';
import { pathInside } from '../base/files.ts';
import type { Micros } from '../base/time.ts';

/** An output of which a copy is wanted. */
export interface Candidate {
  path: string;
  what: 'model' | 'figure';
  bytes: number;
  modified: Micros;
}

export interface KeepingPlan {
  /** Names in the folder of artifacts, by path. */
  names: Map<string, string>;
  /** Larger than a copy may be. */
  large: (Candidate & { limit: number })[];
  /** How many found no room any more. */
  crowded: number;
}

const mebibyte = 1 << 20;
const largest = { figure: 50 * mebibyte, model: 2_048 * mebibyte };
const mostFigures = 200;
/** Of what is free on the disk. */
const share = 0.1;
const longestName = 150;

/**
 * Which outputs are copied into the run, and under which names: the newest first, as long as there is room.
 *
 * @param free bytes on the run's disk
 */
export function planKeeping(candidates: readonly Candidate[], cwd: string, free: number): KeepingPlan {
  const plan: KeepingPlan = { names: new Map(), large: [], crowded: 0 };
  const chosen: Candidate[] = [];
  let room = free * share;
  let figures = 0;
  for (const candidate of [...candidates].sort((a, b) => b.modified - a.modified)) {
    const { what, bytes } = candidate;
    if (bytes > largest[what]) {
      plan.large.push({ ...candidate, limit: largest[what] });
    } else if (bytes > room || (what === 'figure' && figures >= mostFigures)) {
      plan.crowded++;
    } else {
      room -= bytes;
      if (what === 'figure') figures++;
      chosen.push(candidate);
    }
  }
  const bare = new Map<string, number>();
  const bareName = ({ path }: Candidate) => safeName(basename(path)).toLowerCase();
  for (const one of chosen) bare.set(bareName(one), (bare.get(bareName(one)) ?? 0) + 1);
  for (const one of chosen) {
    const isAlone = bare.get(bareName(one)) === 1;
    plan.names.set(one.path, isAlone ? safeName(basename(one.path)) : longName(one.path, cwd));
  }
  return plan;
}

/** The way from the working folder, for a name that several have. */
export function longName(path: string, cwd: string): string {
  const way = pathInside(cwd, path) ?? path;
  const parts = (isAbsolute(way) ? way.slice(1) : way).split(sep).map(safeName);
  return parts.filter((part) => part !== '').join('/');
}

/** A name that every file system takes, and that stands for no other folder. */
function safeName(name: string): string {
  const plain = name.replaceAll(/[\p{Cc}\p{Cs}\p{Cn}\u2028-\u202e\u2066-\u2069\ufeff\\:*?"<>|]/gu, '_');
  return plain.replace(/^\.+|[. ]+$/g, '_').slice(-longestName);
}
