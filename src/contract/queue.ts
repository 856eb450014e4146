import { z } from 'zod';
import type { FaultValue } from '../base/fault.ts';
import type { Micros } from '../base/time.ts';
import { mostRetries } from './queue-limits.ts';

/** That a run is to wait for its turn, and how often it is tried again by itself where it fails. */
export const queueRequest = z.object({ retries: z.number().int().min(0).max(mostRetries).default(0) });
export type QueueRequest = z.input<typeof queueRequest>;

/**
 * A file of `queue/waiting/` or `queue/claimed/`: that a run waits for its turn. Its place is in the file's name. What it runs is in
 * the run's own `run.json`; the environment that it was asked for in, secrets included, is in the user folder.
 */
export const queueEntry = z.object({
  kind: z.literal('queue-entry'),
  version: z.literal(1),
  run: z.string(),
  host: z.string(),
  user: z.string(),
  /** The store folder's own absolute path, links followed: what was queued elsewhere is not started here. */
  store: z.string(),
  /** Microseconds since 1970, UTC. */
  added: z.number().int(),
  /** How often it is tried again by itself where it fails. */
  retries: z.number().int().min(0).max(mostRetries),
  /** HMAC-SHA256 of the canonical JSON of everything above, with this user's own key. */
  mark: z.string(),
});
export type QueueEntry = z.infer<typeof queueEntry>;

/** Why something in the queue is never started, as a code of contract/warnings.ts. */
export interface QueueProblem {
  code: string;
  params: Record<string, FaultValue>;
}

/** One row of the queue. */
export interface QueuedRun {
  /** Names the row among all, also where it is no run. */
  key: string;
  /** Null where that cannot be told. */
  run: string | null;
  name: string;
  /** What it runs, as a person would name it. */
  title: string;
  experiment: string;
  /** From 1; null for what is never started. */
  position: number | null;
  added: Micros | null;
  retries: number;
  /** Which try it is: 1 for the first. */
  attempt: number;
  /** Why it is never started; null where it will be. */
  problem: QueueProblem | null;
}

export interface QueueState {
  /** How many of its runs may run at once. */
  jobs: number;
  paused: boolean;
  /** Full ids of the runs that it has started and that take up a place now. */
  running: string[];
  /** In their order; what is never started comes last. */
  waiting: QueuedRun[];
}
