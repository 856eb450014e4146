import { readFileSync } from 'node:fs';
import type { ParameterValue } from '../../contract/journal.ts';
import type { MetricComparison } from '../../contract/reproduction.ts';
import type { RunDetails, RunSummary } from '../../contract/run.ts';
import type { Store } from '../../store/index.ts';
import { listRuns } from '../list-runs.ts';
import { runDetails } from '../run-details.ts';

const most = 50;
const seedName = /(^|[^a-z])(seed|random_state|rng)s?([^a-z]|$)/i;

/** Finished runs of the same code with the same parameters and other seeds: how much they differ is the noise of the seeds. */
export function otherSeeds(store: Store, was: RunDetails, is: RunDetails): RunDetails[] {
  if (was.code?.kind !== 'git' || was.code.commit === null) return [];
  const { runs } = listRuns(store, { filter: `experiment = ${JSON.stringify(was.experiment)} and status = finished` });
  const found: RunDetails[] = [];
  for (const summary of runs) {
    if (summary.id === was.id || summary.id === is.id || !sameSettings(summary, was)) continue;
    const details = runDetails(store, summary.id);
    if (details.rerunOf === was.id && sameSeeds(details, was)) continue;
    if (sameCode(details, was) && !sameSeeds(details, was)) found.push(details);
    if (found.length === most) break;
  }
  return found;
}

function sameSettings(one: RunSummary, other: RunSummary): boolean {
  return plainSettings(one) === plainSettings(other);
}

function plainSettings({ params, title }: RunSummary): string {
  const entries = Object.entries(params).filter(([name]) => !seedName.test(name));
  return JSON.stringify([title, entries.sort(([a], [b]) => (a < b ? -1 : 1))]);
}

function sameSeeds(one: RunDetails, other: RunDetails): boolean {
  return seedsOf(one) === seedsOf(other);
}

function seedsOf({ params, seeds }: RunDetails): string {
  const named: [string, ParameterValue][] = Object.entries(params).filter(([name]) => seedName.test(name));
  return JSON.stringify([...named, ...Object.entries(seeds)].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function sameCode(one: RunDetails, other: RunDetails): boolean {
  return one.code?.commit === other.code?.commit && patchOf(one) === patchOf(other);
}

function patchOf({ code }: RunDetails): string {
  return code?.patch ? readFileSync(code.patch, 'latin1') : '';
}

/** The standard deviation of a metric's last values; null where it is known of fewer than three runs. */
export function spreadOf(name: string, runs: RunDetails[]): MetricComparison['noise'] {
  const values = runs.flatMap(({ metrics }) => (Object.hasOwn(metrics, name) ? [metrics[name]?.last as number] : []));
  if (values.length < 3 || !values.every(Number.isFinite)) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { runs: values.length, deviation: Math.sqrt(squares / (values.length - 1)) };
}
