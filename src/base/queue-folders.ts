import { join } from 'node:path';

/** Beside the supervisor, in the folder of tools: starts what waits in a queue. */
export const starterFile = 'starter.mjs';

/** What the supervisor of a queued run has to do with in the store's queue: docs/queue.md says what lies there. */
export function queueFolders(store: string) {
  const top = join(store, 'queue');
  return { top, claimed: join(top, 'claimed'), started: join(top, 'started') };
}
