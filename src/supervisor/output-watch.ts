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
  let seen = sizesOf(descriptors);
  let marked = seen;
  let growing: keyof OutputSizes | undefined;
  let marks = 0;
  let timer: NodeJS.Timeout | undefined;

  const set = (sizes: OutputSizes) => {
    if (sizes.stdout === marked.stdout && sizes.stderr === marked.stderr) return;
    mark(sizes);
    marked = sizes;
    marks++;
  };

  const look = () => {
    const now = sizesOf(descriptors);
    const grew = { stdout: now.stdout > seen.stdout, stderr: now.stderr > seen.stderr };
    if (grew.stdout && grew.stderr) {
      set(seen);
      set(now);
      growing = undefined;
    } else if (grew.stdout || grew.stderr) {
      const stream = grew.stdout ? 'stdout' : 'stderr';
      if (growing !== stream) set(seen);
      growing = stream;
    }
    seen = now;
    return grew.stdout || grew.stderr;
  };

  const go = (delay: number) => {
    timer = setTimeout(() => {
      const changed = look();
      const least = slower.find((step) => marks > step.after)?.pause ?? 0;
      go(Math.max(least, changed ? pause.busy : Math.min(delay * 1.5, pause.idle)));
    }, delay);
  };
  go(pause.busy);

  return {
    finish() {
      clearTimeout(timer);
      look();
    },
  };
}

function sizesOf(descriptors: { stdout: number; stderr: number }): OutputSizes {
  return { stdout: fstatSync(descriptors.stdout).size, stderr: fstatSync(descriptors.stderr).size };
}
