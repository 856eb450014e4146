import { isId } from '../../base/ids.ts';
import { nowMicros } from '../../base/time.ts';

/** What stands in the name of an entry's file: its place among the others, and its run. */
export interface EntryName {
  /** Digits, compared as texts: what was queued first has the smaller ones. */
  rank: string;
  run: string;
  /** Of an entry that is claimed: what tells this claim from an earlier one. */
  claim?: string;
}

const digits = 16;
const longestRank = 180;
const pattern = new RegExp(`^(\\d{${digits},${longestRank}})-([0-9a-f-]{36})(?:\\.([0-9a-f]{8}))?\\.json$`);

export function entryFile({ rank, run, claim }: EntryName): string {
  return `${rank}-${run}${claim === undefined ? '' : `.${claim}`}.json`;
}

/** Undefined for a file that is no entry's. */
export function parseEntryFile(file: string): EntryName | undefined {
  const [, rank, run, claim] = pattern.exec(file) ?? [];
  if (rank === undefined || run === undefined || !isId(run)) return undefined;
  return { rank, run, ...(claim !== undefined && { claim }) };
}

export function byRank(a: EntryName, b: EntryName): number {
  if (a.rank !== b.rank) return a.rank < b.rank ? -1 : 1;
  return a.run < b.run ? -1 : Number(a.run > b.run);
}

/** A rank behind all that are there, whatever the clock does. */
export function lastRank(ranks: readonly string[], now = nowMicros()): string {
  const last = ranks.reduce((largest, rank) => (rank > largest ? rank : largest), '');
  const behind = last === '' ? 0n : BigInt(last.slice(0, digits)) + 1n;
  const wanted = BigInt(now) > behind ? BigInt(now) : behind;
  return padded(wanted);
}

/** A rank between two; the first of all, the last of all where one is missing. Of two that are the same, nothing is between. */
export function rankBetween(before: string | undefined, after: string | undefined): string {
  if (after === undefined) return lastRank(before === undefined ? [] : [before]);
  const first = BigInt(after.slice(0, digits));
  if (before === undefined && first > 0n) return padded(first - 1n);
  const low = before ?? '';
  const length = Math.max(low.length, after.length, digits) + 1;
  const middle = (BigInt(low.padEnd(length, '0')) + BigInt(after.padEnd(length, '0'))) / 2n;
  const text = String(middle).padStart(length, '0');
  return text.slice(0, digits) + text.slice(digits).replace(/0+$/, '');
}

function padded(value: bigint): string {
  return String(value).padStart(digits, '0');
}
