import { z } from 'zod';

const common = { v: z.literal(1), t: z.number().int(), by: z.string(), run: z.string() };

/** What people do to runs: appended to `.trainyard/ops/<host>.jsonl`. The latest time wins. */
export const opRecord = z.discriminatedUnion('op', [
  z.object({ ...common, op: z.literal('name'), name: z.string() }),
  z.object({ ...common, op: z.literal('note'), note: z.string() }),
  z.object({ ...common, op: z.literal('tag'), key: z.string(), value: z.string().nullable() }),
  z.object({ ...common, op: z.literal('star'), starred: z.boolean() }),
  z.object({ ...common, op: z.literal('archive'), archived: z.boolean() }),
  z.object({ ...common, op: z.literal('delete') }),
]);
export type OpRecord = z.infer<typeof opRecord>;
export type Op = OpRecord extends infer R ? (R extends OpRecord ? Omit<R, 'v' | 't' | 'by'> : never) : never;
