/** Random numbers that are the same for the same seed (xorshift32 on two words), so that two benches see the same data. */
export interface Noise {
  /** Evenly spread, at least 0 and below 1, with 53 random bits. */
  even(): number;
  /** Normally distributed around 0 with standard deviation 1 (Box and Muller). */
  normal(): number;
  pick<T>(items: readonly T[]): T;
}

export function noise(seed: number): Noise {
  let state = (seed * 0x9e3779b9 + 0x6d2b79f5) | 0 || 1;
  const word = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  for (let warm = 0; warm < 8; warm++) word();
  const even = () => ((word() >>> 5) * 0x4000000 + (word() >>> 6)) / 2 ** 53;
  return {
    even,
    normal: () => Math.sqrt(-2 * Math.log(1 - even())) * Math.cos(2 * Math.PI * even()),
    pick: (items) => items[Math.floor(even() * items.length)] as (typeof items)[number],
  };
}

export interface Curve {
  name: string;
  /** @param progress from 0 at the first step to 1 at the last */
  at(progress: number, noise: Noise): number;
}

/**
 * Curves as trainings log them: noisy losses that fall, accuracies that rise, a schedule that has no noise.
 *
 * @param quality from 0 to 1: how low the losses get
 */
export function curves(count: number, quality: number): Curve[] {
  const floor = 0.1 + 0.6 * (1 - quality);
  const falling = (scale: number) => (progress: number, random: Noise) =>
    scale * (floor + (2.3 - floor) * Math.exp(-5 * progress)) * (1 + 0.05 * random.normal());
  const rising = (top: number) => (progress: number, random: Noise) =>
    Math.min(1, Math.max(0, top * (1 - 0.9 * Math.exp(-5 * progress)) + 0.01 * random.normal()));
  const known: Curve[] = [
    { name: 'loss', at: falling(1) },
    { name: 'val/loss', at: falling(1.1) },
    { name: 'accuracy', at: rising(1 - floor / 4) },
    { name: 'val/accuracy', at: rising(0.97 - floor / 4) },
    { name: 'learning_rate', at: (progress) => Number((0.1 * 0.5 ** Math.floor(progress * 8)).toPrecision(6)) },
  ];
  for (let layer = 0; known.length < count; layer++) known.push({ name: `layer${layer}/loss`, at: falling(0.5) });
  return known.slice(0, count);
}
