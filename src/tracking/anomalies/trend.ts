/** Where a series is going, on a scale on which a factor is a distance. All of it is brought up to date point by point. */
export interface Trend {
  /** 0: the first points are being gathered. 1: the series is positive. 2: it has both signs. */
  sign: number;
  /** What is added to a positive value before its logarithm, or what a signed one is divided by. */
  unit: number;
  /** Points since the phase began. */
  count: number;
  firstStep: number;
  lastStep: number;
  /** Where the phase began: the median of its first points. */
  start: number;
  /** The highest of the first three points: where a fast fall began. */
  origin: number;
  /** Smoothed robustly: no point counts for more than three times the usual distance. */
  level: number;
  /** The mean distance from the level, smoothed in the same way. */
  noise: number;
}

/** Points that are gathered before there is a scale. */
export const gathered = 10;

const levelLength = 25;
const noiseLength = 100;
/** On the logarithmic scale half a percent: what has no more noise than this counts as having none. */
export const leastNoise = 0.005;
/** Of the first values: what is smaller than this is as good as nothing. */
const negligible = 1e-3;

export function newTrend(): Trend {
  return { sign: 0, unit: 0, count: 0, firstStep: 0, lastStep: 0, start: 0, origin: 0, level: 0, noise: 0 };
}

/**
 * log(value + unit) of a positive series, asinh(value / unit) of a signed one: the inverse hyperbolic sine is linear near 0 and
 * logarithmic far from it (Burbidge, Magee, Robb 1988, “Alternative transformations to handle extreme values”).
 */
export function onScale(trend: Trend, value: number): number {
  return trend.sign === 1 ? Math.log(value + trend.unit) : Math.asinh(value / trend.unit);
}

export function offScale(trend: Trend, height: number): number {
  const value = trend.sign === 1 ? Math.exp(height) - trend.unit : Math.sinh(height) * trend.unit;
  return Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value));
}

/**
 * Chooses the scale by the first values, and starts the trend with them. Answers false where they are all 0: there is no scale
 * yet. @param early as many as `gathered`
 */
export function startTrend(trend: Trend, early: Float64Array): boolean {
  const size = median(early.map(Math.abs)) || Math.max(...early.map(Math.abs));
  if (size === 0) return false;
  trend.sign = early.some((value) => value < 0) ? 2 : 1;
  trend.unit = trend.sign === 1 ? size * negligible : size;
  const heights = early.map((value) => onScale(trend, value));
  trend.start = median(heights);
  trend.origin = Math.max(...heights.subarray(0, 3));
  trend.level = trend.start;
  trend.noise = Math.max(leastNoise, mean(heights.map((height) => Math.abs(height - trend.start))));
  trend.count = 0;
  for (const height of heights) followTrend(trend, height);
  return true;
}

/**
 * Takes one more point in: exponential smoothing with Huber's clipping (Gelper, Fried, Croux 2010, “Robust forecasting with
 * exponential and Holt–Winters smoothing”).
 */
export function followTrend(trend: Trend, height: number): void {
  trend.count++;
  const most = 3 * trend.noise;
  const distance = height - trend.level;
  const clipped = distance > most ? most : distance < -most ? -most : distance;
  const { count } = trend;
  trend.level += clipped / (count < levelLength ? count : levelLength);
  const noise =
    trend.noise + (Math.abs(clipped) - trend.noise) / (count < noiseLength ? count + gathered : noiseLength);
  trend.noise = noise < leastNoise ? leastNoise : noise;
}

function median(values: Float64Array): number {
  const sorted = values.toSorted();
  const half = sorted.length / 2;
  return ((sorted[Math.ceil(half) - 1] as number) + (sorted[Math.floor(half)] as number)) / 2;
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
