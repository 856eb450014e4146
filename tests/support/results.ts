import { existsSync, readFileSync } from 'node:fs';

/** One line of a results file: what a suite says about itself while it runs. The last line is `end`. */
export type ResultLine =
  | { event: 'pass'; title: string; milliseconds: number }
  | { event: 'fail'; title: string; error: string }
  | { event: 'skip'; title: string; reason: string }
  | { event: 'end' };

export function readResults(file: string): ResultLine[] {
  if (!existsSync(file)) return [];
  const whole = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return whole.map((line) => JSON.parse(line) as ResultLine);
}
