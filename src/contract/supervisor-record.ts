import { z } from 'zod';
import type { ProcessIdentity } from '../base/identity.ts';
import { fileAccesses, fileRoles } from './file-record.ts';

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

/**
 * `gone`: it is not there any more; `unreadable`: not for this user, or a failing disk; `special`: a pipe, a device or a socket,
 * which nobody but the script may read.
 */
export const fileProblems = ['gone', 'unreadable', 'special'] as const;
export type FileProblem = (typeof fileProblems)[number];

/** What a run runs inside of: a container, a job of a cluster, a hosted notebook. */
const surrounding = z.object({
  kind: z.enum([
    'docker',
    'podman',
    'apptainer',
    'lxc',
    'container',
    'kubernetes',
    'slurm',
    'colab',
    'kaggle',
    'codespaces',
    'wsl',
  ]),
  id: z.string().nullable(),
  image: z.string().nullable(),
  name: z.string().nullable(),
});
export type Surrounding = z.infer<typeof surrounding>;

/** The machine as the run found it. */
const machine = z.object({
  /** What the system calls itself, such as “Debian GNU/Linux 12 (bookworm)”. */
  distribution: z.string().nullable(),
  architecture: z.string(),
  /** Such as “glibc 2.36”. */
  libc: z.string().nullable(),
  gpuDriver: z.string().nullable(),
  cuda: z.string().nullable(),
  surroundings: z.array(surrounding),
  variables: z.record(z.string(), z.string()),
  otherVariables: z.array(z.string()),
});
export type Machine = z.infer<typeof machine>;

const installation = z.object({
  /** Relative to the run's folder: a requirements file that pip and uv take. */
  lock: z.string(),
  sha256: z.string(),
  packages: z.number().int(),
  python: z.string(),
  implementation: z.string(),
  executable: z.string(),
  environment: z.enum(['venv', 'conda', 'system']),
  prefix: z.string(),
  /** Of a virtual environment: the installation that it belongs to. */
  basePrefix: z.string(),
  /** Where modules were looked for. */
  places: z.array(z.string()),
  /** Distributions that came from folders of this machine. */
  locals: z.array(
    z.object({
      name: z.string(),
      version: z.string(),
      path: z.string(),
      editable: z.boolean(),
      commit: z.string().nullable(),
    }),
  ),
});
export type Installation = z.infer<typeof installation>;

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
  /** `keeper` waits for the script, survives the supervisor, and says in `keeper.log` how the script ended. */
  z.object({
    kind: z.literal('started'),
    t: micros,
    process: processIdentity,
    keeper: processIdentity.optional(),
  }),
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
  /**
   * A file or folder that went in (`read`) or came out (`write`), seen at `t`. Of several such records of one path and access the
   * last counts; one of a folder stands for what was told of the files in it before.
   */
  z.object({
    kind: z.literal('file'),
    t: micros,
    access: z.enum(fileAccesses),
    /** Relative to the store's root with forward slashes where it lies inside, else absolute. */
    path: z.string(),
    /** Of a folder, all its files; null where that cannot be told. */
    bytes: z.number().int().nullable(),
    modified: micros.nullable(),
    /** Of what was read or written, in hexadecimal; null where it is not known, or not yet. */
    sha256: z.string().nullable(),
    /** Not every byte is in the hash. */
    sampled: z.boolean(),
    /** How many files a folder has; null for a file. */
    files: z.number().int().nonnegative().nullable(),
    /** Of a folder: it does not stand for what is in folders below it. */
    flat: z.boolean().default(false),
    /** It is not what it was when it was read. With a hash: of what was read. */
    changed: z.boolean(),
    problem: z.enum(fileProblems).nullable(),
    by: z.string().nullable(),
    what: z.enum(fileRoles).nullable(),
    format: z.string().nullable(),
    /** A copy, relative to the run's folder. */
    kept: z.string().nullable(),
  }),
  z.object({ kind: z.literal('machine'), t: micros, ...machine.shape }),
  /** All that is installed for the interpreter, imported or not. */
  z.object({ kind: z.literal('installation'), t: micros, ...installation.shape }),
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
    /** It has ended, and nobody saw how. Absent: somebody did. */
    unseen: z.boolean().optional(),
    /** Something is left to be done, after which `done` comes. Absent: nothing is. */
    unfinished: z.boolean().optional(),
    ...used,
  }),
  z.object({ kind: z.literal('done'), t: micros }),
]);
export type SupervisorRecord = z.infer<typeof supervisorRecord>;
