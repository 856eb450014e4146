import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { themeColor, themeFont } from '../shared/theme.ts';
import type { ChartColumns, ChartView, Stretch } from './chart-data.ts';
import { xText } from './chart-text.ts';
import { drawMarks } from './marks.ts';
import { stepIncrements } from './step-ticks.ts';

interface PlotParts {
  width: number;
  height: number;
  view: ChartView;
  /** Plots of the same key move their pointers together; null: this one is by itself. */
  syncKey: string | null;
  /** A value at the axis. */
  text: (value: number) => string;
  columns: () => ChartColumns | undefined;
  zoom: () => Stretch | null;
  smoothed: () => boolean;
  marks: () => readonly number[];
  onCursor: (index: number | null) => void;
  onZoom: (stretch: Stretch | null) => void;
}

/** A shorter drag is a click. */
const shortestDrag = 4;

/** The columns are x, low, high, value and smoothed value. */
export function createPlot(place: HTMLElement, parts: PlotParts): uPlot {
  const line = themeColor('--ty-chart-line');
  const band = themeColor('--ty-chart-band');
  const faint = themeColor('--ty-chart-faint');
  const text = themeColor('--ty-chart-text');
  const { x, logX, logY } = parts.view;
  const grid = { stroke: themeColor('--ty-chart-grid'), width: 1 };
  const font = `11px ${themeFont()}`;
  const single = ({ xs }: ChartColumns) => xs.length <= 40;
  const options: uPlot.Options = {
    width: parts.width,
    height: parts.height,
    legend: { show: false },
    padding: [8, 20, 0, 0],
    focus: { alpha: 1 },
    cursor: {
      y: false,
      points: { size: 7, show: (plot, index) => cursorPoint(plot, index) },
      drag: { x: true, y: false, setScale: false, dist: shortestDrag },
      ...(parts.syncKey === null
        ? {}
        : {
            sync: {
              key: parts.syncKey,
              scales: ['x', null],
              filters: { pub: (type) => type.startsWith('mousem') || type === 'mouseleave' },
            },
          }),
      bind: { dblclick: () => whenDone(() => parts.onZoom(null)) },
    },
    scales: {
      x: {
        time: false,
        ...(logX ? { distr: 3 as const, log: 10 as const } : {}),
        range: (_plot, min, max) => xRange(parts.zoom(), min, max, logX),
      },
      y: logY
        ? { distr: 3, log: 10, range: (_plot, min, max) => logRange(min, max) }
        : { range: (_plot, min, max) => yRange(min, max) },
    },
    axes: [
      {
        stroke: text,
        grid,
        ticks: { show: false },
        font,
        size: 28,
        gap: 6,
        space: 50,
        ...(x === 'step' && !logX ? { incrs: [...stepIncrements] } : {}),
        values: (_plot, splits) => splits.map((value) => (value === null ? '' : xText(value, x))),
      },
      {
        stroke: text,
        grid,
        ticks: { show: false },
        font,
        gap: 6,
        space: 34,
        size: (_plot, values) => 16 + 6.2 * Math.max(3, ...(values ?? []).map((value) => value?.length ?? 0)),
        values: (_plot, splits) => splits.map((value) => (value === null ? '' : parts.text(value))),
      },
    ],
    series: [
      {},
      { stroke: faint, width: 1, points: { show: false } },
      { stroke: faint, width: 1, points: { show: false } },
      {
        stroke: () => (parts.smoothed() ? faint : line),
        width: 1.5,
        points: {
          size: 5,
          fill: line,
          show: () => {
            const columns = parts.columns();
            return columns !== undefined && single(columns) && !parts.smoothed();
          },
        },
      },
      { stroke: line, width: 2, points: { show: false } },
    ],
    bands: [{ series: [2, 1], fill: band }],
    hooks: {
      setCursor: [(plot) => parts.onCursor(cursorPlace(plot))],
      setSelect: [(plot) => select(plot, parts.onZoom)],
      draw: [(plot) => markNonFinite(plot, parts.columns()), (plot) => drawMarks(plot, parts.marks())],
    },
  };
  const plot = new uPlot(options, [[], [], [], [], []], place);
  plot.root.setAttribute('aria-hidden', 'true');
  return plot;
}

function whenDone(action: () => void): uPlot.Cursor.MouseListener {
  return () => {
    action();
    return null;
  };
}

function cursorPoint(plot: uPlot, series: number): HTMLElement {
  const point = document.createElement('div');
  point.className = series >= 3 ? 'u-cursor-pt' : 'u-cursor-pt hidden';
  plot.over.append(point);
  return point;
}

/** Where the pointer is among the points; null where it is elsewhere. */
export function cursorPlace(plot: uPlot): number | null {
  return (plot.cursor.left ?? -1) < 0 ? null : (plot.cursor.idx ?? null);
}

function xRange(zoom: Stretch | null, min: number, max: number, log: boolean): uPlot.Range.MinMax {
  if (zoom && (!log || zoom.from > 0)) return [zoom.from, zoom.to];
  if (min === null || max === null) return log ? [0.1, 1] : [0, 1];
  if (log) return min === max ? [min / 2, max * 2] : [min, max];
  return min === max ? [min - 1, max + 1] : [min, max];
}

function yRange(min: number, max: number): uPlot.Range.MinMax {
  if (min === null || max === null) return [0, 1];
  if (min === max) return min === 0 ? [-1, 1] : [min - Math.abs(min) * 0.1, max + Math.abs(max) * 0.1];
  const margin = (max - min) * 0.06;
  return [min - margin, max + margin];
}

function logRange(min: number, max: number): uPlot.Range.MinMax {
  return min === null || max === null ? [0.1, 1] : uPlot.rangeLog(min, max, 10, false);
}

function select(plot: uPlot, onZoom: PlotParts['onZoom']): void {
  const { left, width } = plot.select;
  if (width < shortestDrag) return;
  const stretch = { from: plot.posToVal(left, 'x'), to: plot.posToVal(left + width, 'x') };
  plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  onZoom(stretch);
}

/** Small triangles at the bottom, where a value was NaN or infinite. */
function markNonFinite(plot: uPlot, columns: ChartColumns | undefined): void {
  if (!columns || columns.nonFinite.length === 0) return;
  const { ctx, bbox } = plot;
  const size = 5 * devicePixelRatio;
  const bottom = bbox.top + bbox.height;
  ctx.save();
  ctx.fillStyle = themeColor('--ty-chart-mark');
  ctx.beginPath();
  for (const { x } of columns.nonFinite) {
    const centre = plot.valToPos(x, 'x', true);
    if (centre < bbox.left || centre > bbox.left + bbox.width) continue;
    ctx.moveTo(centre, bottom - size * 1.6);
    ctx.lineTo(centre + size, bottom);
    ctx.lineTo(centre - size, bottom);
    ctx.closePath();
  }
  ctx.fill();
  ctx.restore();
}
