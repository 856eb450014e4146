import { exactNumber } from '../base/json.ts';
import { isoTime, type Micros } from '../base/time.ts';

export const pointsCsvHead = 'step,time,value\n';

/** One point, without the end of the line. */
export function pointCsvLine(step: number, time: Micros, value: number): string {
  return `${csvNumber(step)},${isoTime(time)},${csvNumber(value)}`;
}

export function csvNumber(value: number): string {
  return Number.isFinite(value) ? exactNumber(value) : String(value);
}
