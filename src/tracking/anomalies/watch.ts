import type { LossKind } from '../../contract/loss-kind.ts';
import type { PointColumns } from '../../store/index.ts';
import { type DivergenceState, findDivergence, findEarlyDivergence, newDivergenceState } from './divergence.ts';
import type { Findings, Place } from './finding.ts';
import { type FiniteState, findNonFinite, newFiniteState } from './non-finite.ts';
import { findPlateau, mostMilestones, newPlateauState, type PlateauState } from './plateau.ts';
import { findSpike, gradientSpikes, lossSpikes, newSpikeState, type SpikeState } from './spike.ts';
import { gathered, newTrend, onScale, startTrend, type Trend } from './trend.ts';

/** What the detectors remember of a series, however long it is. */
export interface Watch {
  finite: FiniteState;
  /** Null for a metric of which only NaN and infinities are looked for. */
  shape: Shape | null;
}

export interface Shape {
  trend: Trend;
  spike: SpikeState;
  divergence: DivergenceState;
  plateau: PlateauState;
  /** The first values, until there is a scale. */
  early: Float64Array;
  milestones: Float64Array;
}

export function newWatch(kind: LossKind): Watch {
  const hasShape = kind !== 'other' && kind !== 'unsteady';
  return { finite: newFiniteState(), shape: hasShape ? newShape() : null };
}

function newShape(): Shape {
  return {
    trend: newTrend(),
    spike: newSpikeState(),
    divergence: newDivergenceState(),
    plateau: newPlateauState(),
    early: new Float64Array(gathered),
    milestones: new Float64Array(2 * mostMilestones),
  };
}

/**
 * Looks at the next points of a series, and adds what it finds. It makes no difference in how many stretches the points
 * come. Some 30 ns a point for a loss, 2 for what has no shape.
 */
export function watchPoints(watch: Watch, kind: LossKind, points: PointColumns, findings: Findings): void {
  const { finite, shape } = watch;
  const { values } = points;
  for (let index = 0; index < values.length; index++) {
    const value = values[index] as number;
    if (value - value !== 0) {
      findNonFinite(finite, kind, points, index, findings);
      continue;
    }
    finite.hadFinite = 1;
    finite.inNan = 0;
    finite.inInfinity = 0;
    if (shape) lookAt(shape, kind, points, index, findings);
  }
}

const here: Place = { step: 0, time: 0, value: 0 };

function lookAt(shape: Shape, kind: LossKind, points: PointColumns, index: number, findings: Findings): void {
  const value = points.values[index] as number;
  const step = points.steps[index] as number;
  if (step < shape.trend.lastStep && beginsAnew(shape.trend, step)) Object.assign(shape, newShape());
  const { trend } = shape;
  if (trend.sign === 0) {
    gather(shape, kind, points, index, findings);
    return;
  }
  if (value < 0 && trend.sign === 1) changeSign(shape);
  trend.lastStep = step;
  const height = onScale(trend, value);
  here.step = step;
  here.time = points.times[index] as number;
  here.value = value;
  const limits = kind === 'gradient' ? gradientSpikes : lossSpikes;
  if (!shape.divergence.found) findSpike(shape.spike, trend, limits, height, here, findings);
  if (kind === 'gradient') return;
  findDivergence(shape.divergence, trend, kind, height, here, findings);
  if (!shape.divergence.found) findPlateau(shape.plateau, shape.milestones, trend, here, findings);
}

/** Steps that go back to where they began: another fold, or another model under the same name. */
function beginsAnew(trend: Trend, step: number): boolean {
  return step - trend.firstStep <= (trend.lastStep - trend.firstStep) / 10;
}

function gather(shape: Shape, kind: LossKind, points: PointColumns, index: number, findings: Findings): void {
  const { trend, early } = shape;
  const step = points.steps[index] as number;
  const value = points.values[index] as number;
  if (trend.count === 0) trend.firstStep = step;
  trend.lastStep = step;
  early[trend.count++] = value;
  if (trend.count < gathered) return;
  if (!startTrend(trend, early)) trend.count = 0;
  else if (kind !== 'gradient') {
    const place = { step, time: points.times[index] as number, value };
    findEarlyDivergence(shape.divergence, trend, early, place, findings);
  }
}

/** A likelihood that falls below 0: what is small is no longer near the best, and the scale is another one. */
function changeSign(shape: Shape): void {
  const { trend } = shape;
  const first = Math.exp(trend.start);
  const { firstStep, lastStep } = trend;
  Object.assign(shape.spike, newSpikeState());
  Object.assign(shape.divergence, newDivergenceState());
  Object.assign(trend, newTrend(), { sign: 2, unit: first, firstStep, lastStep });
  trend.start = onScale(trend, first);
  trend.noise = 1;
}
