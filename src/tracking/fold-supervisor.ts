import { isId } from '../base/ids.ts';
import { type SupervisorRecord, supervisorRecord } from '../contract/supervisor-record.ts';
import {
  type Database,
  putArtifact,
  putMedia,
  putUsedFile,
  putWarning,
  type RunFileRow,
  type RunRow,
  removeUsedFile,
} from '../store/index.ts';
import type { FileSlice } from './append-only.ts';
import { type FileFold, foldSlice } from './fold-file.ts';
import type { RunUsage, SupervisorFacts } from './journal-facts.ts';
import { isPicture } from './picture-size.ts';
import { isInside } from './run-folder.ts';

/** Folds what was seen of a run from outside into the index; answers how many bytes. */
export function foldSupervisor(db: Database, run: RunRow, file: RunFileRow, slice: FileSlice): number {
  return foldSlice<SupervisorFacts>(db, run, file, slice, foldRecord);
}

const knownKinds = new Set(supervisorRecord.options.flatMap((option) => [...option.shape.kind.values]) as string[]);

function foldRecord(fold: FileFold<SupervisorFacts>, raw: unknown, offset: number): boolean {
  if (typeof raw !== 'object' || raw === null || !('kind' in raw) || typeof raw.kind !== 'string') return false;
  if (!knownKinds.has(raw.kind)) {
    fold.unknown++;
    return true;
  }
  const parsed = supervisorRecord.safeParse(raw);
  if (!parsed.success) return false;
  const record = parsed.data;
  const { facts } = fold;
  fold.lastTime = Math.max(fold.lastTime, record.t);
  switch (record.kind) {
    case 'open': {
      if (record.run !== fold.run.id) {
        if (!isId(record.run) || offset > 0) return false;
        facts.leftOut = 'foreign';
        const params = { file: `runs/${fold.run.id}/${fold.file.name}`, run: record.run };
        putWarning(fold.db, fold.run.key, 'journal-foreign', params, fold.placeAt(offset, record.t));
        return true;
      }
      const { supervisor, os, cpu, cores, memoryBytes } = record;
      Object.assign(facts, { supervisor, os, cpu, cores, memoryBytes });
      return true;
    }
    case 'started':
      facts.process = record.process;
      facts.started = record.t;
      if (record.keeper) facts.keeper = record.keeper;
      return true;
    case 'usage':
      facts.usage = usageOf(record);
      return true;
    case 'gpus':
      facts.gpus = record.gpus.map((gpu) => gpu.name);
      return true;
    case 'warning':
      putWarning(fold.db, fold.run.key, record.code, record.params, fold.placeAt(offset, record.t));
      return true;
    case 'machine': {
      const { kind: _, t: __, ...machine } = record;
      facts.machine = machine;
      return true;
    }
    case 'installation': {
      const { kind: _, t: __, ...installation } = record;
      facts.installation = installation;
      return true;
    }
    case 'exit': {
      const { t: time, code, signal, stopped, error } = record;
      facts.exit = { time, code, signal, stopped, error: error?.message ?? null };
      if (record.unseen) facts.exit.unseen = true;
      if (record.unfinished) facts.exit.unfinished = true;
      const used = usageOf(record);
      if (Object.values(used).some((value) => value !== null)) facts.usage = used;
      return true;
    }
    case 'events':
      facts.events ??= {};
      facts.events[record.file] = record.prefix;
      return true;
    case 'file':
      foldFile(fold, record, offset);
      return true;
    case 'stopping':
      facts.stopping = true;
      return true;
    case 'done':
      delete facts.exit?.unfinished;
      return true;
    case 'output':
      return true;
  }
}

/** A file that was kept is an artifact, too. */
function foldFile(fold: FileFold<SupervisorFacts>, record: SupervisorRecord & { kind: 'file' }, offset: number): void {
  const { kind: _, t: time, access, flat, ...file } = record;
  const { path, sha256, bytes, what, kept } = file;
  if (access === 'write' && file.problem === 'gone') {
    removeUsedFile(fold.db, fold.run.key, access, path);
    return;
  }
  const place = fold.placeAt(offset, time);
  const isOwn = kept === null || isInside(kept);
  putUsedFile(fold.db, fold.run.key, access, { ...file, kept: isOwn ? kept : null, time }, flat);
  if (kept === null || sha256 === null || bytes === null) return;
  if (!isOwn) {
    putWarning(fold.db, fold.run.key, 'artifact-outside', { name: path, path: kept }, place);
    return;
  }
  const name = kept.replace(/^artifacts\//, '');
  putArtifact(fold.db, fold.run.key, { name, kind: what ?? 'file', path: kept, sha256, bytes }, place);
  if (what !== 'figure' || !isPicture(kept)) return;
  putMedia(fold.db, fold.run.key, 'image', name, { step: 0, time, file: fold.file.key, offset, item: 0, path: kept });
}

function usageOf(record: RunUsage): RunUsage {
  const { cpuSeconds, peakMemoryBytes, diskReadBytes, diskWrittenBytes } = record;
  return { cpuSeconds, peakMemoryBytes, diskReadBytes, diskWrittenBytes };
}
