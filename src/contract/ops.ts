import { z } from 'zod';
import { isId } from '../base/id-form.ts';

/** It becomes the name of a folder. */
const runId = z.string().refine(isId);
const common = { v: z.literal(1), t: z.number().int(), by: z.string(), run: runId };

const what = {
  name: { op: z.literal('name'), name: z.string() },
  note: { op: z.literal('note'), note: z.string() },
  tag: { op: z.literal('tag'), key: z.string(), value: z.string().nullable() },
  star: { op: z.literal('star'), starred: z.boolean() },
  archive: { op: z.literal('archive'), archived: z.boolean() },
};

/** What people do to runs: appended to `.trainyard/ops/<host>.jsonl`. The latest time wins. */
export const opRecord = z.discriminatedUnion('op', [
  z.object({ ...common, ...what.name }),
  z.object({ ...common, ...what.note }),
  z.object({ ...common, ...what.tag }),
  z.object({ ...common, ...what.star }),
  z.object({ ...common, ...what.archive }),
  z.object({ ...common, op: z.literal('delete') }),
  /** It was deleted before, and came back by an import. */
  z.object({ ...common, op: z.literal('bring-back') }),
  /** A program goes on with a run that had ended, so that it is looked at again. */
  z.object({ ...common, op: z.literal('resume') }),
]);
export type OpRecord = z.infer<typeof opRecord>;
export type Op = OpRecord extends infer R ? (R extends OpRecord ? Omit<R, 'v' | 't' | 'by'> : never) : never;

const run = { run: runId };

/** An op that can be taken back: all but a deletion. */
export const opToDo = z.discriminatedUnion('op', [
  z.object({ ...run, ...what.name }),
  z.object({ ...run, ...what.note }),
  z.object({ ...run, ...what.tag }),
  z.object({ ...run, ...what.star }),
  z.object({ ...run, ...what.archive }),
]);
export type OpToDo = z.infer<typeof opToDo>;

/** What people decide for the whole store, in the same files: whether they want to hear of anomalies of a metric, in any run. */
export const watchRecord = z.object({
  v: common.v,
  t: common.t,
  by: common.by,
  op: z.literal('watch-anomalies'),
  metric: z.string(),
  on: z.boolean(),
});
export type WatchRecord = z.infer<typeof watchRecord>;
