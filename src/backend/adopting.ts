import { causeText } from '../base/fault.ts';
import type { Log } from '../base/log.ts';
import type { Store } from '../store/index.ts';
import { adoptAbandoned } from '../tracking/index.ts';

/** Milliseconds: who is alive is asked of the system, run by run. */
const gap = 1_000;

/** Gives supervisors to runs that have lost theirs, whenever it is called; not more often than is good. */
export function keepAdopting(store: Store, log: Log): () => void {
  let last = Number.NEGATIVE_INFINITY;
  return () => {
    if (performance.now() - last < gap) return;
    last = performance.now();
    try {
      for (const run of adoptAbandoned(store)) log('info', 'run-adopted', { store: store.folder, run });
    } catch (error) {
      log('error', 'run-not-adopted', { store: store.folder, cause: causeText(error) });
    }
  };
}
