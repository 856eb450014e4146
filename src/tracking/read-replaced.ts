import { isId } from '../base/ids.ts';
import { nowMicros } from '../base/time.ts';
import { knownRuns, type Store } from '../store/index.ts';
import { lostFiles } from './lost-files.ts';
import { recentLiveness } from './recent-liveness.ts';
import { lookAtRun } from './run-folder.ts';
import { readAnew, syncContext } from './sync-run.ts';

/** Lets runs be read again of which a file was replaced by another that is no longer: only a look into it can tell. */
export function readReplaced(store: Store): void {
  const context = syncContext(store, recentLiveness, nowMicros);
  for (const id of knownRuns(store.db).keys()) {
    if (!isId(id)) continue;
    const look = lookAtRun(store.folder, id);
    if (!look.isRun) continue;
    const lost = lostFiles(store.db, store.folder, id, look, true);
    if (lost.length > 0) store.db.immediate(() => readAnew(context, id, lost));
  }
}
