import { z } from 'zod';

/** What the run starts. Paths are relative to the store's root where they lie inside it. */
export const runTarget = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('script'), path: z.string() }),
  z.object({ kind: z.literal('module'), module: z.string() }),
  z.object({ kind: z.literal('notebook'), path: z.string() }),
  z.object({ kind: z.literal('program'), argv: z.array(z.string()).min(1) }),
]);
export type RunTarget = z.infer<typeof runTarget>;

const maskedPlace = z.object({
  in: z.enum(['args', 'argv', 'env']),
  /** The place in the list, or the variable's name. */
  at: z.union([z.number().int().nonnegative(), z.string()]),
  /** What a person calls it: `--api-key`, `WANDB_API_KEY`, or the number of an argument. */
  name: z.string(),
  /** For each secret in it, the variable that had the same value when the run was started, or null. */
  variables: z.array(z.string().nullable()),
});
export type MaskedPlace = z.infer<typeof maskedPlace>;

/** Which try of the same a run is, where it is not the first: the full id of the first, and a number from 2. */
export const runAttempt = z.object({ first: z.string(), number: z.number().int().min(2) });

/** `run.json`: what was asked, written once, before anything starts. */
export const runFile = z.object({
  version: z.literal(1),
  id: z.string(),
  name: z.string(),
  experiment: z.string(),
  /** Runs of one purpose inside the experiment, such as those of a sweep. Absent and null: none. */
  group: z.string().nullable().optional(),
  /** The full id of the run inside which it was started. Absent and null: none. */
  parent: z.string().nullable().optional(),
  created: z.number().int(),
  target: runTarget,
  args: z.array(z.string()),
  /** What is really started, program first. Empty for a run that a script opened by itself. */
  command: z.array(z.string()),
  cwd: z.string(),
  /** Absolute path of the store's root at that time, which tells what lay inside it. Absent in the records of earlier versions. */
  root: z.string().optional(),
  interpreter: z.string().nullable(),
  /** Only what was asked for with the run, never the whole environment. */
  env: z.record(z.string(), z.string()),
  /** Where `***` stands for a secret in `args`, in the words of a program, and in `env`. Absent: nowhere. */
  masked: z.array(maskedPlace).optional(),
  tags: z.record(z.string(), z.string()),
  origin: z.enum(['window', 'cli', 'script', 'import']),
  rerunOf: z.string().nullable(),
  attempt: runAttempt.optional(),
  /** It was put into the queue, rather than started at once. */
  queued: z.literal(true).optional(),
  /** Where an imported run comes from, and what tells it from every other. Absent: it was not imported. */
  imported: z.object({ folder: z.string(), fingerprint: z.string() }).optional(),
  host: z.string(),
  user: z.string(),
  trainyard: z.string(),
  /** HMAC-SHA256 of the canonical JSON of everything above, with this user's own key; null where a script wrote it. */
  mark: z.string().nullable(),
});
export type RunFile = z.infer<typeof runFile>;

/** `code/state.json`: the code as it was when the run started. */
export const codeState = z.object({
  version: z.literal(1),
  kind: z.enum(['git', 'copy', 'none']),
  /** Absolute path of the repository's top folder, or of the copied folder. */
  root: z.string(),
  commit: z.string().nullable(),
  branch: z.string().nullable(),
  dirty: z.boolean(),
  /** Relative to the run's folder: a patch that `git apply` takes on top of `commit`, untracked sources included. */
  patch: z.string().nullable(),
  /** Relative to the run's folder: the copied source files, where there is no git. */
  copy: z.string().nullable(),
  /** Files that the patch or the copy leaves out, with the reason. */
  omitted: z.array(z.object({ path: z.string(), reason: z.string() })),
});
export type CodeState = z.infer<typeof codeState>;
