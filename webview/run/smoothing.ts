/**
 * An exponential moving average over points that begins without bias: `weight` (0 to 1) is what the past keeps at each point, and
 * the sum of weights divides, as in the first steps of Adam. A bucket counts as so many points of its value. Where there is no
 * value there is no average.
 */
export function movingAverage(weight: number): (value: number | null, count: number) => number | null {
  let sum = 0;
  let mass = 0;
  return (value, count) => {
    if (value === null) return null;
    const keep = weight ** count;
    sum = sum * keep + value * (1 - keep);
    mass = mass * keep + (1 - keep);
    return sum / mass;
  };
}
