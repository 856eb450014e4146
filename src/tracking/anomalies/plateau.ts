import { addFinding, type Findings, findingAt, type Place, withdraw } from './finding.ts';
import { gathered, leastNoise, offScale, type Trend } from './trend.ts';

/** A loss is on a plateau when it never came down, or stopped at once while it was still high. */
export interface PlateauState {
  found: number;
  /** Smoothed over a tenth of the points so far. */
  slow: number;
  first: number;
  best: number;
  /** The highest since the last improvement. */
  highest: number;
  /** The count of the trend at the last improvement, and where that was. */
  bestAt: number;
  step: number;
  time: number;
  value: number;
  /** How many milestones are kept of the way down: `counts` and `heights`. */
  milestones: number;
}

/** Of the milestones every second is dropped when there is no room for more. */
export const mostMilestones = 16;

const shortestSmoothing = 10;
const longestSmoothing = 1000;
/** What counts as an improvement: one percent. */
const improved = 0.01;
/** A loss that gets better by so much again was on no plateau. */
const overcome = 0.03;
/** For so many points, and for this part of the run, there must have been none. */
const leastPoints = 100;
const standsFor = 0.6;
/** A loss that came down by less than this never came down. */
const neverFell = 0.02;
const leastNeverFell = 300;
/** Points before it was halfway, so that smoothing makes no gentle curve sharp. */
const halfwayAfter = 80;
/** So many points smoothing is late by, at least. */
const lag = 40;
/** What would be seen of it beyond doubt, without noise. */
const seen = 0.06;
/** Times the noise that smoothing leaves. */
const beyondNoise = 4;
/** One that rose by more than this is no plateau, but something that began low. */
const rose = 0.1;
/** On the logarithmic scale: what is below a quarter of its start has converged, whatever it does. */
const stillHigh = Math.log(4);

export function newPlateauState(): PlateauState {
  return { found: 0, slow: 0, first: 0, best: 0, highest: 0, bestAt: 0, step: 0, time: 0, value: 0, milestones: 0 };
}

/** @param way the milestones: counts of the trend, then heights */
export function findPlateau(
  state: PlateauState,
  way: Float64Array,
  trend: Trend,
  place: Place,
  findings: Findings,
): void {
  if (trend.sign !== 1) return;
  const { count } = trend;
  if (state.bestAt === 0) {
    state.slow = trend.level;
    state.first = Math.max(trend.level, trend.origin);
    improve(state, way, count, place);
  }
  const length = Math.min(longestSmoothing, Math.max(shortestSmoothing, count / 10));
  state.slow += (trend.level - state.slow) / length;
  if (state.slow > state.highest) state.highest = state.slow;
  if (state.slow < state.best - (state.found ? overcome : improved)) {
    improve(state, way, count, place);
    if (state.found) withdraw(findings, 'plateau', 'hint', place);
    state.found = 0;
    return;
  }
  if (state.found) return;
  const still = count - state.bestAt;
  if (still < leastPoints || still < standsFor * count || !isStuck(state, way, trend)) return;
  state.found = 1;
  const details = {
    best: offScale(trend, state.best),
    bestStep: state.step,
    reached: offScale(trend, state.slow),
    foundStep: place.step,
  };
  addFinding(findings, findingAt('plateau', 'hint', state, details));
}

function improve(state: PlateauState, way: Float64Array, count: number, place: Place): void {
  state.best = state.slow;
  state.highest = state.slow;
  state.bestAt = count;
  state.step = place.step;
  state.time = place.time;
  state.value = place.value;
  if (state.milestones === mostMilestones) thin(state, way);
  way[state.milestones] = count;
  way[mostMilestones + state.milestones] = state.slow;
  state.milestones++;
}

function thin(state: PlateauState, way: Float64Array): void {
  state.milestones = mostMilestones / 2;
  for (let index = 0; index < state.milestones; index++) {
    way[index] = way[2 * index] as number;
    way[mostMilestones + index] = way[mostMilestones + 2 * index] as number;
  }
}

/**
 * A loss that converges gets slower and slower; one that is stuck stops at once. An exponential decay that was halfway after so many
 * points has half of the rest to go after as many more: it is stuck where that rest could have been seen to go, and did not.
 */
function isStuck(state: PlateauState, way: Float64Array, trend: Trend): boolean {
  if (state.highest > state.best + rose) return false;
  const start = neverFell + (2 * trend.noise) / Math.sqrt(gathered);
  if (state.first - state.slow < start) return trend.noise > leastNoise && trend.count >= leastNeverFell;
  const fell = state.first - state.best;
  if (fell > stillHigh) return false;
  const halfway = halfwayCount(state, way);
  if (halfway < halfwayAfter) return false;
  const rest = fell * 0.5 ** ((state.bestAt - lag) / (halfway - lag));
  const length = Math.min(longestSmoothing, Math.max(shortestSmoothing, state.bestAt / 10));
  return rest > seen + (beyondNoise * trend.noise) / Math.sqrt(length);
}

/** The points that it took to come half of the way down. */
function halfwayCount(state: PlateauState, way: Float64Array): number {
  const half = (state.first + state.best) / 2;
  let count = 0;
  let height = state.first;
  for (let index = 0; index < state.milestones; index++) {
    const nextCount = way[index] as number;
    const nextHeight = way[mostMilestones + index] as number;
    if (nextHeight <= half) return count + ((nextCount - count) * (height - half)) / (height - nextHeight);
    count = nextCount;
    height = nextHeight;
  }
  return state.bestAt;
}
