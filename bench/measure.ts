import type { Peers } from './peers.ts';

/** One line of the table. */
export interface Row {
  what: string;
  unit: 'µs' | 'ms' | 's' | '%' | 'points' | 'million/s' | 'bytes';
  ours: number;
  /** What was wanted, in the same unit, where something was promised. */
  goal?: { most: number } | { least: number };
  /** By the peer's name. */
  peers?: Record<string, number>;
  /** How it was measured, where the words of the row do not say it. */
  note?: string;
}

export interface Bench {
  /** An empty folder, which is removed afterwards. */
  scratch: string;
  /** Installed when they are first asked for. */
  peers(): Promise<Peers>;
  /** 1 measures what is promised; a smaller share shrinks every amount, to see that the bench works. */
  scale: number;
}

export interface Measure {
  name: string;
  about: string;
  run(bench: Bench): Promise<Row[]>;
}

/** An amount of the bench, shrunk with it; at least `least`. */
export function amount({ scale }: Bench, whole: number, least = 1): number {
  return Math.max(least, Math.round(whole * scale));
}

export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
}

/** The median of several times of something, in milliseconds. */
export async function medianTime(rounds: number, work: () => unknown): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return median(times);
}
