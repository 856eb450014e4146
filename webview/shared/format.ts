import { language } from './l10n.ts';

/** A value in some five significant digits, scientific where it is very small or very large; whole numbers stay whole. */
export function formatNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= (Number.isInteger(value) ? 1e15 : 1e9))) {
    return formatter('scientific', { notation: 'scientific', maximumFractionDigits: 3 })
      .format(value)
      .replace('E', 'e');
  }
  if (size >= 1e5) return formatter('large', { maximumFractionDigits: 2 }).format(value);
  return formatter('value', { maximumSignificantDigits: 5 }).format(value);
}

/** A value where there is little room, as at an axis. */
export function formatTick(value: number): string {
  const size = Math.abs(value);
  if (!Number.isFinite(value) || (size !== 0 && size < 1e-4)) return formatNumber(value);
  if (size < 1e5) return formatter('tick', { maximumSignificantDigits: size >= 1e4 ? 5 : 4 }).format(value);
  return formatter('large tick', { notation: 'compact', maximumSignificantDigits: 4 }).format(value);
}

export function formatCount(value: number): string {
  return formatter('count', { maximumFractionDigits: 0 }).format(value);
}

/** A step: nearly always a whole number, but a journal may hold any. */
export function formatStep(value: number): string {
  return formatter('step', { maximumFractionDigits: 6 }).format(value);
}

const byteUnits = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

export function formatBytes(bytes: number): string {
  let unit = 0;
  let size = bytes;
  while (size >= 1000 && unit < byteUnits.length - 1) {
    size /= 1000;
    unit += 1;
  }
  const name = byteUnits[unit] ?? 'byte';
  const digits = unit === 0 || size >= 100 ? 0 : 1;
  return formatter(`${name}${digits}`, {
    style: 'unit',
    unit: name,
    unitDisplay: unit === 0 ? 'long' : 'short',
    maximumFractionDigits: digits,
  }).format(size);
}

/** `0.42s`, `48s`, `3m 5s`, `2h 7m`, `3d 4h` in the user's language: two units at most. */
export function formatSeconds(seconds: number): string {
  if (seconds < 1) return unit(seconds, 'second', 2);
  if (seconds < 10) return unit(seconds, 'second', 1);
  const whole = Math.floor(seconds);
  if (whole < 60) return unit(whole, 'second');
  if (whole < 3600) return `${unit(Math.floor(whole / 60), 'minute')} ${unit(whole % 60, 'second')}`;
  if (whole < 86_400) return `${unit(Math.floor(whole / 3600), 'hour')} ${unit(Math.floor(whole / 60) % 60, 'minute')}`;
  return `${unit(Math.floor(whole / 86_400), 'day')} ${unit(Math.floor(whole / 3600) % 24, 'hour')}`;
}

function unit(value: number, name: string, digits = 0): string {
  const options = { style: 'unit', unit: name, unitDisplay: 'narrow', maximumFractionDigits: digits } as const;
  return formatter(`${name}${digits}`.concat('narrow'), options).format(value);
}

/** A point in time, in microseconds, with the day. */
export function formatTime(micros: number): string {
  return new Intl.DateTimeFormat(language(), { dateStyle: 'medium', timeStyle: 'medium' }).format(micros / 1000);
}

const formatters = new Map<string, Intl.NumberFormat>();

function formatter(name: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${language()} ${name}`;
  const known = formatters.get(key);
  if (known) return known;
  const made = new Intl.NumberFormat(language(), options);
  formatters.set(key, made);
  return made;
}
