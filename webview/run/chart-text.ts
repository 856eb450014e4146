import type { CurveX } from '../../src/contract/curve.ts';
import type { Bucket, Curve } from '../../src/contract/run.ts';
import { formatCount, formatNumber, formatSeconds, formatStep, formatTick } from '../shared/format.ts';
import { plural, t } from '../shared/l10n.ts';
import { visible } from '../shared/text.ts';
import { perUnit } from './chart-data.ts';

/** How a chart says its values: in full, and where there is little room. */
export interface ValueTexts {
  full: (value: number) => string;
  short: (value: number) => string;
}

export const plainTexts: ValueTexts = { full: formatNumber, short: formatTick };

/** A place on the axis, as it is drawn there. */
export function xText(value: number, x: CurveX): string {
  return x === 'time' ? formatSeconds(value) : formatTick(value);
}

export function xTitle(x: CurveX): string {
  if (typeof x !== 'string') return visible(x.metric);
  return x === 'step' ? t('Step') : t('Time since the start');
}

/** As much of a bucket as there is room for over the chart. */
export function briefText(bucket: Bucket, x: CurveX, texts: ValueTexts): string {
  const where = rangeText(bucket, x);
  if (bucket.count === 1) return `${where}: ${texts.full(bucket.first)}`;
  return `${where}: ${texts.short(bucket.min)} … ${texts.short(bucket.max)}`;
}

/** A bucket in a sentence's place, to be read aloud. */
export function spokenText(bucket: Bucket, x: CurveX, texts: ValueTexts): string {
  const where = x === 'step' ? stepsText(bucket) : rangeText(bucket, x);
  if (bucket.count === 1) return `${where}  ${texts.full(bucket.first)}`;
  const range = `${texts.full(bucket.min)} … ${texts.full(bucket.max)}`;
  return `${where}  ${range}  (${t('{count} points', { count: formatCount(bucket.count) })})`;
}

export function rangeText(bucket: Bucket, x: CurveX): string {
  const place = (value: number) =>
    x === 'time'
      ? formatSeconds(Math.max(0, value / perUnit(x)))
      : x === 'step'
        ? formatStep(value)
        : formatTick(value);
  const [from, to] = [place(bucket.fromX), place(bucket.toX)];
  return from === to ? from : `${from}–${to}`;
}

function stepsText(bucket: Bucket): string {
  const from = formatStep(bucket.fromStep);
  const to = formatStep(bucket.toStep);
  return from === to ? t('step {step}', { step: from }) : t('steps {from}–{to}', { from, to });
}

export function lastText(curve: Curve, texts: ValueTexts): string {
  const last = curve.buckets.at(-1);
  return last ? texts.full(last.last) : '';
}

/** The chart in a sentence, for those who do not see it. */
export function chartSummary(name: string, curve: Curve, texts: ValueTexts): string {
  const finite = curve.buckets.filter(({ min }) => !Number.isNaN(min));
  const shown = visible(name);
  if (finite.length === 0) return t('{name}: no values to draw', { name: shown });
  return t(
    '{name}: last {last}, smallest {min}, largest {max}. The arrow keys move through its points, + zooms in there, 0 shows all of them',
    {
      name: shown,
      last: lastText(curve, texts),
      min: texts.full(finite.reduce((least, { min }) => Math.min(least, min), Number.POSITIVE_INFINITY)),
      max: texts.full(finite.reduce((most, { max }) => Math.max(most, max), Number.NEGATIVE_INFINITY)),
    },
  );
}

export function nonFiniteText(values: number): string {
  const count = formatCount(values);
  const one = t('{count} value is NaN or infinite (marked with a triangle).', { count });
  return plural(values, one, t('{count} values are NaN or infinite (marked with a triangle).', { count }));
}
