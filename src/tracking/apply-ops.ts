import { closeSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { causeText, systemCode } from '../base/fault.ts';
import { makeFolders } from '../base/files.ts';
import { encodeRecord } from '../base/records.ts';
import { openToAppend } from '../base/regular-file.ts';
import { safeHostName } from '../base/safe-host-name.ts';
import { nowMicros } from '../base/time.ts';
import { userName } from '../base/user-name.ts';
import { fault } from '../contract/errors.ts';
import type { Op, OpRecord, OpToDo, WatchRecord } from '../contract/ops.ts';
import { latestOpTime, readTags, type Store } from '../store/index.ts';
import { ingestRuns } from './ingest.ts';
import { existingRun } from './run-details.ts';

/**
 * Writes down what a person did to runs, and folds it into the index. Either all runs exist, or nothing is written. Answers
 * what takes it back; nothing takes a deletion back.
 *
 * @throws `run-missing`, `untrusted` where the store is read-only, `store-not-writable`
 */
export async function applyOps(store: Store, ops: readonly Op[]): Promise<OpToDo[]> {
  const before = ops.flatMap((op) => inverse(store, op) ?? []);
  appendOps(store, ops);
  await ingestRuns(store, [...new Set(ops.map((op) => op.run))]);
  return before;
}

/** What brings back what an op is about to change. */
function inverse(store: Store, op: Op): OpToDo | undefined {
  const { run } = op;
  const row = existingRun(store, run);
  switch (op.op) {
    case 'name':
      return { op: 'name', run, name: row.name };
    case 'note':
      return { op: 'note', run, note: row.note };
    case 'tag': {
      const tags = readTags(store.db, `[${row.key}]`).get(row.key) ?? {};
      return { op: 'tag', run, key: op.key, value: Object.hasOwn(tags, op.key) ? (tags[op.key] ?? null) : null };
    }
    case 'star':
      return { op: 'star', run, starred: row.starred === 1 };
    case 'archive':
      return { op: 'archive', run, archived: row.archived === 1 };
    case 'delete':
    case 'bring-back':
    case 'resume':
      return undefined;
  }
}

/**
 * Writes down what a person did, without folding it. Its time is later than that of every op known here, so that what is done
 * last counts, whatever the clock does.
 */
export function appendOps(store: Store, ops: readonly Op[]): void {
  for (const op of ops) existingRun(store, op.run);
  append(store, ops);
}

/** Writes down that deleted runs are here again, whether they are in the index yet or not. */
export function bringBack(store: Store, runs: readonly string[]): void {
  append(
    store,
    runs.map((run) => ({ op: 'bring-back', run })),
  );
}

type StoreOp = Omit<WatchRecord, 'v' | 't' | 'by'>;

/**
 * Turns what is said of a metric's anomalies on or off, in all runs of the store. Answers the ids of the runs that look different
 * for it.
 *
 * @throws `untrusted` where the store is read-only, `store-not-writable`
 */
export async function watchAnomalies(store: Store, metric: string, on: boolean): Promise<string[]> {
  append(store, [{ op: 'watch-anomalies', metric, on }]);
  return ingestRuns(store, []);
}

function append(store: Store, ops: readonly (Op | StoreOp)[]): void {
  if (store.readOnly) throw fault('untrusted', { folder: store.folder });
  const first = Math.max(nowMicros(), latestOpTime(store.db) + 1);
  for (const [index, op] of ops.entries()) appendOp(store, op, Math.min(first + index, Number.MAX_SAFE_INTEGER));
}

function appendOp(store: Store, op: Op | StoreOp, t: number): void {
  const record = { v: 1, t, by: userName(), ...op } as OpRecord | WatchRecord;
  const folder = join(store.folder, 'ops');
  try {
    makeFolders(folder);
    appendWhole(join(folder, `${safeHostName(hostname())}.jsonl`), encodeRecord(record));
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    throw fault('store-not-writable', { folder, problem: causeText(error) }, error);
  }
}

/** One write on a descriptor that appends, so that several processes may do it at once without tearing a record. */
function appendWhole(path: string, bytes: Buffer): void {
  const descriptor = openToAppend(path);
  try {
    const written = writeSync(descriptor, bytes);
    // The disk is full: what is missing is tried once more, so that the cause is told.
    if (written < bytes.length) writeSync(descriptor, bytes.subarray(written));
  } finally {
    closeSync(descriptor);
  }
}
