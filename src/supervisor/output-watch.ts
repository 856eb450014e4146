import { fstatSync } from 'node:fs';

export interface OutputSizes {
  stdout: number;
  stderr: number;
}

export interface OutputWatch {
  /** Looks once more and ends the watch. */
  finish(): void;
}

const pause = { busy: 40, idle: 250 };
/** With many marks behind it, a watch takes its time: an endless run must not write an endless journal. */
const slower = [
  { after: 20_000, pause: 30_000 },
  { after: 4_000, pause: 1_000 },
];

/**
 * Watches both output files grow, and marks each change from one to the other, so that a reader can lay them side by side.
 *
 * @param mark is told the sizes at which the other file starts to grow
 */
export function watchOutput(
  descriptors: { stdout: number; stderr: number },
  mark: (sizes: OutputSizes) => void,
): OutputWatch {
  let marks = 0;
  const note = noteChanges(sizesOf(descriptors), (sizes) => {
    marks++;
    mark(sizes);
  });
  let timer: NodeJS.Timeout | undefined;
  const go = (delay: number) => {
    timer = setTimeout(() => {
      const grew = note(sizesOf(descriptors));
      const least = slower.find((step) => marks > step.after)?.pause ?? 0;
      go(Math.max(least, grew ? pause.busy : Math.min(delay * 1.5, pause.idle)));
    }, delay);
  };
  go(pause.busy);
  return {
    finish() {
      clearTimeout(timer);
      note(sizesOf(descriptors));
    },
  };
}

/**
 * Takes the sizes of both files as they are seen one after the other, and says which of them have to be kept: where one file
 * stops and the other goes on, and both ends of a stretch in which both grew.
 *
 * @returns told of sizes, answers whether anything grew
 */
export function noteChanges(first: OutputSizes, mark: (sizes: OutputSizes) => void): (now: OutputSizes) => boolean {
  let seen = first;
  let marked = first;
  let growing: keyof OutputSizes | undefined;
  const keep = (sizes: OutputSizes) => {
    if (sizes.stdout === marked.stdout && sizes.stderr === marked.stderr) return;
    mark(sizes);
    marked = sizes;
  };
  return (now) => {
    const grew = { stdout: now.stdout > seen.stdout, stderr: now.stderr > seen.stderr };
    if (grew.stdout && grew.stderr) {
      keep(seen);
      keep(now);
      growing = undefined;
    } else if (grew.stdout || grew.stderr) {
      const stream = grew.stdout ? 'stdout' : 'stderr';
      if (growing !== stream) keep(seen);
      growing = stream;
    }
    seen = now;
    return grew.stdout || grew.stderr;
  };
}

function sizesOf(descriptors: { stdout: number; stderr: number }): OutputSizes {
  return { stdout: fstatSync(descriptors.stdout).size, stderr: fstatSync(descriptors.stderr).size };
}
