import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { makeFolders, readIfThere, writeWhole } from '../../base/files.ts';
import { parseJson } from '../../base/json.ts';
import { keptStartFile } from './places.ts';

const keptStart = z.object({
  version: z.literal(1),
  run: z.string(),
  /** When it was queued, in microseconds UTC. */
  added: z.number().int(),
  store: z.string(),
  /** The folder whose code the run is about. */
  folder: z.string(),
  /** The environment in which it was queued, as a shell of the user has it. */
  environment: z.record(z.string(), z.string()),
  /** What is really started, where `run.json` has `***` for some of it. */
  command: z.array(z.string()).min(1),
  env: z.record(z.string(), z.string()),
});
/**
 * What a queued run needs to start and nobody else may read. It is there from the run's queueing until it cannot be needed any
 * more; a run without it is never started.
 */
export type KeptStart = z.infer<typeof keptStart>;

export function keepStart(start: Omit<KeptStart, 'version'>): void {
  const file = keptStartFile(start.run);
  makeFolders(dirname(file), 0o700);
  writeWhole(file, JSON.stringify({ version: 1, ...start } satisfies KeptStart), 0o600);
}

/** Undefined where there is none. */
export function readKeptStart(run: string): KeptStart | undefined {
  const text = readIfThere(keptStartFile(run))?.toString('utf8');
  const kept = keptStart.safeParse(text === undefined ? undefined : parseJson(text)).data;
  return kept?.run === run ? kept : undefined;
}

export function forgetStart(run: string): void {
  rmSync(keptStartFile(run), { force: true });
}
