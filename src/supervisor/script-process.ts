import type { ProcessIdentity } from '../base/identity.ts';

/** How a script ended. */
export interface Outcome {
  code: number | null;
  signal: string | null;
  /** Why it was never started. */
  error: unknown;
  /** It has ended, and nobody saw how. */
  unseen: boolean;
}

export interface ScriptProcess {
  identity: ProcessIdentity;
  /** Who waits for it and writes down how it ended; null where the supervisor itself does. */
  keeper: ProcessIdentity | null;
  outcome: Promise<Outcome>;
}

export interface Descriptors {
  stdout: number;
  stderr: number;
}
