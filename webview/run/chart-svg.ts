import type { ChartColumns, ChartView, Stretch } from './chart-data.ts';
import { linearTicks, logTicks, share } from './ticks.ts';

export interface SvgChart {
  title: string;
  xTitle: string;
  columns: ChartColumns;
  view: ChartView;
  /** What of the x axis is in sight; null: all. */
  stretch: Stretch | null;
  xText: (value: number) => string;
  yText: (value: number) => string;
  colors: { background: string; text: string; grid: string; line: string; mark: string };
}

export const svgSize = { width: 900, height: 500 };
const plot = { left: 90, right: 870, top: 56, bottom: 430 };

/** The chart as a picture of lines, with its axes and its title; the same data as on the screen. */
export function chartSvg(chart: SvgChart): string {
  const { columns, view, colors } = chart;
  const inSight = columns.xs.map((x) => chart.stretch === null || (x >= chart.stretch.from && x <= chart.stretch.to));
  const xs = chart.stretch ?? ends(columns.xs, view.logX);
  const ys = widened(
    ends(
      [columns.lows, columns.highs].flatMap((column) =>
        column.filter((value, index) => value !== null && inSight[index]),
      ),
      view.logY,
    ),
    view.logY,
  );
  const left = (x: number) => plot.left + share(x, xs.from, xs.to, view.logX) * (plot.right - plot.left);
  const top = (y: number) => plot.bottom - share(y, ys.from, ys.to, view.logY) * (plot.bottom - plot.top);
  const path = (column: readonly (number | null | undefined)[]) => linePath(columns.xs, column, left, top);
  const smoothed = view.smoothing > 0;
  const { width, height } = svgSize;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="14">
<title>${escaped(chart.title)}</title>
<rect width="${width}" height="${height}" fill="${colors.background}"/>
<text x="${plot.left}" y="34" font-size="20" font-weight="600" fill="${colors.text}">${escaped(chart.title)}</text>
${ticks(xs, view.logX, 8)
  .map((x) => xMark(left(x), chart.xText(x), colors))
  .join('\n')}
${ticks(ys, view.logY, 6)
  .map((y) => yMark(top(y), chart.yText(y), colors))
  .join('\n')}
<text x="${(plot.left + plot.right) / 2}" y="480" text-anchor="middle" fill="${colors.text}">${escaped(chart.xTitle)}</text>
<clipPath id="plot"><rect x="${plot.left}" y="${plot.top}" width="${plot.right - plot.left}" height="${plot.bottom - plot.top}"/></clipPath>
<g clip-path="url(#plot)" fill="none" stroke-linejoin="round">
<path d="${bandPath(columns, left, top)}" fill="${colors.line}" fill-opacity="0.22"/>
<path d="${path(columns.values)}" stroke="${colors.line}" stroke-width="1.5"${smoothed ? ' stroke-opacity="0.38"' : ''}/>
${smoothed ? `<path d="${path(columns.smooth)}" stroke="${colors.line}" stroke-width="2"/>` : ''}
${columns.nonFinite.map(({ x }) => triangle(left(x), colors.mark)).join('\n')}
</g>
<path d="M${plot.left} ${plot.top}V${plot.bottom}H${plot.right}" fill="none" stroke="${colors.text}"/>
</svg>
`;
}

function ticks({ from, to }: Stretch, log: boolean, count: number): number[] {
  return log ? logTicks(from, to, count) : linearTicks(from, to, count);
}

function ends(values: readonly (number | null)[], log: boolean): Stretch {
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value === null) continue;
    from = Math.min(from, value);
    to = Math.max(to, value);
  }
  return from <= to ? { from, to } : { from: log ? 0.1 : 0, to: 1 };
}

/** With room over and under the line. */
function widened({ from, to }: Stretch, log: boolean): Stretch {
  if (log) return from === to ? { from: from / 2, to: to * 2 } : { from: from / 1.1, to: to * 1.1 };
  const margin = from === to ? Math.abs(from) * 0.1 || 1 : (to - from) * 0.06;
  return { from: from - margin, to: to + margin };
}

function linePath(
  xs: readonly number[],
  values: readonly (number | null | undefined)[],
  left: (x: number) => number,
  top: (y: number) => number,
): string {
  let path = '';
  let pen = 'M';
  values.forEach((value, index) => {
    if (value === undefined) return;
    if (value === null) pen = 'M';
    else {
      path += `${pen}${short(left(xs[index] as number))} ${short(top(value))}`;
      pen = 'L';
    }
  });
  return path;
}

/** One area for every stretch without a gap. */
function bandPath({ xs, lows, highs }: ChartColumns, left: (x: number) => number, top: (y: number) => number): string {
  let path = '';
  let start = 0;
  const close = (end: number) => {
    if (end - start < 1) return;
    const upper: string[] = [];
    const lower: string[] = [];
    for (let index = start; index < end; index += 1) {
      const x = short(left(xs[index] as number));
      upper.push(`${x} ${short(top(highs[index] as number))}`);
      lower.push(`${x} ${short(top(lows[index] as number))}`);
    }
    path += `M${upper.join('L')}L${lower.reverse().join('L')}Z`;
  };
  for (let index = 0; index < xs.length; index += 1) {
    if (lows[index] !== null && highs[index] !== null) continue;
    close(index);
    start = index + 1;
  }
  close(xs.length);
  return path;
}

function xMark(x: number, text: string, { grid, text: ink }: SvgChart['colors']): string {
  return `<path d="M${short(x)} ${plot.top}V${plot.bottom}" stroke="${grid}"/><text x="${short(x)}" y="452" text-anchor="middle" fill="${ink}">${escaped(text)}</text>`;
}

function yMark(y: number, text: string, { grid, text: ink }: SvgChart['colors']): string {
  return `<path d="M${plot.left} ${short(y)}H${plot.right}" stroke="${grid}"/><text x="${plot.left - 8}" y="${short(y + 5)}" text-anchor="end" fill="${ink}">${escaped(text)}</text>`;
}

/** Where a value was NaN or infinite. */
function triangle(x: number, color: string): string {
  return `<path d="M${short(x)} ${plot.bottom - 9}l5 9h-10z" fill="${color}" stroke="none"/>`;
}

function short(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** Text of a metric's name may hold anything; XML has no place for most control characters. */
function escaped(text: string): string {
  return Array.from(text, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x20 || (code >= 0xd800 && code < 0xe000) || code === 0xfffe || code === 0xffff) return '\ufffd';
    return /[&<>"']/.test(character) ? `&#${code};` : character;
  }).join('');
}
