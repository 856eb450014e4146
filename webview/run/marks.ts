import type uPlot from 'uplot';
import type { CurveX } from '../../src/contract/curve.ts';
import type { RunDetails } from '../../src/contract/run.ts';
import { themeColor } from '../shared/theme.ts';

/** Where a metric's anomalies are along a chart's axis, as it is drawn; nowhere along another metric. */
export function anomalyMarks(run: RunDetails, name: string, x: CurveX): number[] {
  const own = run.anomalyList.filter(({ metric, off }) => metric === name && !off);
  if (x === 'step') return own.flatMap(({ steps }) => steps);
  if (x !== 'time') return [];
  const start = run.started ?? run.created;
  return own.map(({ time }) => (time - start) / 1e6);
}

/** Dashed lines from top to bottom. */
export function drawMarks(plot: uPlot, marks: readonly number[]): void {
  if (marks.length === 0) return;
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.strokeStyle = themeColor('--ty-chart-mark');
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([4 * devicePixelRatio, 3 * devicePixelRatio]);
  ctx.beginPath();
  for (const mark of marks) {
    const place = plot.valToPos(mark, 'x', true);
    if (!(place >= bbox.left && place <= bbox.left + bbox.width)) continue;
    ctx.moveTo(place, bbox.top);
    ctx.lineTo(place, bbox.top + bbox.height);
  }
  ctx.stroke();
  ctx.restore();
}
