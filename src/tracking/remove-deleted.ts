import { rm } from 'node:fs/promises';
import { systemCode } from '../base/fault.ts';
import { isDeleted, readOps, removeRun } from '../store/index.ts';
import { runFolder } from './run-folder.ts';
import { opsNeedSync } from './sync-ops.ts';
import type { SyncContext } from './sync-run.ts';

/**
 * Removes what is left of runs that people deleted: first the folder, then the rows. What cannot be removed now, because a
 * program holds it open, stays hidden and is tried again by the next sync.
 *
 * @param catchUp folds what people have said since; a run that somebody has just brought back stays
 */
export async function removeDeleted(
  { store, changed, doomed }: SyncContext,
  catchUp: () => Promise<void>,
): Promise<void> {
  if (store.readOnly) return;
  for (const id of doomed) {
    if (opsNeedSync(store)) await catchUp();
    if (!isDeleted(readOps(store.db, id))) continue;
    try {
      await rm(runFolder(store.folder, id), { recursive: true, force: true, maxRetries: 3 });
    } catch (error) {
      if (systemCode(error) === undefined) throw error;
      continue;
    }
    store.db.immediate(() => removeRun(store.db, id));
    changed.add(id);
  }
}
