import type { QueuedRun, QueueState } from '../../contract/queue.ts';
import type { RunFacts } from '../../contract/run.ts';
import type { RunFile } from '../../contract/run-file.ts';
import { listFolder, readRunFile } from '../run-folder.ts';
import { runTitle } from '../run-title.ts';
import { type CheckedEntry, checkEntry, listEntries } from './entry.ts';
import { isPaused, readJobs } from './limits.ts';
import { queuePlaces } from './places.ts';
import { type EntryName, entryFile } from './rank.ts';
import { runsInSlots, slotFiles } from './slots.ts';

/** What waits in a store's queue, in its order, and what takes up a place. Changes nothing. */
export function queueState(store: string): QueueState {
  const { waiting } = queuePlaces(store);
  const { entries, others } = listEntries(waiting);
  const rows = entries.map((name) => rowOf(store, name, checkEntry(store, waiting, name)));
  const awaited = rows.filter(({ problem }) => problem === null);
  for (const [index, row] of awaited.entries()) row.position = index + 1;
  const refused = rows.filter(({ problem }) => problem !== null);
  return {
    jobs: readJobs(store),
    paused: isPaused(store),
    running: [...new Set(runsInSlots(store))],
    waiting: [...awaited, ...refused, ...others.map(garbage)],
  };
}

/** Says of runs that wait where they stand in the queue. */
export function tellPositions(store: string, runs: Iterable<RunFacts>): void {
  const queued = [...runs].filter(({ status }) => status === 'queued');
  if (queued.length === 0) return;
  const places = new Map(startable(store).map(({ run }, index) => [run, index + 1]));
  for (const run of queued) run.position = places.get(run.id) ?? null;
}

/** The entries of runs that will be started, in their order. */
export function startable(store: string): EntryName[] {
  const { waiting } = queuePlaces(store);
  return listEntries(waiting).entries.filter((name) => !('problem' in checkEntry(store, waiting, name)));
}

/** Whether something waits that may be started now, were there a place. */
export function mayStartMore(store: string): boolean {
  if (isPaused(store)) return false;
  const { waiting } = queuePlaces(store);
  return listEntries(waiting).entries.some((name) => !('problem' in checkEntry(store, waiting, name)));
}

/** What changes whenever the queue does: names alone, no file is read. */
export function queueStamp(store: string): string {
  const { waiting, claimed, started } = queuePlaces(store);
  const entries = [waiting, claimed, started].map((folder) =>
    listFolder(folder)
      .map(({ name }) => name)
      .sort(),
  );
  return JSON.stringify([entries, readJobs(store), isPaused(store), slotFiles(store)]);
}

function rowOf(store: string, name: EntryName, checked: CheckedEntry): QueuedRun {
  const asked = 'asked' in checked ? checked.asked : askedOf(store, name.run);
  return {
    key: entryFile(name),
    run: asked?.id ?? null,
    name: asked?.name ?? name.run,
    title: asked ? runTitle(asked.target) : '',
    experiment: asked?.experiment ?? '',
    position: null,
    added: checked.entry?.added ?? null,
    retries: checked.entry?.retries ?? 0,
    attempt: asked?.attempt?.number ?? 1,
    problem: 'problem' in checked ? checked.problem : null,
  };
}

function askedOf(store: string, run: string): RunFile | undefined {
  const read = readRunFile(store, run);
  return 'asked' in read ? read.asked : undefined;
}

function garbage(key: string): QueuedRun {
  const problem = {
    code: 'queued-unreadable',
    params: { file: `queue/${key}`, problem: 'its name is not one of an entry' },
  };
  const nothing = { run: null, title: '', experiment: '', position: null, added: null, retries: 0, attempt: 1 };
  return { key, name: key, ...nothing, problem };
}
