import { z } from 'zod';

/** `export.json`: what an exported folder holds. docs/export.md has the rest of it. */
export const exportFile = z.object({
  version: z.literal(1),
  trainyard: z.string(),
  exported: z.string(),
  runs: z.array(z.object({ id: z.string(), name: z.string() })),
});
export type ExportFile = z.infer<typeof exportFile>;

export const exportNames = {
  list: 'export.json',
  /** SHA-256 of every other file, as `sha256sum` writes and checks it. */
  sums: 'SHA256SUMS',
  /** Says, with the key of the user who exported, that the sums are as they were. */
  mark: 'SHA256SUMS.mark',
  ops: 'ops.jsonl',
} as const;

/** What came of importing an exported folder. */
export interface RunImport {
  imported: { id: string; name: string }[];
  /** How many of its runs were here already. */
  unchanged: number;
}
