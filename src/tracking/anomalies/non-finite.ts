import type { AnomalyKind } from '../../contract/anomaly.ts';
import type { LossKind } from '../../contract/loss-kind.ts';
import type { PointColumns } from '../../store/index.ts';
import { addFinding, type Findings, findingAt } from './finding.ts';

/** What must be known of the points before: 1 for yes, 0 for no. */
export interface FiniteState {
  /** Some value was a finite number. */
  hadFinite: number;
  /** The last value was NaN; infinite. */
  inNan: number;
  inInfinity: number;
}

export function newFiniteState(): FiniteState {
  return { hadFinite: 0, inNan: 0, inInfinity: 0 };
}

/**
 * Finds NaN and infinities. In a loss each of them counts. Of other metrics many are undefined or unlimited at first, such as an AUC
 * of one class or a best value so far: there they count after a finite value only, and as a hint.
 */
export function findNonFinite(
  state: FiniteState,
  kind: LossKind,
  points: PointColumns,
  index: number,
  findings: Findings,
): void {
  const value = points.values[index] as number;
  const what: AnomalyKind = Number.isNaN(value) ? 'nan' : 'infinity';
  const isLoss = kind !== 'other' && kind !== 'gradient';
  if (isLoss || state.hadFinite) {
    const begins = !(what === 'nan' ? state.inNan : state.inInfinity);
    const place = { step: points.steps[index] as number, time: points.times[index] as number, value };
    const finding = findingAt(what, isLoss ? 'warning' : 'hint', place);
    addFinding(findings, begins ? finding : { ...finding, steps: [] });
  }
  state.inNan = what === 'nan' ? 1 : 0;
  state.inInfinity = what === 'infinity' ? 1 : 0;
}
