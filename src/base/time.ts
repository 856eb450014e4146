/** Microseconds since 1970-01-01 UTC, the unit of every stored time. */
export type Micros = number;

/** How far the two clocks may part: a laptop that sleeps stops the one, and a set clock moves the other. */
const driftMilliseconds = 50;
let origin = performance.timeOrigin;

export function nowMicros(): Micros {
  const wall = Date.now();
  const precise = origin + performance.now();
  if (Math.abs(wall - precise) <= driftMilliseconds) return Math.round(precise * 1000);
  origin += wall - precise;
  return wall * 1000;
}

/** ISO 8601 in UTC with milliseconds, as every `--json` output writes times. */
export function isoTime(time: Micros): string {
  return new Date(Math.floor(time / 1000)).toISOString();
}
