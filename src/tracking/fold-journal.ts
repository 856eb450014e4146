import type { z } from 'zod';
import { isId } from '../base/ids.ts';
import {
  type JournalOpen,
  type JournalRecord,
  type journalArtifact,
  type journalEnvironment,
  type journalParams,
  journalRecord,
  journalVersion,
  type MetricRecord,
  parseMetricRecord,
} from '../contract/journal.ts';
import { maskValue } from '../contract/secrets.ts';
import {
  type Database,
  type Place,
  putArtifact,
  putMedia,
  putMetricId,
  putPackage,
  putParam,
  putTag,
  putWarning,
  type RunFileRow,
  type RunRow,
  tagRank,
  wholeMicros,
} from '../store/index.ts';
import type { FileSlice } from './append-only.ts';
import type { FileMemory } from './file-memory.ts';
import { type FileFold, foldSlice } from './fold-file.ts';
import { foldPoints } from './fold-points.ts';
import { addPoint, type GrowingPoints, noPoints } from './growing-points.ts';
import type { JournalFacts } from './journal-facts.ts';
import { isPicture } from './picture-size.ts';
import { isInside, isSystemFile } from './run-folder.ts';
import { type MetricTaker, scanMetrics } from './scan-metrics.ts';

type JournalFold = FileFold<JournalFacts>;

/** Folds what one process said into the index; answers how many bytes. */
export function foldJournal(db: Database, run: RunRow, file: RunFileRow, slice: FileSlice, memory: FileMemory): number {
  const metrics: MetricFold = { names: memory.names, byId: new Map(), byName: new Map() };
  const consumed = foldSlice<JournalFacts>(
    db,
    run,
    file,
    slice,
    (fold, record, offset) => {
      if (Array.isArray(record)) return foldMetrics(fold, record, metrics);
      return foldOther(fold, record, offset, metrics);
    },
    (fold, start) => foldPlainMetrics(fold, slice, start, metrics),
  );
  foldPoints(db, file, isSystemFile(file.name) ? 'system' : 'logged', metrics.byName, memory);
  return consumed;
}

interface MetricFold {
  /** The names that numbers stand for. */
  names: Map<number, string>;
  byId: Map<number, GrowingPoints>;
  byName: Map<string, GrowingPoints>;
}

/** Where the points of a name number go; undefined where it has no name. */
function pointsOf(metrics: MetricFold, id: number): GrowingPoints | undefined {
  const known = metrics.byId.get(id);
  if (known) return known;
  const name = metrics.names.get(id);
  if (name === undefined) return undefined;
  const points = metrics.byName.get(name) ?? noPoints();
  metrics.byName.set(name, points);
  metrics.byId.set(id, points);
  return points;
}

function foldPlainMetrics(fold: JournalFold, slice: FileSlice, start: number, metrics: MetricFold): number {
  const begun = startOf(fold);
  const taker: MetricTaker = {
    knows: (id) => metrics.names.has(id),
    take(elapsed, step, ids, values, count) {
      const time = begun + elapsed;
      fold.lastTime = Math.max(fold.lastTime, wholeMicros(time));
      for (let index = 0; index < count; index++) {
        const points = pointsOf(metrics, ids[index] as number);
        if (points) addPoint(points, step, time, values[index] as number);
      }
    },
  };
  return slice.scan ? slice.scan(start, taker) : scanMetrics(slice.bytes, start, taker);
}

function foldMetrics(fold: JournalFold, record: unknown[], metrics: MetricFold): boolean {
  const parsed: MetricRecord | undefined = parseMetricRecord(record);
  if (!parsed) return false;
  const time = startOf(fold) + parsed.elapsed;
  fold.lastTime = Math.max(fold.lastTime, wholeMicros(time));
  let whole = true;
  for (const [id, value] of parsed.values) {
    if (!metrics.names.has(id)) {
      whole = false;
      if (!Number.isSafeInteger(id) || id < 0) continue;
      nameMetric(fold, metrics, id, `unnamed/${id}`);
    }
    const points = pointsOf(metrics, id);
    if (points) addPoint(points, parsed.step, time, value);
  }
  return whole;
}

