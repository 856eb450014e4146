import { setTimeout } from 'node:timers/promises';
import { fault } from '../../contract/errors.ts';
import { writable } from '../writable.ts';
import { keepQueueGoing } from './keep-going.ts';
import { takeOut } from './take-out.ts';
import { waitingRuns } from './waiting-runs.ts';

/** Milliseconds: for what is just being started, until it runs or waits again. */
const patience = 30_000;
const pause = 50;

/**
 * Takes a run out of the queue, also one that is about to be put back there. False where it is not in the queue, any more: then it
 * may run.
 *
 * @throws `cancelled`, `store-not-writable`
 */
export async function leaveQueue(store: string, run: string, signal?: AbortSignal): Promise<boolean> {
  const deadline = performance.now() + patience;
  while (performance.now() < deadline) {
    if (writable('store-not-writable', store, () => takeOut(store, run))) return true;
    if (!waitingRuns(store)(run)) return false;
    if (signal?.aborted) throw fault('cancelled');
    keepQueueGoing(store);
    await setTimeout(pause);
  }
  return false;
}
