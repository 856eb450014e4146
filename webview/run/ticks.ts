/** Round places for marks between two ends, both included: 1, 2 or 5 times a power of ten apart, about `count` of them. */
export function linearTicks(from: number, to: number, count: number): number[] {
  if (!(to > from) || !Number.isFinite(to - from)) return [from];
  const rough = (to - from) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough * 0.99) ?? 10);
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) => exact((first + index) * step));
}

/** Powers of ten between two positive ends, thinned out to about `count`; with fewer than two of them, what linearTicks says. */
export function logTicks(from: number, to: number, count: number): number[] {
  const first = Math.ceil(Math.log10(from) - 1e-9);
  const last = Math.floor(Math.log10(to) + 1e-9);
  if (last - first < 1) return linearTicks(from, to, count).filter((tick) => tick > 0);
  const every = Math.max(1, Math.ceil((last - first + 1) / Math.max(1, count)));
  const ticks: number[] = [];
  for (let power = first; power <= last; power += every) ticks.push(exact(10 ** power));
  return ticks;
}

/** Without what binary fractions leave behind: 0.3 and not 0.30000000000000004. */
function exact(value: number): number {
  return Number(value.toPrecision(15));
}

/** Where a value lies between two ends: 0 at the one, 1 at the other. */
export function share(value: number, from: number, to: number, log: boolean): number {
  if (from === to) return 0.5;
  return log ? Math.log(value / from) / Math.log(to / from) : (value - from) / (to - from);
}
