import type { LossKind } from '../../contract/loss-kind.ts';
import {
  type Database,
  type MetricKey,
  type PointColumns,
  putAnomaly,
  putWatch,
  readPoints,
  readSeriesAnomaly,
  readWatch,
  removeSeriesAnomaly,
  removeWatch,
} from '../../store/index.ts';
import { addFinding, type Findings } from './finding.ts';
import { packWatch, unpackWatch } from './remembered.ts';
import { newWatch, type Watch, watchPoints } from './watch.ts';

/** A series that was added to. */
interface Watched {
  series: number;
  /** Its last value before; undefined where it is new. */
  last: number | undefined;
  lossKind: LossKind;
  /** What is remembered of it, where that is known already. */
  watch: Watch | undefined;
}

/** Looks for anomalies in the points that a series was extended by, and keeps what it finds. Answers what is remembered. */
export function watchSeries(
  db: Database,
  metric: MetricKey,
  watched: Watched,
  points: PointColumns,
): Watch | undefined {
  const { series, last, lossKind: kind } = watched;
  const shapeless = kind === 'other' || kind === 'unsteady';
  // What is finite and has no shape leaves nothing to remember, and needs no look at what is remembered.
  if (shapeless && points.values.every(Number.isFinite)) {
    if (last !== undefined && !Number.isFinite(last)) removeWatch(db, series);
    return undefined;
  }
  const watch = watched.watch ?? watchBefore(db, watched, shapeless, points.values.length);
  const findings: Findings = new Map();
  watchPoints(watch, kind, points, findings);
  putWatch(db, series, packWatch(watch));
  keep(db, metric, series, findings);
  return watch;
}

function watchBefore(db: Database, { series, last, lossKind }: Watched, shapeless: boolean, added: number): Watch {
  const watch = newWatch(lossKind);
  if (last === undefined) return watch;
  if (shapeless && Number.isFinite(last)) return afterFinite(watch);
  const remembered = readWatch(db, series);
  if (remembered) return unpackWatch(lossKind, remembered);
  // A run that had ended goes on: its points say what was known then.
  const { steps, times, values } = readPoints(db, series);
  const until = values.length - added;
  const before = {
    steps: steps.subarray(0, until),
    times: times.subarray(0, until),
    values: values.subarray(0, until),
  };
  watchPoints(watch, lossKind, before, new Map());
  return watch;
}

function afterFinite(watch: Watch): Watch {
  watch.finite.hadFinite = 1;
  return watch;
}

function keep(db: Database, metric: MetricKey, series: number, findings: Findings): void {
  for (const finding of findings.values()) {
    const known = finding.anew ? undefined : readSeriesAnomaly(db, series, finding.kind);
    if (finding.anew) removeSeriesAnomaly(db, series, finding.kind);
    const sum: Findings = new Map(known && [[finding.kind, { ...known, anew: false }]]);
    addFinding(sum, finding);
    const all = sum.get(finding.kind);
    if (all && all.count > 0) putAnomaly(db, metric.run, metric.name, series, all);
  }
}
