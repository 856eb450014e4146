import { readFiles, type Store } from '../store/index.ts';
import type { EventFacts } from './fold-events.ts';
import { isEventFile } from './run-folder.ts';

/** How many values of each kind that is not read the event files of a run hold. */
export function skippedMedia(store: Store, run: number): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const file of readFiles(store.db, run)) {
    if (!isEventFile(file.name)) continue;
    const { skipped = {} } = JSON.parse(file.facts) as EventFacts;
    for (const [what, count] of Object.entries(skipped)) sum[what] = (sum[what] ?? 0) + count;
  }
  return sum;
}
