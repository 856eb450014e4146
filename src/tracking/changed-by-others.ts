import {
  findRun,
  knownRuns,
  latestOpTime,
  openStates,
  opsBytes,
  opsSince,
  othersVersion,
  runsWithAnomalies,
  type Store,
} from '../store/index.ts';

interface Seen {
  version: number | undefined;
  known: Map<string, boolean>;
  states: Map<string, string>;
  opTime: number;
  opBytes: number;
}

const seen = new WeakMap<Store, Seen>();

/**
 * The ids of the runs that other processes have brought up to date since this was asked last: what they have folded is not news
 * in the files any more. None where it is asked for the first time.
 *
 * @param isReplaced the index is another one since then
 */
export function changedByOthers(store: Store, isReplaced: boolean): Iterable<string> {
  const before = seen.get(store);
  const version = othersVersion(store.db);
  if (before && before.version === version && !isReplaced) return [];
  const now = look(store, version);
  seen.set(store, now);
  if (!before) return [];
  return isReplaced ? new Set([...before.known.keys(), ...now.known.keys()]) : differences(store, before, now);
}

/** Takes note of what this process has changed itself: that is no news. */
export function changedHere(store: Store, changed: ReadonlySet<string>): void {
  const before = seen.get(store);
  if (!before || changed.size === 0) return;
  const states = openStates(store.db);
  for (const id of changed) {
    const row = findRun(store.db, id);
    if (row) before.known.set(id, row.settled === 1);
    else before.known.delete(id);
    const state = states.get(id);
    if (state === undefined) before.states.delete(id);
    else before.states.set(id, state);
  }
}

function look({ db }: Store, version: number | undefined): Seen {
  const common = { opTime: latestOpTime(db), opBytes: opsBytes(db) };
  return { version, known: knownRuns(db), states: openStates(db), ...common };
}

function differences({ db }: Store, before: Seen, now: Seen): Set<string> {
  const changed = new Set<string>();
  for (const [id, settled] of now.known) if (before.known.get(id) !== settled) changed.add(id);
  for (const id of before.known.keys()) if (!now.known.has(id)) changed.add(id);
  for (const [id, state] of now.states) if (before.states.get(id) !== state) changed.add(id);
  const said = opsSince(db, before.opTime);
  for (const { run, item } of said) for (const id of run === '' ? runsWithAnomalies(db, item) : [run]) changed.add(id);
  // What was said long ago on another machine may arrive only now, about any run.
  if (said.length === 0 && now.opBytes !== before.opBytes) for (const id of now.known.keys()) changed.add(id);
  return changed;
}
