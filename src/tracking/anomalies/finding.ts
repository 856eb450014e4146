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
}

export type Findings = Map<AnomalyKind, Finding>;

/** How many places of one kind are kept for the chart. */
const mostSteps = 8;

/** The first of a kind stays; later ones are counted. */
export function addFinding(findings: Findings, later: Finding): void {
  const first = findings.get(later.kind);
  if (!first) {
    findings.set(later.kind, later);
    return;
  }
  first.count += later.count;
  if (first.steps.length < mostSteps) first.steps = [...first.steps, ...later.steps].slice(0, mostSteps);
}

export function findingAt(kind: AnomalyKind, severity: Severity, place: Place, details: AnomalyDetails = {}): Finding {
  const { step, time, value } = place;
  return { kind, severity, step, time, value, count: 1, steps: [step], details };
}
