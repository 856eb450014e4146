import { z } from 'zod';
import type { Micros } from '../base/time.ts';

/** The version of the journal protocol, described in docs/journal.md. */
export const journalVersion = 1;

const micros = z.number().int().nonnegative();
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** A parameter's value: any JSON, so that lists and mappings keep their shape. */
export const parameterValue: z.ZodType<ParameterValue> = z.lazy(() =>
  z.union([scalar, z.array(parameterValue), z.record(z.string(), parameterValue)]),
);
export type ParameterValue = string | number | boolean | null | ParameterValue[] | { [key: string]: ParameterValue };

const eachParameter = z.record(z.string(), parameterValue);
/** Passed on as they came: a name such as `__proto__`, which a schema leaves out of what it makes, is one like any other. */
const parameterValues = z.custom<Record<string, ParameterValue>>((values) => eachParameter.safeParse(values).success);

/** The first record of every journal file. */
export const journalOpen = z.object({
  kind: z.literal('open'),
  v: z.literal(journalVersion),
  run: z.string(),
  host: z.string(),
  /** The machine's boot id, or null where the platform has none. */
  boot: z.string().nullable(),
  pid: z.number().int(),
  parent: z.number().int().nullable(),
  /** The operating system's own start time of the process, in its own unit, to tell a reused pid. */
  procStart: z.string().nullable(),
  /** The Linux pid namespace in which `pid` counts. */
  pidNamespace: z.string().nullable().optional(),
  /**
   * `main`: the script that the run is about; `child`: a process that it started or forked; `supervisor`: measures both.
   */
  role: z.enum(['main', 'child', 'supervisor']),
  rank: z.number().int().nullable(),
  /** The process goes on with a run that had ended. */
  resumed: z.boolean().optional(),
  /** Wall clock when the journal was opened; metric records count from here. */
  start: micros,
  language: z.string(),
  client: z.string(),
});

export const journalName = z.object({ kind: z.literal('name'), id: z.number().int().nonnegative(), name: z.string() });

export const journalParams = z.object({
  kind: z.literal('params'),
  t: micros,
  source: z.string(),
  values: parameterValues,
});

export const journalTag = z.object({ kind: z.literal('tag'), t: micros, key: z.string(), value: z.string() });

export const journalArtifact = z.object({
  kind: z.literal('artifact'),
  t: micros,
  name: z.string(),
  type: z.string(),
  /** Relative to the run's folder, with forward slashes. */
  path: z.string(),
  sha256: z.string(),
  bytes: z.number().int().nonnegative(),
  /** Of a picture that is one of several: those of one name are shown along their steps. */
  step: z.number().int().optional(),
});

/** Data that the program names as what it works on. */
export const journalDataset = z.object({
  kind: z.literal('dataset'),
  t: micros,
  name: z.string(),
  /** Absolute; null where it exists in memory only. */
  path: z.string().nullable(),
  /** Of a file's bytes; of a folder or a table in memory as docs/journal.md says. */
  sha256: z.string().nullable(),
  bytes: z.number().int().nonnegative().nullable(),
  shape: z.array(z.number()).nullable(),
  /** What it is in memory: `pandas.DataFrame`. */
  type: z.string().nullable(),
});

/** The first call that set a seed, by what it seeds: `random`, `numpy`, `torch`. */
export const journalSeed = z.object({ kind: z.literal('seed'), t: micros, source: z.string(), value: parameterValue });

/** What a variable held, without the value itself where that is more than a number or a short text. */
export const localVariable = z.object({
  name: z.string(),
  type: z.string(),
  /** Of an array, a tensor or a table. */
  shape: z.array(z.number()).optional(),
  dtype: z.string().optional(),
  /** Of a text or a collection. */
  length: z.number().optional(),
  value: scalar.optional(),
});
export type LocalVariable = z.infer<typeof localVariable>;

export const localFrame = z.object({
  function: z.string(),
  file: z.string(),
  line: z.number().int().nullable(),
  variables: z.array(localVariable),
  /** How many more variables there were. */
  omitted: z.number().int().nonnegative(),
});
export type LocalFrame = z.infer<typeof localFrame>;

export const journalException = z.object({
  kind: z.literal('exception'),
  t: micros,
  type: z.string(),
  message: z.string(),
  file: z.string().nullable(),
  line: z.number().int().nullable(),
  traceback: z.string(),
  /** The variables of the user's own innermost functions, the innermost first. */
  locals: z.array(localFrame).optional(),
});

export const journalWarning = z.object({
  kind: z.literal('warning'),
  t: micros,
  code: z.string(),
  params: z.record(z.string(), scalar),
});

/** The interpreter that wrote the journal. */
export const journalEnvironment = z.object({
  kind: z.literal('environment'),
  t: micros,
  python: z.string().nullable(),
  packages: z.record(z.string(), z.string()),
});

/** The process reached its end by itself. A killed process leaves none. */
export const journalEnd = z.object({
  kind: z.literal('end'),
  t: micros,
  /** Set only by a process that nobody supervises: what it is going to exit with, as far as it knows. */
  exitCode: z.number().int().nullable(),
  peakMemoryBytes: z.number().int().nonnegative().nullable(),
  cpuSeconds: z.number().nonnegative().nullable(),
});

export const journalRecord = z.discriminatedUnion('kind', [
  journalOpen,
  journalName,
  journalParams,
  journalTag,
  journalArtifact,
  journalDataset,
  journalSeed,
  journalException,
  journalWarning,
  journalEnvironment,
  journalEnd,
]);
export type JournalRecord = z.infer<typeof journalRecord>;
export type JournalOpen = z.infer<typeof journalOpen>;

/**
 * A metric record is the array `[microseconds since start, step, id, value, id, value, …]`. A value is a number or one of
 * "NaN", "Infinity", "-Infinity". Checked by hand, because it is the one record that comes by the million.
 */
export interface MetricRecord {
  elapsed: Micros;
  step: number;
  /** Pairs: name id, value. */
  values: [id: number, value: number][];
}

/** Reads a metric record; undefined where the array is not one. */
export function parseMetricRecord(record: unknown[]): MetricRecord | undefined {
  const [elapsed, step] = record;
  if (typeof elapsed !== 'number' || typeof step !== 'number' || record.length % 2 !== 0 || record.length < 4)
    return undefined;
  const values: MetricRecord['values'] = [];
  for (let index = 2; index < record.length; index += 2) {
    const id = record[index];
    const value = metricValue(record[index + 1]);
    if (typeof id !== 'number' || value === undefined) return undefined;
    values.push([id, value]);
  }
  return { elapsed, step, values };
}

function metricValue(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (value === 'NaN') return Number.NaN;
  if (value === 'Infinity') return Number.POSITIVE_INFINITY;
  if (value === '-Infinity') return Number.NEGATIVE_INFINITY;
  return undefined;
}
