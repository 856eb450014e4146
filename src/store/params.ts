import { exactJson } from '../base/json.ts';
import type { ParameterValue } from '../contract/journal.ts';
import type { Database } from './driver.ts';
import { groupByRun } from './group.ts';
import { laterWins, type Place } from './place.ts';

export function putParam(db: Database, run: number, name: string, value: ParameterValue, place: Place): void {
  db.prepare(
    `INSERT INTO params (run, name, value, number, time, file, offset) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (run, name) DO UPDATE SET value = excluded.value, number = excluded.number,
       time = excluded.time, file = excluded.file, offset = excluded.offset ${laterWins('params')}`,
  ).run(run, name, exactJson(value), comparableNumber(value), place.time, place.file, place.offset);
}

const numeral = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i;

/** What a value compares as; null where it is no number. A script often leaves a number as the text that was typed. */
function comparableNumber(value: ParameterValue): number | null {
  if (typeof value === 'number') return Number.isNaN(value) ? null : value;
  if (value === 'Infinity') return Number.POSITIVE_INFINITY;
  if (value === '-Infinity') return Number.NEGATIVE_INFINITY;
  return typeof value === 'string' && value.length < 400 && numeral.test(value) ? Number(value) : null;
}

/** Where the values are that compare as a text, as SQL on the table `params` that its index answers. */
export function paramEquals(text: string): { sql: string; values: (string | number)[] } {
  const number = comparableNumber(text);
  const values = [exactJson(text), text.startsWith('"') ? exactJson(text) : text];
  if (number === null) return { sql: 'number IS NULL AND value IN (?, ?)', values };
  return { sql: 'number = ? AND value IN (?, ?)', values: [number, ...values] };
}

interface ParamRow {
  run: number;
  name: string;
  value: string;
}

/** The parameters of several runs, by run. */
export function readParams(db: Database, runs: string): Map<number, Record<string, ParameterValue>> {
  const rows = db
    .prepare<ParamRow>(
      'SELECT run, name, value FROM params WHERE run IN (SELECT value FROM json_each(?)) ORDER BY run, name',
    )
    .all(runs);
  return groupByRun(rows, (row) => JSON.parse(row.value) as ParameterValue);
}
