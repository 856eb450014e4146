import { join } from 'node:path';
import { causeText, systemCode } from '../base/fault.ts';
import {
  addRun,
  encodeFullRows,
  encodeTail,
  findRun,
  hasWarning,
  isDeleted,
  looseSeries,
  type OpRow,
  putTag,
  putTrail,
  putWarning,
  type RunFileRow,
  type RunRow,
  readFiles,
  readOps,
  readOrAddFile,
  removeFoundAgain,
  removeRun,
  removeWarnings,
  removeWatches,
  type Store,
  tagRank,
  updateFile,
  updateRun,
} from '../store/index.ts';
import { withActualName } from './actual-name.ts';
import { checkOf, readSlice } from './append-only.ts';
import { deriveRun, supervisorFacts } from './derive-run.ts';
import { confirm, encodeLoose, type FileMemory, recall } from './file-memory.ts';
import { trailOf } from './file-trail.ts';
import { foldEvents } from './fold-events.ts';
import { foldJournal } from './fold-journal.ts';
import { foldSupervisor } from './fold-supervisor.ts';
import type { JournalFacts, SupervisorFacts } from './journal-facts.ts';
import { type LostFile, lostFiles, tellLost } from './lost-files.ts';
import { waitingRuns } from './queue/waiting-runs.ts';
import {
  type FolderLook,
  isAbsent,
  isEventFile,
  lookAtRun,
  readRunFile,
  runFolder,
  supervisorFile,
} from './run-folder.ts';
import type { Liveness } from './run-status.ts';

/**
 * How much of a file is folded in a step, which is meant to take some milliseconds on any machine. Not less, because every
 * series in it costs as much as many points.
 */
const stepBytes = { least: 256 * 1024, most: 1024 * 1024 };
const stepMilliseconds = 5;

export interface SyncContext {
  store: Store;
  now: () => number;
  liveness: Liveness;
  /** Whether a run is in the queue and was never started. */
  waits: (run: string) => boolean;
  /** The ids of the runs that came out different. */
  changed: Set<string>;
  /** The ids of deleted runs whose folders are to go, which may take long. */
  doomed: Set<string>;
  /** How much of a file is folded in the next step. */
  stepBytes: number;
  /** Of the file that was folded last. */
  memory: FileMemory | null;
}

export function syncContext(store: Store, liveness: Liveness, now: () => number): SyncContext {
  const waits = waitingRuns(store.folder);
  const unread = { stepBytes: stepBytes.least, memory: null };
  return { store, liveness, now, waits, changed: new Set(), doomed: new Set(), ...unread };
}

/** Whether a run's row would come out different: a file has grown, or somebody has died. Writes nothing. */
export function needsSync(context: SyncContext, id: string): boolean {
  const { db, folder } = context.store;
  const row = findRun(db, id);
  const look = lookAtRun(folder, id);
  if (!row) return look.isRun;
  if (!look.isRun || row.deleted || (row.asked === null && 'asked' in readRunFile(folder, id))) return true;
  const files = readFiles(db, row.key);
  if (hasGrown(look, files)) return true;
  const after = derive(context, row, files, readOps(db, id), look);
  return (Object.keys(after) as (keyof RunRow)[]).some((column) => after[column] !== row[column]);
}

function hasGrown(look: FolderLook, files: RunFileRow[]): boolean {
  const sizes = new Map(files.map((file) => [file.name, file.size]));
  return look.files.length !== files.length || look.files.some((file) => sizes.get(file.name) !== file.size);
}

/**
 * Brings one run up to date, in steps that may each be a transaction of its own: a step begins with what the index says
 * then, so that another process may do the same at the same time.
 */
export function* syncRun(context: SyncContext, id: string): Generator<void> {
  const { db, folder } = context.store;
  const look = lookAtRun(folder, id);
  if (!look.isRun) {
    removeVanished(context, id);
    return;
  }
  const isKnown = takeRunFile(context, id);
  if (!isKnown) context.changed.add(id);
  const lost = isKnown ? lostFiles(db, folder, id, look) : [];
  if (lost.length > 0) readAnew(context, id, lost);
  yield;
  for (const { name, size } of look.files) {
    for (let more = true; more; ) {
      more = foldNext(context, id, name, size);
      yield;
      if (context.memory) yield* encodeLoose(db, context.memory);
    }
  }
  const row = settle(context, id, look);
  yield;
  if (!row?.settled) return;
  // A run's series get their lasting form when no more points are expected.
  removeWatches(db, row.key);
  for (const series of looseSeries(db, row.key)) {
    encodeFullRows(db, series);
    encodeTail(db, series);
    yield;
  }
}

/** A folder without run.json is no run; what is left of a deleted one goes. */
function removeVanished({ store, changed, doomed }: SyncContext, id: string): void {
  const { db } = store;
  if (isDeleted(readOps(db, id))) doomed.add(id);
  if (!findRun(db, id)) return;
  removeRun(db, id);
  changed.add(id);
}

/**
 * Answers whether the run was known with the same run.json.
 *
 * @param remembered what run.json said, where it may have been lost since
 */
function takeRunFile({ store, changed }: SyncContext, id: string, remembered: string | null = null): boolean {
  const known = findRun(store.db, id);
  if (known && known.asked !== null) return true;
  const read = readRunFile(store.folder, id);
  const place = { time: 0, file: 'run.json', offset: 0 };
  if (known) removeWarnings(store.db, known.key, 'run.json', '');
  if ('problem' in read) {
    const row = known ?? addRun(store.db, id, { asked: remembered, created: 0 });
    const params = { file: `runs/${id}/run.json`, problem: read.problem };
    putWarning(store.db, row.key, 'run-file-broken', params, place);
    if (!known) changed.add(id);
    return known !== undefined;
  }
  const { asked } = read;
  const said = { asked: JSON.stringify(asked), created: asked.created };
  const row = known ?? addRun(store.db, id, said);
  if (known) updateRun(store.db, known, { ...known, ...said });
  for (const [key, value] of Object.entries(asked.tags)) {
    putTag(store.db, row.key, key, value, tagRank.runFile, { ...place, time: asked.created });
  }
  return false;
}

