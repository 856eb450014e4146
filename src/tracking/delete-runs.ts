import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { fault } from '../contract/errors.ts';
import { findRun, type Store } from '../store/index.ts';
import { applyOps } from './apply-ops.ts';
import { giveBack } from './give-back.ts';
import { ingestRuns } from './ingest.ts';
import { leaveQueue } from './queue/leave-queue.ts';
import { existingRun } from './run-details.ts';
import { listFolder, runFolder } from './run-folder.ts';

/**
 * Deletes runs with everything that belongs to them, and answers how many bytes of their folders were freed. None is deleted
 * where one is running; one that waits in the queue is taken out of it.
 *
 * The deletion is written down first. From then on the runs are gone for everybody: what is left of a folder, or comes back
 * under the same id, is removed by the next sync.
 *
 * @throws `run-missing`, `run-running`, `untrusted`, `store-not-writable`
 */
export async function deleteRuns(store: Store, ids: readonly string[]): Promise<number> {
  if (store.readOnly) throw fault('untrusted', { folder: store.folder });
  await ingestRuns(store, ids);
  for (const id of ids) if (existingRun(store, id).status === 'running') throw fault('run-running', { run: id });
  for (const id of ids.filter((one) => existingRun(store, one).status === 'queued')) {
    if (!(await leaveQueue(store.folder, id))) throw fault('run-running', { run: id });
  }
  const before = ids.map((id) => folderBytes(runFolder(store.folder, id)));
  await applyOps(
    store,
    ids.map((run) => ({ op: 'delete', run })),
  );
  await giveBack(store.db);
  const left = ids.filter((id) => findRun(store.db, id)).map((id) => folderBytes(runFolder(store.folder, id)));
  return sum(before) - sum(left);
}

/**
 * How many bytes the folders of runs hold.
 *
 * @throws `run-missing`
 */
export function runBytes(store: Store, ids: readonly string[]): number {
  return sum(ids.map((id) => folderBytes(runFolder(store.folder, existingRun(store, id).id))));
}

/** What the files of a folder hold; links are not followed. */
function folderBytes(folder: string): number {
  return sum(
    listFolder(folder).map((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? folderBytes(path) : (lstatSync(path, { throwIfNoEntry: false })?.size ?? 0);
    }),
  );
}

const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);
