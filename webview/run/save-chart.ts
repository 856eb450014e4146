import { visible } from '../shared/text.ts';
import type { MetricChart } from './chart.ts';
import { chartSvg, svgSize } from './chart-svg.ts';
import { xText, xTitle } from './chart-text.ts';

/** Pixels of the picture for each unit of the drawing. */
const pixels = 2;

/** The chart as it looks now, as a file of vectors in the page's colours. */
export function svgOf(chart: MetricChart): string | undefined {
  const drawn = chart.drawn();
  if (!drawn) return undefined;
  const { view, texts } = chart;
  return chartSvg({
    title: visible(chart.heading ?? chart.name),
    xTitle: xTitle(view.x),
    columns: drawn.columns,
    view,
    stretch: view.logX && drawn.stretch && drawn.stretch.from <= 0 ? null : drawn.stretch,
    xText: (value) => xText(value, view.x),
    yText: texts.short,
    colors: {
      background: plainColor('--ty-background'),
      text: plainColor('--ty-foreground'),
      grid: plainColor('--ty-chart-grid'),
      line: plainColor('--ty-chart-line'),
      mark: plainColor('--ty-chart-mark'),
    },
  });
}

/** The same as a PNG's bytes in base64. */
export async function pngOf(svg: string): Promise<string> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = svgSize.width * pixels;
  canvas.height = svgSize.height * pixels;
  const context = canvas.getContext('2d');
  if (!context) throw new Error('This window has no memory left for a picture.');
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL('image/png').slice('data:image/png;base64,'.length);
}

/** What a custom property comes to, as a colour that every program for vectors knows: functions such as color-mix are resolved. */
function plainColor(property: string): string {
  const context = document.createElement('canvas').getContext('2d');
  const probe = document.createElement('span');
  probe.style.color = `var(${property})`;
  document.body.append(probe);
  const color = getComputedStyle(probe).color;
  probe.remove();
  if (!context) return color;
  context.fillStyle = color;
  context.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0, alpha = 255] = context.getImageData(0, 0, 1, 1).data;
  return alpha === 255
    ? `rgb(${red}, ${green}, ${blue})`
    : `rgba(${red}, ${green}, ${blue}, ${(alpha / 255).toFixed(3)})`;
}