/** What a file said before that is not as it was cannot be told apart any more, so that the whole run is read again. */
export function readAnew(context: SyncContext, id: string, lost: LostFile[]): void {
  const { db } = context.store;
  const asked = findRun(db, id)?.asked ?? null;
  removeRun(db, id);
  takeRunFile(context, id, asked);
  context.changed.add(id);
  const row = findRun(db, id);
  if (row) tellLost(db, row, lost, context.now());
}

/** Folds the next slice of a file; answers whether there may be more of it. */
function foldNext(context: SyncContext, id: string, name: string, size: number): boolean {
  const { db, folder } = context.store;
  const row = findRun(db, id);
  if (!row) return false;
  const file = readOrAddFile(db, row.key, name);
  if (file.size >= size) return false;
  const prefix = isEventFile(name) ? eventPrefix(context, row, name) : undefined;
  if (prefix === null) return false;
  context.changed.add(id);
  const path = join(runFolder(folder, id), name);
  try {
    if (file.size > 0) for (const item of ['end', 'unreadable']) removeWarnings(db, row.key, name, item);
    const memory = recall(db, context.memory, file.key);
    context.memory = memory;
    if (prefix !== undefined) {
      const isMore = foldEvents(db, row, file, path, prefix, memory);
      if (isMore) confirm(db, memory);
      return isMore;
    }
    const begun = performance.now();
    const slice = readSlice(path, file.offset, context.stepBytes);
    const fold = name === supervisorFile ? foldSupervisor : foldJournal;
    const consumed = fold(db, row, file, slice, memory);
    if (!slice.isLast) context.stepBytes = nextStep(consumed, performance.now() - begun);
    putTrail(db, file.key, trailOf(path, file.offset));
    const isMore = consumed > 0 && file.size < size;
    if (isMore) confirm(db, memory);
    return isMore;
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    if (!isAbsent(error)) tellUnreadable(context.store, row, { ...file, size }, causeText(error));
    return false;
  }
}

/** How many bytes are expected to take as long as a step should. */
function nextStep(bytes: number, milliseconds: number): number {
  const wanted = Math.round((bytes * stepMilliseconds) / milliseconds);
  return Math.max(Math.min(wanted, 2 * bytes, stepBytes.most), stepBytes.least);
}

/** What the supervisor said that an event file's names begin with; null where it is about to say so. */
function eventPrefix({ store, liveness }: SyncContext, row: RunRow, name: string): string | null {
  const { events, supervisor } = supervisorFacts(readFiles(store.db, row.key));
  const told = events?.[name];
  if (told !== undefined) return told;
  return supervisor && liveness(supervisor) === 'alive' ? null : '';
}

function tellUnreadable({ db, folder }: Store, row: RunRow, file: RunFileRow, problem: string): void {
  const params = withActualName(folder, { file: `runs/${row.id}/${file.name}`, problem });
  putWarning(
    db,
    row.key,
    'file-unreadable',
    params,
    { time: row.created, file: file.name, offset: file.offset },
    'unreadable',
  );
  updateFile(db, file, 0);
}

/** Answers the run's row as it is now. */
function settle(context: SyncContext, id: string, look: FolderLook): RunRow | undefined {
  const { db } = context.store;
  const row = findRun(db, id);
  if (!row) return undefined;
  const ops = readOps(db, id);
  for (const op of ops) {
    if (op.op !== 'tag') continue;
    const place = { time: op.time, file: op.file, offset: op.offset };
    putTag(db, row.key, op.item, JSON.parse(op.value) as string | null, tagRank.person, place);
  }
  const files = readFiles(db, row.key);
  const after = derive(context, row, files, ops, look);
  // What a process wrote before it was found dead may have come after the file was read.
  if (after.settled && hasGrown(lookAtRun(context.store.folder, id), files)) after.settled = 0;
  removeFoundAgain(db, row.key);
  reportTails(context, after, files);
  if (updateRun(db, row, after)) context.changed.add(id);
  if (after.deleted && after.status !== 'running') context.doomed.add(id);
  return after;
}

function derive(context: SyncContext, row: RunRow, files: RunFileRow[], ops: OpRow[], look: FolderLook): RunRow {
  const { store, liveness, waits } = context;
  const { touched } = look;
  return deriveRun({ store: store.folder, row, files, ops, touched, now: context.now(), liveness, waits });
}

/** A record that stays half is damage once nobody is there to write the rest. */
function reportTails({ store, liveness }: SyncContext, row: RunRow, files: RunFileRow[]): void {
  for (const file of files) {
    const bytes = file.size - file.offset;
    const facts = JSON.parse(file.facts) as JournalFacts & SupervisorFacts;
    const writer = file.name === supervisorFile ? facts.supervisor : facts.process;
    if (bytes <= 0 || facts.leftOut || row.status === 'running' || (writer && liveness(writer) === 'alive')) continue;
    if (hasWarning(store.db, row.key, file.name, 'unreadable')) continue;
    const place = { time: file.last_time ?? row.created, file: file.name, offset: file.offset };
    const check = checkOf(join(runFolder(store.folder, row.id), file.name), file.offset, bytes) ?? null;
    const params = { file: `runs/${row.id}/${file.name}`, bytes, offset: file.offset, check };
    putWarning(store.db, row.key, 'journal-damaged', params, place, 'end');
  }
}
