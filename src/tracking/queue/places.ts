import { hostname } from 'node:os';
import { join } from 'node:path';
import { queueFolders } from '../../base/queue-folders.ts';
import { safeHostName } from '../../base/safe-host-name.ts';
import { userFolder } from '../../base/user-folder.ts';

/** Where a store keeps its queue: docs/queue.md says what lies there. */
export function queuePlaces(store: string) {
  const folders = queueFolders(store);
  const { top } = folders;
  return {
    ...folders,
    waiting: join(top, 'waiting'),
    taken: join(top, 'taken'),
    slots: join(top, 'slots', safeHostName(hostname())),
    jobs: join(top, 'jobs'),
    paused: join(top, 'paused'),
    log: join(top, 'starter.log'),
  };
}

/** What a run needs to start and nobody else may read, outside of every workspace. */
export function keptStartFile(run: string): string {
  return join(userFolder(), 'queue', `${run}.json`);
}
