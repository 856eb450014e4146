/** How far apart the marks of an axis of steps may be: there is no step between two steps. Ascending. */
export const stepIncrements: readonly number[] = Array.from({ length: 16 }, (_, power) =>
  [1, 2, 5].map((factor) => factor * 10 ** power),
).flat();
