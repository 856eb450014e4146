import { setImmediate, setTimeout } from 'node:timers/promises';
import { isId } from '../base/ids.ts';
import { nowMicros } from '../base/time.ts';
import { fault } from '../contract/errors.ts';
import { type Database, deletedRuns, hasRoomToSpare, knownRuns, removeRun, type Store } from '../store/index.ts';
import { changedByOthers, changedHere } from './changed-by-others.ts';
import { giveBack } from './give-back.ts';
import { recentLiveness } from './recent-liveness.ts';
import { removeDeleted } from './remove-deleted.ts';
import { listRunFolders } from './run-folder.ts';
import type { Liveness } from './run-status.ts';
import { opsNeedSync, syncOps } from './sync-ops.ts';
import { needsSync, type SyncContext, syncContext, syncRun } from './sync-run.ts';

export interface IngestOptions {
  signal?: AbortSignal;
  /** Look at every run again, settled ones too. */
  full?: boolean;
  /** Answer also what other processes have folded since this was asked last. */
  others?: boolean;
  liveness?: Liveness;
  now?: () => number;
  /** Is told how many runs are done, of how many that needed work. */
  onRun?: (done: number, all: number) => void;
}

/** Milliseconds of work before other work of the process gets its turn. */
const sliceMilliseconds = 10;
/** Milliseconds between two slices, and between two tries to begin one. */
const moment = 1;
/** Milliseconds without a slice after which somebody is taken to hold the index for good. */
const longestWait = 30_000;

/**
 * Folds what is new in the run folders and the ops into the index, and answers the ids of the runs that changed. Several
 * processes may do so at once. A read-only store is only brought up to what others have folded.
 *
 * @throws `cancelled`; what is folded by then stays
 */
export async function ingest(store: Store, options: IngestOptions = {}): Promise<string[]> {
  const replaced = store.refresh();
  if (store.readOnly && store.index !== null) return replaced ? [...knownRuns(store.db).keys()] : [];
  const context = contextOf(store, options);
  if (options.others) for (const id of changedByOthers(store, replaced)) context.changed.add(id);
  const about = new Set<string>();
  if (options.full || opsNeedSync(store))
    await inSlices(store.db, syncOps(store, about, context.changed), options.signal);
  const work = await findWork(context, about, options);
  if (work.length > 0) await inSlices(store.db, syncAll(context, work, options.onRun), options.signal);
  await removeDeleted(context, () => syncSaid(context, [], options.signal));
  if (hasRoomToSpare(store.db)) await giveBack(store.db, options.signal);
  changedHere(store, context.changed);
  return [...context.changed];
}

/** Folds what is new of some runs and of the ops, whether or not they are settled. */
export async function ingestRuns(store: Store, ids: readonly string[], options: IngestOptions = {}): Promise<string[]> {
  const context = contextOf(store, options);
  await syncSaid(context, ids, options.signal);
  await removeDeleted(context, () => syncSaid(context, [], options.signal));
  changedHere(store, context.changed);
  return [...context.changed];
}

/** Folds what people have said since, and brings the runs up to date that it is about, and these. */
async function syncSaid(context: SyncContext, ids: readonly string[], signal: AbortSignal | undefined): Promise<void> {
  const { store, changed } = context;
  const about = new Set<string>();
  await inSlices(store.db, syncOps(store, about, changed), signal);
  await inSlices(store.db, syncAll(context, [...new Set([...about, ...ids])]), signal);
}

function contextOf(store: Store, options: IngestOptions): SyncContext {
  return syncContext(store, options.liveness ?? recentLiveness, options.now ?? nowMicros);
}

/** No run of ours has another name than an id: somebody else wrote that row. */
function forgetStrangers({ store, changed }: SyncContext, known: Map<string, boolean>): void {
  const strangers = [...known.keys()].filter((id) => !isId(id));
  if (strangers.length === 0) return;
  for (const id of strangers) known.delete(id);
  store.db.immediate(() => {
    for (const id of strangers) removeRun(store.db, id);
  });
  for (const id of strangers) changed.add(id);
}

/** The runs whose rows would come out different. */
async function findWork(context: SyncContext, about: Set<string>, options: IngestOptions): Promise<string[]> {
  const { store } = context;
  const present = listRunFolders(store.folder);
  const known = knownRuns(store.db);
  forgetStrangers(context, known);
  const deleted = deletedRuns(store.db);
  const work = [...known.keys()].filter((id) => !present.has(id));
  const rest = pause(options.signal);
  for (const id of present) {
    const settled = known.get(id);
    if (settled === undefined || deleted.has(id) || about.has(id)) work.push(id);
    else if (options.full || !settled) {
      if (needsSync(context, id)) work.push(id);
      await rest();
    }
  }
  return work;
}

function* syncAll(context: SyncContext, ids: string[], onRun?: IngestOptions['onRun']): Generator<void> {
  for (const [index, id] of ids.entries()) {
    yield* syncRun(context, id);
    onRun?.(index + 1, ids.length);
  }
}

/**
 * Takes as many steps at a time as fit into a slice, each slice one transaction. Between two slices there is a moment in which
 * another process may begin one of its own; who waits for that does not hold up what else its process has to do.
 */
async function inSlices(db: Database, steps: Generator<void>, signal: AbortSignal | undefined): Promise<void> {
  let done = false;
  const slice = () => {
    const end = performance.now() + sliceMilliseconds;
    do done = steps.next().done === true;
    while (!done && performance.now() < end);
  };
  let deadline = performance.now() + longestWait;
  for (;;) {
    if (db.immediateIfFree(slice)) deadline = performance.now() + longestWait;
    else if (performance.now() > deadline) throw fault('store-busy', { file: db.file });
    if (done) return;
    await setTimeout(moment);
    if (signal?.aborted) throw fault('cancelled');
  }
}

/** A pause that lets other work of the process run, when it is due. */
function pause(signal: AbortSignal | undefined): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (signal?.aborted) throw fault('cancelled');
    if (performance.now() - last < sliceMilliseconds) return;
    await setImmediate();
    last = performance.now();
  };
}
