import { z } from 'zod';
import type { ProcessIdentity } from '../base/identity.ts';

const micros = z.number().int().nonnegative();

const processIdentity = z.object({
  host: z.string(),
  boot: z.string().nullable(),
  pid: z.number().int(),
  procStart: z.string().nullable(),
  pidNamespace: z.string().nullable().optional(),
}) satisfies z.ZodType<ProcessIdentity>;

/** Null where nothing was seen, or the system does not tell. */
const used = {
  cpuSeconds: z.number().nullable(),
  peakMemoryBytes: z.number().int().nullable(),
  /** Fetched from a disk, and given out to be written to one. */
  diskReadBytes: z.number().int().nullable().default(null),
  diskWrittenBytes: z.number().int().nullable().default(null),
};

/** What `supervisor.jsonl` holds: what was seen of the run from outside. */
export const supervisorRecord = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('open'),
    v: z.literal(1),
    run: z.string(),
    t: micros,
    supervisor: processIdentity,
    os: z.string(),
    cpu: z.string(),
    cores: z.number().int(),
    memoryBytes: z.number().int(),
  }),
  z.object({ kind: z.literal('started'), t: micros, process: processIdentity }),
  /** How long both output files were at a time, so that a reader can lay them side by side. */
  z.object({ kind: z.literal('output'), t: micros, stdout: z.number().int(), stderr: z.number().int() }),
  /** What the process tree has used so far. */
  z.object({ kind: z.literal('usage'), t: micros, ...used }),
  /** The GPUs of the machine; the last such record counts. */
  z.object({
    kind: z.literal('gpus'),
    t: micros,
    gpus: z.array(z.object({ index: z.number().int(), name: z.string(), memoryBytes: z.number().nullable() })),
  }),
  /**
   * An event file of TensorBoard that the run writes, which is kept in the run's folder from here on. `file` is relative to that
   * folder, `source` is where it was found, `prefix` what the names of its metrics begin with: empty, or ending in `/`.
   */
  z.object({ kind: z.literal('events'), t: micros, file: z.string(), source: z.string(), prefix: z.string() }),
  z.object({ kind: z.literal('stopping'), t: micros, signal: z.string() }),
  z.object({
    kind: z.literal('warning'),
    t: micros,
    code: z.string(),
    params: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  }),
  z.object({
    kind: z.literal('exit'),
    t: micros,
    code: z.number().int().nullable(),
    signal: z.string().nullable(),
    /** Somebody asked Trainyard to stop it. */
    stopped: z.boolean(),
    /** The program could not be started at all: the system's code and message. */
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
    ...used,
  }),
]);
export type SupervisorRecord = z.infer<typeof supervisorRecord>;