/** The values of a metric whose name is damaged are kept under a name made of its number. */
function nameMetric(fold: JournalFold, metrics: MetricFold, id: number, said: string): void {
  const name = rankPrefix(fold.facts) + said;
  metrics.names.set(id, name);
  metrics.byId.delete(id);
  putMetricId(fold.db, fold.file.key, id, name);
}

function foldOther(fold: JournalFold, record: unknown, offset: number, metrics: MetricFold): boolean {
  const kind = kindOf(record);
  if (kind === undefined) return false;
  if (kind === 'open' && isNewer(record))
    return isOwnOpen(fold, record, offset) && leaveOutNewer(fold, record.v, offset);
  if (!knownKinds.has(kind)) {
    fold.unknown++;
    return true;
  }
  const parsed = journalRecord.safeParse(record);
  if (!parsed.success) return false;
  if (parsed.data.kind === 'open') return foldOpen(fold, parsed.data, offset);
  foldKnown(fold, parsed.data, offset, metrics);
  return true;
}

/** A first record that came into the middle of another file, as file systems mix blocks up, says nothing of that file. */
function isOwnOpen(fold: JournalFold, record: { start?: unknown }, offset: number): boolean {
  return offset === 0 || record.start === startInName(fold);
}

const knownKinds = new Set(journalRecord.options.flatMap((option) => [...option.shape.kind.values]) as string[]);

function kindOf(record: unknown): string | undefined {
  if (typeof record !== 'object' || record === null || !('kind' in record)) return undefined;
  return typeof record.kind === 'string' ? record.kind : undefined;
}

function isNewer(record: unknown): record is { v: number; start?: unknown } {
  const { v } = record as { v?: unknown };
  return typeof v === 'number' && v > journalVersion;
}

function leaveOutNewer(fold: JournalFold, version: number, offset: number): true {
  fold.facts.leftOut = 'newer';
  const params = { file: fileName(fold), version };
  putWarning(fold.db, fold.run.key, 'journal-newer', params, fold.placeAt(offset, fold.run.created));
  return true;
}

type KnownRecord = Exclude<JournalRecord, { kind: 'open' }>;

function foldKnown(fold: JournalFold, record: KnownRecord, offset: number, metrics: MetricFold): void {
  if (record.kind === 'name') {
    nameMetric(fold, metrics, record.id, record.name);
  } else {
    const time = wholeMicros(startOf(fold) + record.t);
    fold.lastTime = Math.max(fold.lastTime, time);
    foldTimed(fold, record, fold.placeAt(offset, time));
  }
}

/** Of one process. They are read and written with every slice of its journal; what a program itself names is far less. */
const most = { datasets: 1_000, seeds: 500 };

function foldTimed(fold: JournalFold, record: Exclude<KnownRecord, { kind: 'name' }>, place: Place): void {
  const { db, facts } = fold;
  const run = fold.run.key;
  const { time } = place;
  switch (record.kind) {
    case 'params':
      foldParams(fold, record, place);
      break;
    case 'tag':
      putTag(db, run, record.key, record.value, tagRank.journal, besideRankZero(facts, place));
      break;
    case 'artifact':
      foldArtifact(fold, record, place);
      break;
    case 'warning':
      putWarning(db, run, record.code, record.params, place);
      break;
    case 'environment':
      foldEnvironment(fold, record, place);
      break;
    case 'dataset': {
      const { name, path, sha256, bytes, shape, type } = record;
      const others = (facts.datasets ?? []).filter((dataset) => dataset.name !== name);
      if (others.length < most.datasets) others.push({ name, path, sha256, bytes, shape, type, time });
      facts.datasets = others;
      break;
    }
    case 'seed':
      if (Object.keys(facts.seeds ?? {}).length < most.seeds) {
        facts.seeds = { [record.source]: record.value, ...facts.seeds };
      }
      break;
    case 'exception': {
      const { type, message, file, line, traceback, locals } = record;
      facts.exception = { time, type, message, file, line, traceback, locals };
      break;
    }
    case 'end': {
      const { exitCode, peakMemoryBytes, cpuSeconds } = record;
      facts.end = { time, exitCode, peakMemoryBytes, cpuSeconds };
    }
  }
}

