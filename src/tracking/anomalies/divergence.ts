import type { LossKind } from '../../contract/loss-kind.ts';
import { addFinding, type Findings, findingAt, type Place } from './finding.ts';
import { offScale, type Trend } from './trend.ts';

/** A loss diverges when it leaves its best value behind and does not come back. */
export interface DivergenceState {
  found: number;
  /** Smoothed over about ten points. */
  recent: number;
  best: number;
  bestStep: number;
  /** The sum of the smoothed heights since the phase began, and how many. */
  all: number;
  points: number;
  /** Points of the stretch above the best; 0 where the series is near it. */
  away: number;
  /** The sum of the smoothed heights in it. */
  sum: number;
  /** How many points of it lie, one after the other, far above the start. */
  high: number;
  /** The count of the trend when it began, and where that was. */
  since: number;
  step: number;
  time: number;
  value: number;
}

const smoothing = 10;
/** Points before there is a best value. */
const leastPoints = 20;
/** The stretch begins at this much above the best: a factor of 1.5, and three times the noise, but not more than a factor of 5. */
const awayAt = Math.log(1.5);
const awayNoise = 3;
const awayMost = Math.log(5);
/** How far above the start is far: a factor. A model that overfits may bring its validation loss there in good health. */
const farAbove = {
  steady: Math.log(2),
  uneasy: Math.log(5),
  validation: Math.log(5),
  signed: Math.log(20),
  neverFell: Math.log(20),
};
/** So far above the start nothing goes that only begins low, such as a smoothed loss that starts at 0. */
const absurd = Math.log(1000);
/** A loss has fallen when its best is a fifth below the start. */
const fallen = Math.log(1.25);
const mostHigh = 20;
/** To collapse, a loss must have come down to half, by more than noise does, and be twice as large again. */
const halved = Math.log(2);
const halvedNoise = 5;
/** A loss that is back near its start, and stays for this part of the run before, has collapsed. */
const backAtStart = Math.log(1.25);
const stayed = 0.5;
const leastStayed = 50;
/** So has one that went back this part of the way that it had come down, and stays for longer than the run before. */
const lostAgain = 0.6;
const stayedLong = 1.5;
/** Of the rise until halfway: what a rise that does not slow down has after it, less what smoothing holds back. */
const steadyClimb = 0.7;

export function newDivergenceState(): DivergenceState {
  return { found: 0, recent: 0, best: Number.POSITIVE_INFINITY, bestStep: 0, all: 0, points: 0, ...nearBest };
}

const nearBest = { away: 0, sum: 0, high: 0, since: 0, step: 0, time: 0, value: 0 };

/** Takes in one more point, after the trend has. */
export function findDivergence(
  state: DivergenceState,
  trend: Trend,
  kind: LossKind,
  height: number,
  place: Place,
  findings: Findings,
): void {
  const { count } = trend;
  if (state.found) return;
  if (state.best === Number.POSITIVE_INFINITY) state.recent = trend.level;
  const length = count < 4 * smoothing ? count / 4 : smoothing;
  const lowest = state.recent - 3 * trend.noise;
  state.recent += ((height < lowest ? lowest : height) - state.recent) / (length < 2 ? 2 : length);
  const { recent } = state;
  state.all += recent;
  state.points++;
  if (recent < state.best && (count >= leastPoints || state.best === Number.POSITIVE_INFINITY)) {
    state.best = recent;
    state.bestStep = place.step;
  }
  const above = recent - state.best;
  if (state.away === 0) {
    if (above > awayAt && above > Math.min(awayMost, awayNoise * trend.noise)) begin(state, count, place, recent);
    return;
  }
  if (above < awayAt / 2) {
    Object.assign(state, nearBest);
    return;
  }
  state.away++;
  state.sum += recent;
  if (isDivergence(state, trend, kind)) {
    state.found = 1;
    const details = {
      best: offScale(trend, state.best),
      bestStep: state.bestStep,
      reached: offScale(trend, recent),
      foundStep: place.step,
    };
    addFinding(findings, findingAt('divergence', 'warning', state, details));
  }
}

/**
 * Of the first values, before there is a trend: a loss that leaps from its first value to a thousand times as much. One that
 * only begins with almost nothing does not count.
 *
 * @param place the last of them
 */
export function findEarlyDivergence(
  state: DivergenceState,
  trend: Trend,
  early: Float64Array,
  place: Place,
  findings: Findings,
): void {
  const first = early[0] as number;
  const highest = Math.max(...early);
  if (trend.sign !== 1 || first < 10 * trend.unit || highest < Math.exp(absurd) * first) return;
  state.found = 1;
  const details = { best: first, bestStep: trend.firstStep, reached: highest, foundStep: place.step };
  const start = { step: trend.firstStep, time: place.time, value: first };
  addFinding(findings, findingAt('divergence', 'warning', start, details));
}

function begin(state: DivergenceState, count: number, place: Place, recent: number): void {
  state.away = 1;
  state.sum = recent;
  state.high = 0;
  state.since = count;
  state.step = place.step;
  state.time = place.time;
  state.value = place.value;
}

function isDivergence(state: DivergenceState, trend: Trend, kind: LossKind): boolean {
  const { recent, away, best } = state;
  const far = farFor(trend, kind, best);
  state.high = recent > trend.origin + far && recent > best + far ? state.high + 1 : 0;
  // What comes down again has begun anew: a warm restart, another fold, another task.
  if (recent < state.sum / away - trend.noise / 4) return false;
  const hasFallen = best < trend.origin - fallen;
  const enough = Math.min(mostHigh, Math.max(5, trend.count / 5));
  if (state.high >= enough) return hasFallen || trend.sign === 2 || climbs(state, trend);
  if (kind === 'validation' || trend.sign === 2) return false;
  if (!hasHalved(trend, best) || recent < best + halved) return false;
  if (recent > trend.origin - backAtStart && away > Math.max(leastStayed, stayed * state.since)) return true;
  const lost = (recent - best) / (trend.origin - best);
  return lost > lostAgain && away > Math.max(leastStayed, stayedLong * state.since);
}

function farFor(trend: Trend, kind: LossKind, best: number): number {
  if (trend.sign === 2) return farAbove.signed;
  if (best > trend.origin - fallen) return farAbove.neverFell;
  if (kind === 'validation') return farAbove.validation;
  return hasHalved(trend, best) ? farAbove.steady : farAbove.uneasy;
}

function hasHalved(trend: Trend, best: number): boolean {
  return best <= trend.origin - Math.max(halved, halvedNoise * trend.noise);
}

/** Rises as fast at the end as before: a smoothed loss that starts at 0 rises too, and slows down. */
function climbs(state: DivergenceState, trend: Trend): boolean {
  if (state.recent > trend.origin + absurd) return true;
  const mean = state.all / state.points;
  return state.recent - mean > steadyClimb * (mean - trend.origin);
}
