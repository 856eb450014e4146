/** Milliseconds of one frame that are spent on what waits here. */
const share = 8;
const waiting = new Set<() => void>();
let asked = 0;

/** Does a task in one of the next frames, few enough in each that the page stays fluid. A task that waits already waits once. */
export function inSomeFrame(task: () => void): void {
  waiting.add(task);
  if (asked === 0) asked = requestAnimationFrame(work);
}

export function notInAFrame(task: () => void): void {
  waiting.delete(task);
}

function work(): void {
  const end = performance.now() + share;
  for (const task of waiting) {
    waiting.delete(task);
    task();
    if (performance.now() >= end) break;
  }
  asked = waiting.size > 0 ? requestAnimationFrame(work) : 0;
}
