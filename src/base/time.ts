/** Microseconds since 1970-01-01 UTC, the unit of every stored time. */
export type Micros = number;

export function nowMicros(): Micros {
  return Math.round((performance.timeOrigin + performance.now()) * 1000);
}

/** ISO 8601 in UTC with milliseconds, as every `--json` output writes times. */
export function isoTime(time: Micros): string {
  return new Date(Math.floor(time / 1000)).toISOString();
}
