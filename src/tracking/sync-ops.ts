import { join } from 'node:path';
import { frameText } from '../base/records.ts';
import { type OpRecord, opRecord, type WatchRecord, watchRecord } from '../contract/ops.ts';
import {
  type Database,
  forgetOps,
  forgetPersonTags,
  putOp,
  putOpsFile,
  readOpsFiles,
  runsWithAnomalies,
  runsWithOps,
  type Store,
} from '../store/index.ts';
import { frameAt, readSlice, seenOf } from './append-only.ts';
import { listOpsFiles } from './run-folder.ts';

const sliceBytes = 64 * 1024;

/** Whether an ops file has come, gone, grown or been replaced since it was last folded. */
export function opsNeedSync(store: Store): boolean {
  const known = new Map(readOpsFiles(store.db).map((file) => [file.name, file.size]));
  const present = listOpsFiles(store.folder);
  return present.length !== known.size || present.some((file) => known.get(file.name) !== file.size);
}

/**
 * Folds what people did into the index, and collects the ids of the runs that it is about.
 *
 * @param changed gets those that come out different without their rows being written
 */
export function* syncOps(store: Store, about: Set<string>, changed: Set<string>): Generator<void> {
  const { db, folder } = store;
  if (wasReplaced(store)) {
    for (const run of runsWithOps(db)) about.add(run);
    forgetPersonTags(db);
    forgetOps(db);
  }
  for (const { name, size } of listOpsFiles(folder)) {
    while (foldNext(db, folder, name, size, about, changed)) yield;
  }
  yield;
}

function wasReplaced({ db, folder }: Store): boolean {
  const sizes = new Map(listOpsFiles(folder).map((file) => [file.name, file.size]));
  return readOpsFiles(db).some((file) => (sizes.get(file.name) ?? -1) < file.offset);
}

function foldNext(
  db: Database,
  folder: string,
  name: string,
  size: number,
  about: Set<string>,
  changed: Set<string>,
): boolean {
  const known = readOpsFiles(db).find((file) => file.name === name);
  if (known && known.size >= size) return false;
  const slice = readSlice(join(folder, 'ops', name), known?.offset ?? 0, sliceBytes);
  let damaged = 0;
  let consumed = 0;
  for (let frame = frameAt(slice, 0); frame; frame = frameAt(slice, consumed)) {
    const { start, end } = frame;
    consumed = end;
    const record = frame.torn ? undefined : parse(frameText(slice.bytes, frame));
    if (!record) {
      damaged += end - start;
      continue;
    }
    const { op, by } = record;
    const run = record.op === 'watch-anomalies' ? '' : record.run;
    if (record.op === 'watch-anomalies') for (const id of runsWithAnomalies(db, record.metric)) changed.add(id);
    else about.add(run);
    putOp(db, { run, op, by, ...opValue(record) }, { time: record.t, file: name, offset: slice.offset + start });
  }
  consumed += slice.skipped;
  damaged += slice.skipped;
  putOpsFile(db, { name, offset: slice.offset + consumed, size: seenOf(slice, consumed) }, damaged);
  return consumed > 0;
}

const anyRecord = opRecord.or(watchRecord);

function parse(text: string): OpRecord | WatchRecord | undefined {
  try {
    const parsed = anyRecord.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function opValue(record: OpRecord | WatchRecord): { item: string; value: string } {
  switch (record.op) {
    case 'name':
      return { item: '', value: JSON.stringify(record.name) };
    case 'note':
      return { item: '', value: JSON.stringify(record.note) };
    case 'tag':
      return { item: record.key, value: JSON.stringify(record.value) };
    case 'star':
      return { item: '', value: JSON.stringify(record.starred) };
    case 'archive':
      return { item: '', value: JSON.stringify(record.archived) };
    case 'delete':
    case 'bring-back':
    case 'resume':
      return { item: '', value: 'true' };
    case 'watch-anomalies':
      return { item: record.metric, value: JSON.stringify(record.on) };
  }
}
