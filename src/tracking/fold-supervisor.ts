import { supervisorRecord } from '../contract/supervisor-record.ts';
import { type Database, putWarning, type RunFileRow, type RunRow } from '../store/index.ts';
import type { FileSlice } from './append-only.ts';
import { type FileFold, foldSlice } from './fold-file.ts';
import type { RunUsage, SupervisorFacts } from './journal-facts.ts';

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
    case 'exit': {
      const { t: time, code, signal, stopped, error } = record;
      facts.exit = { time, code, signal, stopped, error: error?.message ?? null };
      const used = usageOf(record);
      if (Object.values(used).some((value) => value !== null)) facts.usage = used;
      return true;
    }
    case 'events':
      facts.events = { ...facts.events, [record.file]: record.prefix };
      return true;
    case 'output':
    case 'stopping':
      return true;
  }
}

function usageOf(record: RunUsage): RunUsage {
  const { cpuSeconds, peakMemoryBytes, diskReadBytes, diskWrittenBytes } = record;
  return { cpuSeconds, peakMemoryBytes, diskReadBytes, diskWrittenBytes };
}
