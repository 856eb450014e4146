import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseJson } from '../base/json.ts';
import { splitRecords } from '../base/records.ts';
import type { Micros } from '../base/time.ts';
import type { SystemValues } from './system-journal.ts';

/** The last sample that earlier supervisors of a run have written. */
export interface EarlierSample {
  /** Since the run's start. */
  time: Micros;
  step: number;
  values: SystemValues;
}

const named = /^system-.+\.jsonl$/;

/** Undefined where none was written. */
export function lastSample(folder: string): EarlierSample | undefined {
  const samples = readdirSync(folder)
    .filter((name) => named.test(name))
    .flatMap((name) => lastOf(join(folder, name)) ?? []);
  return samples.sort((a, b) => a.step - b.step).at(-1);
}

function lastOf(path: string): EarlierSample | undefined {
  const names = new Map<number, string>();
  let last: number[] | undefined;
  for (const { text } of splitRecords(readFileSync(path)).records) {
    const record = parseJson(text);
    if (isSample(record)) last = record;
    else if (isName(record)) names.set(record.id, record.name);
  }
  if (!last) return undefined;
  const [time = 0, step = 0, ...pairs] = last;
  const values: SystemValues = {};
  for (let at = 0; at + 1 < pairs.length; at += 2) {
    const name = names.get(pairs[at] as number);
    if (name !== undefined) values[name] = pairs[at + 1] as number;
  }
  return { time, step, values };
}

function isSample(record: unknown): record is number[] {
  return Array.isArray(record) && record.length >= 4 && record.every(Number.isFinite);
}

function isName(record: unknown): record is { id: number; name: string } {
  if (typeof record !== 'object' || record === null || !('id' in record) || !('name' in record)) return false;
  return Number.isInteger(record.id) && typeof record.name === 'string';
}
