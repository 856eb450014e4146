import { addFinding, type Findings, findingAt, type Place } from './finding.ts';
import { followTrend, offScale, type Trend } from './trend.ts';

/** A point far above the trend is a spike when the series comes back soon. Until then the trend waits. */
export interface SpikeState {
  /** The highest point over the trend that was no spike. */
  top: number;
  /** Points since the one that may be a spike; 0 where there is none. */
  waiting: number;
  /** How many of them, one after the other, are back. */
  back: number;
  height: number;
  step: number;
  time: number;
  value: number;
}

export interface SpikeLimits {
  /** How much larger than the trend, as a factor, at least. */
  factor: number;
  /** How much of the value at the start it must be larger than the trend, at least, so that it can be seen in the curve. */
  visible: number;
}

export const lossSpikes: SpikeLimits = { factor: 2.5, visible: 0.2 };
/** The norm of a gradient often jumps by a factor of ten. */
export const gradientSpikes: SpikeLimits = { factor: 15, visible: 1 };

/** Points before a spike can be told from noise. */
const warmUp = 40;
/** Times the mean distance from the trend; for normal noise 8 standard deviations are 10. */
const timesNoise = 10;
/** Times the highest point that the same noise has brought until then. */
const timesTop = 3;
/** Near 0 the scale of a signed series is linear, and there heavy tails reach further. */
const signedNoise = 30;
const signedTop = 5;
/** What is back: at most this part of the spike's height. */
const backAt = 0.25;
const backFor = 2;
/** A series must be back within so many points, and one more for every hundred before; else it is on a new level. */
const patience = 5;
const patienceGrowth = 100;
const mostPatience = 200;

export function newSpikeState(): SpikeState {
  return { top: 0, waiting: 0, back: 0, height: 0, step: 0, time: 0, value: 0 };
}

/** Takes one more point into the trend, and finds spikes. */
export function findSpike(
  state: SpikeState,
  trend: Trend,
  limits: SpikeLimits,
  height: number,
  place: Place,
  findings: Findings,
): void {
  const distance = height - trend.level;
  if (state.waiting > 0) {
    awaitReturn(state, trend, distance, findings);
    return;
  }
  if (distance > state.top) {
    if (stands(state, trend, limits, distance, place.value)) {
      state.waiting = 1;
      state.back = 0;
      state.height = distance;
      state.step = place.step;
      state.time = place.time;
      state.value = place.value;
      return;
    }
    if (trend.count > gatheredNoise) state.top = distance;
  }
  followTrend(trend, height);
}

/** Points after which the distances are those of the noise. */
const gatheredNoise = 5;

function stands(state: SpikeState, trend: Trend, limits: SpikeLimits, distance: number, value: number): boolean {
  if (trend.count < warmUp) return false;
  const isSigned = trend.sign === 2;
  if (distance < (isSigned ? signedNoise : timesNoise) * trend.noise) return false;
  if (distance < (isSigned ? signedTop : timesTop) * state.top) return false;
  if (distance < Math.log(limits.factor)) return false;
  return value - offScale(trend, trend.level) >= limits.visible * Math.abs(offScale(trend, trend.start));
}

function awaitReturn(state: SpikeState, trend: Trend, distance: number, findings: Findings): void {
  state.waiting++;
  state.back = distance <= backAt * state.height ? state.back + 1 : 0;
  if (state.back >= backFor) {
    const usual = offScale(trend, trend.level);
    if (!isNewBeginning(state, trend)) addFinding(findings, findingAt('spike', 'warning', state, { usual }));
    state.waiting = 0;
    return;
  }
  if (state.waiting <= Math.min(mostPatience, patience + trend.count / patienceGrowth)) return;
  state.waiting = 0;
  state.top = Math.max(state.top, state.height);
  trend.level += distance;
}

/** Another fold or model under the same name: it jumps to where the series began, and comes down in several steps. */
function isNewBeginning({ height, waiting }: SpikeState, trend: Trend): boolean {
  return waiting > backFor + 1 && Math.abs(trend.level + height - trend.origin) < Math.log(1.4);
}
