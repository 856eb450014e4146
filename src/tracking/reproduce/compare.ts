import { isAbsolute, join, resolve } from 'node:path';
import { pathInside } from '../../base/files.ts';
import type { ParameterValue } from '../../contract/journal.ts';
import type { FileComparison, FileVerdict, MetricComparison, Reproduction } from '../../contract/reproduction.ts';
import type { RunDetails, UsedFile } from '../../contract/run.ts';
import type { Store } from '../../store/index.ts';
import { points } from '../points.ts';
import { findCauses } from './causes.ts';
import { differences, union } from './differences.ts';
import { otherSeeds, spreadOf } from './noise.ts';

export interface ReproducedRun {
  was: RunDetails;
  is: RunDetails;
  /** Where the second run's code was. */
  folder: string;
}

type Given = Pick<Reproduction, 'restored' | 'filesAsTheyAre' | 'python'>;

/** Compares a run with a second one that was made from its record. Paths of the second run are read as the first one's. */
export function compareReproduction(
  store: Store,
  { was, is: found, folder }: ReproducedRun,
  given: Given,
): Reproduction {
  const is = inOldPlaces(found, folder, was.code?.root ?? folder);
  const siblings = otherSeeds(store, was, is);
  const metrics = union(was.metrics, is.metrics).map((name) => compareMetric(store, was, is, name, siblings));
  const params = differences(was.params, is.params);
  const outputs = compareOutputs(was.outputs, is.outputs);
  const sameEnd = was.status === is.status && was.exitCode === is.exitCode;
  const same =
    sameEnd &&
    params.length === 0 &&
    metrics.every(({ verdict }) => verdict !== 'differs') &&
    outputs.every(({ verdict, path }) => verdict !== 'differs' && (verdict !== 'missing' || datedName.test(path)));
  const causes = findCauses(was, is, { params, same });
  return {
    run: was.id,
    reproduced: is.id,
    same,
    cause: same ? null : (causes[0] ?? null),
    causes,
    status: { was: was.status, is: is.status },
    exitCode: { was: was.exitCode, is: is.exitCode },
    metrics,
    params,
    outputs,
    environment: [
      ...differences<string | null>({ python: was.python }, { python: is.python }),
      ...differences(was.packages, is.packages),
    ],
    ...given,
  };
}

/** A run's details with the paths of the folder that it ran in turned into those of the folder that it was about. */
function inOldPlaces(run: RunDetails, folder: string, root: string): RunDetails {
  const text = (value: string) => value.replaceAll(folder, root);
  const value = (parameter: ParameterValue): ParameterValue =>
    JSON.parse(JSON.stringify(parameter), (_, item: unknown) => (typeof item === 'string' ? text(item) : item));
  const file = (used: UsedFile): UsedFile => {
    const inside = isAbsolute(used.path) ? pathInside(folder, resolve(used.path)) : undefined;
    return inside === undefined ? used : { ...used, path: join(root, inside) };
  };
  return {
    ...run,
    params: Object.fromEntries(Object.entries(run.params).map(([name, item]) => [name, value(item)])),
    inputs: run.inputs.map(file),
    outputs: run.outputs.map(file),
  };
}

const timePattern =
  /(^|[_/. -])(time|seconds?|secs?|ms|duration|elapsed|latency|throughput|runtime)([_/. -]|$)|_per_sec/i;

/** What floating point makes of the same sums in another order. */
const tolerance = { relative: 1e-6, absolute: 1e-12 };

function isClose(one: number, other: number): boolean {
  if (Object.is(one, other) || one === other) return true;
  return Math.abs(one - other) <= tolerance.absolute + tolerance.relative * Math.max(Math.abs(one), Math.abs(other));
}

/** Two values of one metric differ by so many standard deviations at most when only the seeds differ. */
const mostDeviations = 2;

function compareMetric(
  store: Store,
  was: RunDetails,
  is: RunDetails,
  name: string,
  siblings: RunDetails[],
): MetricComparison {
  const old = Object.hasOwn(was.metrics, name) ? points(store, was.id, name) : { steps: [], values: [] };
  const now = Object.hasOwn(is.metrics, name) ? points(store, is.id, name) : { steps: [], values: [] };
  const lengths = { was: old.values.length, is: now.values.length };
  let first: MetricComparison['first'] = null;
  let close = lengths.was === lengths.is;
  for (let index = 0; index < Math.min(lengths.was, lengths.is); index += 1) {
    const [before, after] = [old.values[index] as number, now.values[index] as number];
    const step = old.steps[index] as number;
    const sameStep = step === now.steps[index];
    if (!first && !(Object.is(before, after) && sameStep)) first = { step, was: before, is: after };
    close &&= sameStep && isClose(before, after);
    if (first && !close) break;
  }
  const same = !first && lengths.was === lengths.is;
  const timed = timePattern.test(name);
  const noise = same || timed ? null : spreadOf(name, [was, ...siblings]);
  const [last, latest] = [was.metrics[name]?.last, is.metrics[name]?.last];
  const within =
    noise !== null &&
    last !== undefined &&
    latest !== undefined &&
    Math.abs(last - latest) <= mostDeviations * noise.deviation;
  const verdict = same ? 'identical' : timed ? 'time' : close ? 'tolerance' : within ? 'noise' : 'differs';
  return { name, same, timed, verdict, points: lengths, first, noise };
}

/** Formats that hold the time of their making, paths, or addresses of memory. */
const unsteady =
  /\.(pkl|pickle|joblib|skops|dill|pt|pth|ckpt|bin|keras|h5|hdf5|onnx|pb|zip|npz|gz|bz2|xz|zst|tar|tgz|whl|png|jpe?g|gif|svg|pdf|eps|ps|html?|ipynb|log|out|err|db|sqlite3?|feather|arrow|orc)$/i;

/** Names that are others every time: with a date, a time or a process in them. */
const datedName = /\d{4}-?\d{2}-?\d{2}|\d{6,}|[A-Z][a-z]{2}\d{2}_\d{2}|tmp\w{6,}/;

function compareOutputs(was: UsedFile[], is: UsedFile[]): FileComparison[] {
  const before = new Map(was.map((file) => [file.path, file]));
  const after = new Map(is.map((file) => [file.path, file]));
  return [...new Set([...before.keys(), ...after.keys()])].sort().map((path) => {
    const [old, now] = [before.get(path), after.get(path)];
    return { path, verdict: fileVerdict(path, old, now), was: old?.sha256 ?? null, is: now?.sha256 ?? null };
  });
}

function fileVerdict(path: string, was: UsedFile | undefined, is: UsedFile | undefined): FileVerdict {
  if (!was) return 'new';
  if (!is) return 'missing';
  if (was.sha256 === null || is.sha256 === null || was.sampled !== is.sampled) return 'unknown';
  if (was.sha256 === is.sha256) return 'identical';
  return unsteady.test(path) || was.what === 'figure' || was.what === 'model' ? 'bytes' : 'differs';
}
