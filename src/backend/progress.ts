/** Hands on how far some work is, at once the first time, when it is done, and otherwise at most ten times a second. */
export function unhurried<Now extends { done: number; all: number | null }>(
  tell: (now: Now) => void,
): (now: Now) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (now) => {
    const time = performance.now();
    if (time - last < shortestGap && now.done !== now.all) return;
    last = time;
    tell(now);
  };
}

const shortestGap = 100;
