import type { Histogram } from '../../src/contract/media.ts';

/** Histograms with edges of their own, brought to equal bins over all of them. */
export interface HistogramRows {
  from: number;
  to: number;
  /** A row per histogram: the counts of its bins. What a bucket shares with several bins is divided by its width. */
  rows: number[][];
  /** The largest count of any bin. */
  most: number;
}

export function binned(histograms: readonly Histogram[], bins: number): HistogramRows {
  const finite = (value: number) => (Number.isFinite(value) ? value : undefined);
  const edges = histograms.flatMap(({ left, right }) => [
    finite(left[0] ?? Number.NaN),
    finite(right.at(-1) ?? Number.NaN),
  ]);
  const known = edges.filter((edge) => edge !== undefined);
  let from = known.length > 0 ? Math.min(...known) : 0;
  let to = known.length > 0 ? Math.max(...known) : 1;
  if (!((to - from) / bins > 0)) {
    const room = Math.abs(from) / 100 || 0.5;
    from = Math.max(from - room, -Number.MAX_VALUE);
    to = Math.min(to + room, Number.MAX_VALUE);
  }
  // Halved where the whole width is more than a number can say.
  const scale = Number.isFinite(to - from) ? 1 : 0.5;
  const width = (to * scale - from * scale) / bins;
  const place = (edge: number) => Math.min(Math.max((edge * scale - from * scale) / width, 0), bins);
  const rows = histograms.map((histogram) => rowOf(histogram, place, bins));
  return { from, to, rows, most: Math.max(0, ...rows.flat()) };
}

/** `place` says where an edge is, in bins. */
function rowOf({ left, right, counts }: Histogram, place: (edge: number) => number, bins: number): number[] {
  const row = new Array<number>(bins).fill(0);
  for (const [index, count] of counts.entries()) {
    const start = place(left[index] ?? Number.NaN);
    const end = place(right[index] ?? Number.NaN);
    if (!(count > 0) || Number.isNaN(start) || Number.isNaN(end)) continue;
    if (end <= start) {
      const bin = Math.min(Math.floor(start), bins - 1);
      row[bin] = (row[bin] ?? 0) + count;
      continue;
    }
    for (let bin = Math.floor(start); bin < end; bin++) {
      const share = (Math.min(end, bin + 1) - Math.max(start, bin)) / (end - start);
      row[bin] = (row[bin] ?? 0) + count * share;
    }
  }
  return row;
}

/** The value below which a share of what was counted lies, evenly spread within its bucket; NaN where nothing was counted. */
export function quantile({ left, right, counts }: Histogram, share: number): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  let before = 0;
  for (const [index, count] of counts.entries()) {
    if (count > 0 && before + count >= total * share) {
      const part = (total * share - before) / count;
      return (left[index] ?? Number.NaN) + part * ((right[index] ?? Number.NaN) - (left[index] ?? Number.NaN));
    }
    before += count;
  }
  return Number.NaN;
}