/** Answers false where the record cannot be this file's. */
function foldOpen(fold: JournalFold, record: JournalOpen, offset: number): boolean {
  const { facts } = fold;
  if (record.run !== fold.run.id) {
    if (!isId(record.run) || !isOwnOpen(fold, record, offset)) return false;
    facts.leftOut = 'foreign';
    const params = { file: fileName(fold), run: record.run };
    putWarning(fold.db, fold.run.key, 'journal-foreign', params, fold.placeAt(offset, fold.run.created));
    return true;
  }
  const { host, boot, pid, procStart, pidNamespace, role, rank, start } = record;
  facts.process = { host, boot, pid, procStart, pidNamespace };
  facts.role = role;
  if (rank !== null) facts.rank = rank;
  if (record.resumed) facts.resumed = true;
  facts.start = start;
  fold.lastTime = Math.max(fold.lastTime, start);
  return true;
}

/** A child process repeats what its parent was started with, so that only what it says itself counts. */
function foldParams(fold: JournalFold, record: z.infer<typeof journalParams>, place: Place): void {
  const { facts } = fold;
  if (facts.role !== undefined && facts.role !== 'main' && facts.rank !== 0 && record.source !== 'client') return;
  for (const [name, value] of Object.entries(record.values)) {
    putParam(fold.db, fold.run.key, name, maskValue(name, value), besideRankZero(facts, place));
  }
}

/** Ranks are kept apart: rank 0 speaks for the run, and what others call by the same names is theirs. */
function rankPrefix({ role, rank }: JournalFacts): string {
  return role === 'child' && rank ? `rank${rank}/` : '';
}

/** What another rank says, or nobody knows who, counts only where rank 0 says nothing, whichever came first. */
function besideRankZero(facts: JournalFacts, place: Place): Place {
  return rankPrefix(facts) || facts.role === undefined
    ? { ...place, time: place.time - Number.MAX_SAFE_INTEGER }
    : place;
}

function foldArtifact(fold: JournalFold, record: z.infer<typeof journalArtifact>, place: Place): void {
  const { type: kind, path, sha256, bytes } = record;
  const name = rankPrefix(fold.facts) + record.name;
  if (!isInside(path)) {
    putWarning(fold.db, fold.run.key, 'artifact-outside', { name, path }, place);
    return;
  }
  putArtifact(fold.db, fold.run.key, { name, kind, path, sha256, bytes }, place);
  foldPicture(fold, record, place);
}

/** Pictures of one name are looked at along their steps; a figure need not have one. */
function foldPicture(fold: JournalFold, record: z.infer<typeof journalArtifact>, { time, offset }: Place): void {
  const { path, type } = record;
  const step = record.step ?? (type === 'figure' ? 0 : undefined);
  if (step === undefined || !isPicture(path)) return;
  const place = { step, time, file: fold.file.key, offset, item: 0, path };
  putMedia(fold.db, fold.run.key, 'image', rankPrefix(fold.facts) + record.name, place);
}

function foldEnvironment(fold: JournalFold, record: z.infer<typeof journalEnvironment>, place: Place): void {
  if (fold.facts.role !== 'main' && fold.facts.role !== undefined) return;
  fold.facts.python = record.python;
  for (const [name, version] of Object.entries(record.packages)) {
    putPackage(fold.db, fold.run.key, name, version, place);
  }
}

/** When the process began, also where its first record is damaged: the file's name says it too. */
function startOf(fold: JournalFold): number {
  return fold.facts.start ?? startInName(fold) ?? fold.run.created;
}

function startInName({ file }: JournalFold): number | undefined {
  const [, start] = /-(\d{1,16})\.jsonl$/.exec(file.name) ?? [];
  return start === undefined ? undefined : Number(start);
}

function fileName(fold: JournalFold): string {
  return `runs/${fold.run.id}/${fold.file.name}`;
}
