import { z } from 'zod';

const time = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const number = z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity'])]);
const texts = z.record(z.string(), z.string());
const file = z.strictObject({ path: z.string(), sha256: z.string().regex(/^[0-9a-f]{64}$/), bytes: z.number().int() });

const usedFile = z.strictObject({
  path: z.string(),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable(),
  bytes: z.number().int().nullable(),
  modified: time.nullable(),
  opened: time,
  sampled: z.boolean(),
  files: z.number().int().nullable(),
  changed: z.boolean(),
  problem: z.enum(['gone', 'unreadable', 'special']).nullable(),
  by: z.string().nullable(),
  what: z.enum(['model', 'figure', 'data']).nullable(),
  format: z.string().nullable(),
  kept: z.string().nullable(),
});

/** What docs/cli.md promises of `show --json`: these keys and no others. */
export const showSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  experiment: z.string(),
  group: z.string().nullable(),
  parent: z.string().nullable(),
  rerunOf: z.string().nullable(),
  attempt: z.strictObject({ first: z.string(), number: z.number().int().min(2) }).nullable(),
  position: z.number().int().positive().nullable(),
  status: z.enum(['queued', 'running', 'finished', 'failed', 'stopped', 'lost']),
  created: time,
  started: time.nullable(),
  ended: time.nullable(),
  durationMs: z.number().int().nullable(),
  exitCode: z.number().int().nullable(),
  signal: z.string().nullable(),
  pid: z.number().int().nullable(),
  supervisorPid: z.number().int().nullable(),
  command: z.array(z.string()),
  cwd: z.string(),
  interpreter: z.string().nullable(),
  params: z.record(z.string(), z.json()),
  tags: texts,
  note: z.string(),
  starred: z.boolean(),
  archived: z.boolean(),
  metrics: z.record(
    z.string(),
    z.strictObject({ last: number, lastStep: number, min: number, max: number, best: number, count: z.number().int() }),
  ),
  system: z.strictObject({
    cpuSeconds: z.number().nullable(),
    peakMemoryBytes: z.number().int().nullable(),
    diskReadBytes: z.number().int().nullable(),
    diskWrittenBytes: z.number().int().nullable(),
    networkReceivedBytes: z.number().nullable(),
    networkSentBytes: z.number().nullable(),
    gpuPeakUtilization: z.number().nullable(),
    gpuPeakMemoryBytes: z.number().nullable(),
  }),
  git: z
    .strictObject({
      commit: z.string().nullable(),
      branch: z.string().nullable(),
      dirty: z.boolean(),
      patch: z.string().nullable(),
    })
    .nullable(),
  packages: texts,
  python: z.string().nullable(),
  os: z.string().nullable(),
  cpu: z.string().nullable(),
  gpu: z.array(z.string()),
  environment: z
    .strictObject({
      distribution: z.string().nullable(),
      architecture: z.string().nullable(),
      libc: z.string().nullable(),
      gpuDriver: z.string().nullable(),
      cuda: z.string().nullable(),
      container: z.array(
        z.strictObject({
          kind: z.string(),
          id: z.string().nullable(),
          image: z.string().nullable(),
          name: z.string().nullable(),
        }),
      ),
      variables: texts,
      otherVariables: z.array(z.string()),
      python: z
        .strictObject({
          version: z.string(),
          implementation: z.string(),
          executable: z.string(),
          kind: z.enum(['venv', 'conda', 'system']),
          prefix: z.string(),
        })
        .nullable(),
      lock: file.omit({ bytes: true }).extend({ packages: z.number().int() }).nullable(),
      local: z.array(
        z.strictObject({
          name: z.string(),
          version: z.string(),
          path: z.string(),
          editable: z.boolean(),
          commit: z.string().nullable(),
        }),
      ),
    })
    .nullable(),
  seeds: z.record(z.string(), z.json()),
  inputs: z.array(usedFile),
  datasets: z.array(
    z.strictObject({
      name: z.string(),
      path: z.string().nullable(),
      sha256: z.string().nullable(),
      bytes: z.number().int().nullable(),
      shape: z.array(z.number()).nullable(),
      type: z.string().nullable(),
    }),
  ),
  outputs: z.array(usedFile),
  artifacts: z.array(file.extend({ name: z.string(), kind: z.string() })),
  media: z.array(
    z.strictObject({
      kind: z.enum(['image', 'text', 'histogram']),
      tag: z.string(),
      count: z.number().int(),
      firstStep: number,
      lastStep: number,
    }),
  ),
  failure: z
    .strictObject({
      type: z.string(),
      message: z.string(),
      file: z.string().nullable(),
      line: z.number().int().nullable(),
      locals: z.array(z.json()),
    })
    .nullable(),
  warnings: z.array(z.string()),
  anomalies: z.array(
    z.strictObject({
      metric: z.string(),
      kind: z.enum(['nan', 'infinity', 'divergence', 'spike', 'plateau']),
      severity: z.enum(['warning', 'hint']),
      step: z.number(),
      time,
      value: number,
      count: z.number().int(),
      steps: z.array(z.number()),
      details: z.record(z.string(), z.number()),
      off: z.boolean(),
      message: z.string(),
    }),
  ),
  directory: z.string(),
});
export type Shown = z.infer<typeof showSchema>;
