import type { AnomalyDetails, AnomalyKind, Severity } from '../../contract/anomaly.ts';

/** A point of a series as the detectors name it. */
export interface Place {
  step: number;
  time: number;
  value: number;
}

/** What was found in a stretch of a series; several stretches' findings add up, see `addFinding`. */
export interface Finding extends Place {
  kind: AnomalyKind;
  severity: Severity;
  count: number;
  steps: number[];
  details: AnomalyDetails;
  /** What was found of this kind before does not hold any more. With `count` 0 nothing has taken its place. */
  anew: boolean;
}

export type Findings = Map<AnomalyKind, Finding>;

/** How many places of one kind are kept for the chart. */
const mostSteps = 8;

/** The first of a kind stays, and later ones are counted, until one begins anew. */
export function addFinding(findings: Findings, later: Finding): void {
  const first = findings.get(later.kind);
  if (!first || later.anew) {
    findings.set(later.kind, later);
    return;
  }
  if (first.count === 0) {
    findings.set(later.kind, { ...later, anew: true });
    return;
  }
  first.count += later.count;
  if (first.steps.length < mostSteps) first.steps = [...first.steps, ...later.steps].slice(0, mostSteps);
}

export function findingAt(kind: AnomalyKind, severity: Severity, place: Place, details: AnomalyDetails = {}): Finding {
  const { step, time, value } = place;
  return { kind, severity, step, time, value, count: 1, steps: [step], details, anew: false };
}

/** Takes back what was found of a kind. */
export function withdraw(findings: Findings, kind: AnomalyKind, severity: Severity, place: Place): void {
  addFinding(findings, { ...findingAt(kind, severity, place), count: 0, steps: [], anew: true });
}
