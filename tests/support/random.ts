export interface Random {
  /** From 0 to less than 1. */
  next(): number;
  between(low: number, high: number): number;
  /** Evenly on the logarithmic scale. */
  scale(low: number, high: number): number;
  whole(low: number, high: number): number;
  normal(): number;
  /** Student's t: heavy tails where there are few degrees of freedom. */
  student(degrees: number): number;
  chance(probability: number): boolean;
  pick<Item>(items: readonly Item[]): Item;
}

/** The same numbers for the same seed, everywhere (mulberry32). */
export function random(seed: number): Random {
  let state = (seed * 2654435761) >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  const between = (low: number, high: number) => low + (high - low) * next();
  const self: Random = {
    next,
    between,
    normal,
    scale: (low, high) => Math.exp(between(Math.log(low), Math.log(high))),
    whole: (low, high) => Math.floor(between(low, high + 1)),
    student(degrees) {
      let sum = 0;
      for (let index = 0; index < degrees; index++) sum += normal() ** 2;
      return normal() / Math.sqrt(sum / degrees);
    },
    chance: (probability) => next() < probability,
    pick: (items) => items[Math.floor(next() * items.length)] as never,
  };
  return self;
}
