import type { Micros } from '../base/time.ts';

/** A metric's value in at most five significant digits, as a row has room for; a whole number in full. */
export function shortNumber(value: number): string {
  if (!Number.isFinite(value) || (Number.isInteger(value) && Math.abs(value) < 1e9)) return String(value);
  const size = Math.abs(value);
  if (value !== 0 && (size < 1e-4 || size >= 1e7)) return value.toExponential(3);
  return String(Number(value.toPrecision(5)));
}

/** `48 s`, `3 m 05 s`, `2 h 07 m`, `3 d 4 h`: two units at most. */
export function duration(micros: Micros): string {
  const seconds = Math.max(0, Math.floor(micros / 1e6));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} m ${pad(seconds % 60)} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h ${pad(minutes % 60)} m`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}

const ageUnits: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

// To make one takes longer than to draw a row.
const relativeTimes = new Map<string, Intl.RelativeTimeFormat>();

function relativeTime(locale: string): Intl.RelativeTimeFormat {
  const known = relativeTimes.get(locale) ?? new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' });
  relativeTimes.set(locale, known);
  return known;
}

/** `3 min. ago`, `yesterday`, in the user's language; under a minute `now`. */
export function age(time: Micros, now: Micros, locale: string): string {
  const format = relativeTime(locale);
  const seconds = (now - time) / 1e6;
  for (const [unit, size] of ageUnits) {
    if (seconds >= size) return format.format(-Math.floor(seconds / size), unit);
  }
  return format.format(0, 'second');
}
