import { existsSync } from 'node:fs';
import { userFolder } from '../../base/user-folder.ts';
import { installTools } from '../tools.ts';
import { writable } from '../writable.ts';
import { isOwnEntry, listEntries } from './entry.ts';
import { readJobs } from './limits.ts';
import { queuePlaces } from './places.ts';
import { mayStartMore } from './queue-state.ts';
import { hasFreeSlot, runsInSlots } from './slots.ts';
import { spawnStarter } from './spawn-starter.ts';
import { stageOf } from './stage.ts';

/**
 * Goes on with a queue that nobody goes on with: as after the machine went down, or when the last supervisor was killed. Answers
 * whether there was something to do. Cheap where there is no queue.
 *
 * @throws `store-not-writable`, `user-folder-not-writable`
 */
export function keepQueueGoing(store: string): boolean {
  if (!isStuck(store)) return false;
  const tools = writable('user-folder-not-writable', userFolder(), installTools);
  writable('store-not-writable', store, () => spawnStarter(store, tools));
  return true;
}

function isStuck(store: string): boolean {
  const { top, claimed, started, taken } = queuePlaces(store);
  if (!existsSync(top)) return false;
  const runsIn = (folder: string) => {
    const own = listEntries(folder).entries.filter((name) => isOwnEntry(folder, name));
    return own.map(({ run }) => run);
  };
  if (runsIn(taken).length > 0) return true;
  const busy = runsInSlots(store);
  const left = [...runsIn(claimed), ...runsIn(started)].filter((run) => !busy.includes(run));
  if (left.some((run) => stageOf(store, run) !== 'going')) return true;
  return mayStartMore(store) && hasFreeSlot(store, readJobs(store));
}
