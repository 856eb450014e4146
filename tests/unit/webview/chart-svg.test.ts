import { deepStrictEqual, doesNotMatch, match, ok, strictEqual } from 'node:assert/strict';
import type { Bucket } from '../../../src/contract/run.ts';
import { type ChartView, chartColumns } from '../../../webview/run/chart-data.ts';
import { chartSvg, type SvgChart } from '../../../webview/run/chart-svg.ts';

const view: ChartView = { x: 'step', logX: false, logY: false, smoothing: 0 };
const colors = { background: '#fff', text: '#000', grid: '#ccc', line: '#00f', mark: '#f00' };

function points(values: number[]): Bucket[] {
  return values.map((value, step) => {
    const known = Number.isFinite(value) ? value : Number.NaN;
    const place = { fromX: step, toX: step, fromStep: step, toStep: step, fromTime: step, toTime: step };
    return {
      ...place,
      count: 1,
      min: known,
      max: known,
      first: value,
      last: value,
      nonFinite: known === value ? 0 : 1,
    };
  });
}

function drawn(values: number[], part: Partial<SvgChart> = {}): string {
  const used = part.view ?? view;
  return chartSvg({
    title: 'loss',
    xTitle: 'Step',
    columns: chartColumns(points(values), used),
    view: used,
    stretch: null,
    xText: String,
    yText: String,
    colors,
    ...part,
  });
}

/** The places of the line of values. */
function line(svg: string): number[][] {
  const path = /d="([^"]*)" stroke="#00f" stroke-width="1.5"/.exec(svg)?.[1] ?? '';
  return [...path.matchAll(/[ML](-?[\d.]+) (-?[\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);
}

describe('a chart as a file of vectors', () => {
  it('has its points where the axes say', () => {
    const places = line(drawn([0, 1, 2, 3, 4]));
    deepStrictEqual(
      places.map(([x]) => x),
      [90, 285, 480, 675, 870],
    );
    const ys = places.map(([, y]) => y as number);
    ok(ys.every((y, index) => y > 56 && y < 430 && (index === 0 || y < (ys[index - 1] as number))));
  });

  it('has title and marks, whatever the metric is called', () => {
    const svg = drawn([1, 2], { title: '<loss> & "co" \u0001' });
    match(svg, />&#60;loss&#62; &#38; &#34;co&#34; \ufffd</);
    doesNotMatch(svg, /<loss>/);
    match(svg, />1\.4</);
  });

  it('is broken at NaN, which has a mark', () => {
    const svg = drawn([1, Number.NaN, 3, 4]);
    match(svg, /d="M[\d.]+ [\d.]+M[\d.]+ [\d.]+L[\d.]+ [\d.]+" stroke="#00f"/);
    strictEqual(svg.split('fill="#f00"').length, 2);
  });

  it('keeps its raw line faintly under a smoothed one', () => {
    const svg = drawn([1, 2, 1, 2], { view: { ...view, smoothing: 0.5 } });
    match(svg, /stroke-width="1.5" stroke-opacity="0.38"/);
    match(svg, /stroke="#00f" stroke-width="2"/);
  });

  it('has decades of equal height on a logarithmic scale', () => {
    const ys = line(drawn([1, 10, 100], { view: { ...view, logY: true } })).map(([, y]) => y as number);
    const [first, second, third] = ys as [number, number, number];
    ok(Math.abs(first - second - (second - third)) < 0.05, String(ys));
  });

  it('shows the stretch that is zoomed into, with a scale of its own', () => {
    const places = line(drawn([1000, 1, 2, 3, 1000], { stretch: { from: 1, to: 3 } }));
    deepStrictEqual([places[1]?.[0], places[3]?.[0]], [90, 870]);
    ok((places[1]?.[1] ?? 0) - (places[3]?.[1] ?? 0) > 200);
  });
});
