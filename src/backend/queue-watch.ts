import type { Store } from '../store/index.ts';
import { keepQueueGoing, queueStamp } from '../tracking/index.ts';

/** How often a queue that does not change is looked at for whether somebody goes on with it, in milliseconds. */
const lookEvery = 5000;

/** Finds out whether a store's queue changed since the last time, and goes on with one that nobody goes on with. */
export function watchQueue(store: Store, failed: (error: unknown) => void): { look(): boolean } {
  let stamp = '';
  let looked = Number.NEGATIVE_INFINITY;
  return {
    look() {
      const now = queueStamp(store.folder);
      const isNew = now !== stamp;
      stamp = now;
      if (!store.readOnly && (isNew || performance.now() - looked > lookEvery)) {
        looked = performance.now();
        goOn(store.folder, failed);
      }
      return isNew;
    },
  };
}

/** What is shown of the store does not fail for it. */
function goOn(store: string, failed: (error: unknown) => void): void {
  try {
    keepQueueGoing(store);
  } catch (error) {
    failed(error);
  }
}
