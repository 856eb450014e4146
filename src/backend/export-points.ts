import { open } from 'node:fs/promises';
import { setImmediate as breathe } from 'node:timers/promises';
import { pointCsvLine, pointsCsvHead } from '../contract/points-csv.ts';
import type { Points } from '../contract/run.ts';

/** A history may hold millions of points: between two pieces of so many others are answered. */
const pieceSize = 5000;

/** Writes every point as the command line's `metrics --csv` does, over what is at the path. */
export async function writePointsCsv(
  path: string,
  { steps, times, values }: Points,
  signal: AbortSignal,
): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.write(pointsCsvHead);
    for (let start = 0; start < steps.length; start += pieceSize) {
      signal.throwIfAborted();
      let text = '';
      for (let index = start; index < Math.min(start + pieceSize, steps.length); index += 1) {
        text += `${pointCsvLine(steps[index] as number, times[index] as number, values[index] as number)}\n`;
      }
      await file.write(text);
      await breathe();
    }
  } finally {
    await file.close();
  }
}
