import { lossKind } from '../../contract/loss-kind.ts';
import {
  type Database,
  type Extended,
  type MetricKey,
  type PointColumns,
  putAnomaly,
  putWatch,
  readSeriesAnomaly,
  readWatch,
  removeSeriesAnomaly,
  removeWatch,
} from '../../store/index.ts';
import { addFinding, type Findings } from './finding.ts';
import { packWatch, unpackWatch } from './remembered.ts';
import { newWatch, type Watch, watchPoints } from './watch.ts';

/** Looks for anomalies in the points that a series was extended by, and keeps what it finds. System metrics have none. */
export function watchSeries(db: Database, metric: MetricKey, extended: Extended, points: PointColumns): void {
  if (metric.kind === 'system') return;
  const kind = lossKind(metric.name);
  const { series, last } = extended;
  const shapeless = kind === 'other' || kind === 'unsteady';
  const isNew = last === undefined;
  // What is finite and has no shape leaves nothing to remember, and needs no look at what is remembered.
  if (shapeless && points.values.every(Number.isFinite)) {
    if (!isNew && !Number.isFinite(last)) removeWatch(db, series);
    return;
  }
  const remembered = isNew ? undefined : readWatch(db, series);
  const watch = remembered ? unpackWatch(kind, remembered) : isNew ? newWatch(kind) : afterFinite(newWatch(kind));
  const findings: Findings = new Map();
  watchPoints(watch, kind, points, findings);
  putWatch(db, series, packWatch(watch));
  keep(db, metric, series, findings);
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
