import { newline, recordSeparator } from '../base/records.ts';
import { type Scan, scanNumber } from './scan-number.ts';

/** What is done with the metric records that are read; each is told of whole, or not at all. */
export interface MetricTaker {
  /** Whether a value of this name number can be taken. */
  knows(id: number): boolean;
  take(elapsed: number, step: number, ids: readonly number[], values: readonly number[], count: number): void;
}

const [openBracket, closeBracket, comma, quote] = [0x5b, 0x5d, 0x2c, 0x22];

/**
 * Reads metric records that stand one after the other in the form in which programs write them. Answers where the first other
 * thing begins, which may also be a metric record, written in an unusual way, damaged or not yet whole: parseMetricRecord
 * says of those what they are.
 */
export function scanMetrics(bytes: Buffer, start: number, taker: MetricTaker): number {
  const scan: Scan = { bytes, at: start, number: 0 };
  const ids: number[] = [];
  const values: number[] = [];
  let end = start;
  while (bytes[end] === recordSeparator && bytes[end + 1] === openBracket) {
    scan.at = end + 2;
    if (!scanNumber(scan) || bytes[scan.at] !== comma) break;
    const elapsed = scan.number;
    scan.at++;
    if (!scanNumber(scan)) break;
    const step = scan.number;
    let count = 0;
    while (bytes[scan.at] === comma) {
      scan.at++;
      if (!scanNumber(scan) || bytes[scan.at] !== comma || !taker.knows(scan.number)) return end;
      ids[count] = scan.number;
      scan.at++;
      if (!scanValue(scan)) return end;
      values[count++] = scan.number;
    }
    if (count === 0 || bytes[scan.at] !== closeBracket || bytes[scan.at + 1] !== newline) break;
    taker.take(elapsed, step, ids, values, count);
    end = scan.at + 2;
  }
  return end;
}

const words = new Map([
  ['"NaN"', Number.NaN],
  ['"Infinity"', Number.POSITIVE_INFINITY],
  ['"-Infinity"', Number.NEGATIVE_INFINITY],
]);

/** A number, or one of the words for those that JSON has none for. */
function scanValue(scan: Scan): boolean {
  const { bytes, at } = scan;
  if (bytes[at] !== quote) return scanNumber(scan);
  const end = bytes.indexOf(quote, at + 1);
  const word = end - at > 12 ? undefined : words.get(bytes.toString('latin1', at, end + 1));
  if (word === undefined) return false;
  scan.number = word;
  scan.at = end + 1;
  return true;
}
