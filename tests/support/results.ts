import { appendFileSync, existsSync, readFileSync } from 'node:fs';

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

export function writeResult(file: string, line: ResultLine): void {
  appendFileSync(file, `${JSON.stringify(line)}\n`);
}

export function printResult(line: ResultLine, print: (text: string) => void = console.log): void {
  if (line.event === 'pass') print(`  ✔ ${line.title} (${line.milliseconds} ms)`);
  if (line.event === 'skip') print(`  - ${line.title}: ${line.reason}`);
  if (line.event === 'fail') print(`  ✘ ${line.title}\n${line.error}`);
}
