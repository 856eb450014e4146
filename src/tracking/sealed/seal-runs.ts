import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { causeText, systemCode } from '../../base/fault.ts';
import { liveness as systemLiveness } from '../../base/process-identity.ts';
import { readFiles, type Store, settledRuns } from '../../store/index.ts';
import type { JournalFacts, SupervisorFacts } from '../journal-facts.ts';
import { listFolder, runFolder, supervisorFile } from '../run-folder.ts';
import type { Liveness } from '../run-status.ts';
import { sealJournal } from './seal-journal.ts';
import { sealedName } from './sealed-name.ts';

/** A smaller journal stays as it is: what sealing saves is less than what a file takes anyway. */
export const leastSealed = 64 * 1024;

export interface SealOptions {
  /** Runs that ended less long ago are left for later. */
  restMicros: number;
  now: number;
  liveness?: Liveness;
  /** Journals by run and name that need no second look. Those that were looked at are added. */
  done?: Set<string>;
}

/** What came of a journal; null while work on it goes on. */
export interface SealedJournal {
  run: string;
  /** The journal's name, without its folder. */
  file: string;
  /** The bytes of the journal, and of what stands for it now. */
  before: number;
  after: number;
  /** Why it could not be sealed; it is as it was. */
  problem: string | null;
}

/**
 * Seals the journals of settled runs to which nobody can write any more, and answers each as it is done. In between it
 * answers null, so that the caller may rest: the work from one answer to the next takes some milliseconds.
 *
 * @param store that may be written to
 */
export async function* sealRuns(store: Store, options: SealOptions): AsyncGenerator<SealedJournal | null> {
  const done = options.done ?? new Set();
  const liveness = options.liveness ?? systemLiveness;
  for (const run of settledRuns(store.db, leastSealed)) {
    if (run.ended !== null && Math.abs(options.now - run.ended) < options.restMicros) continue;
    const files = readFiles(store.db, run.key);
    const names = files.map((file) => file.name).filter((name) => !done.has(`${run.id}/${name}`));
    if (names.length === 0) continue;
    yield null;
    const facts = new Map(
      files.map(({ name, facts: text }) => [name, JSON.parse(text) as JournalFacts & SupervisorFacts]),
    );
    if (mayBeWrittenTo([...facts.values()], liveness)) continue;
    const folder = runFolder(store.folder, run.id);
    removeDrafts(folder, options.now);
    for (const { name, size } of files) {
      const isOurs = !facts.get(name)?.leftOut && facts.get(name)?.process !== undefined;
      if (isJournal(name) && isOurs && size >= leastSealed && !done.has(`${run.id}/${name}`)) {
        const sealed = yield* sealOne(folder, name, size);
        if (sealed) yield { run: run.id, file: name, ...sealed };
      }
      done.add(`${run.id}/${name}`);
    }
  }
}

const isJournal = (name: string) => name !== supervisorFile && name.endsWith('.jsonl') && !name.includes('/');

/** Whether a process that is named in a run's files is alive, or on another machine, where that cannot be seen. */
function mayBeWrittenTo(facts: (JournalFacts & SupervisorFacts)[], liveness: Liveness): boolean {
  const writers = facts.flatMap(({ process, supervisor }) => [process, supervisor]);
  return writers.some((writer) => writer !== undefined && liveness(writer) !== 'dead');
}

type Sealed = Omit<SealedJournal, 'run' | 'file'>;

/** Only what is in the index as it lies there: else the next look at the run comes first. */
async function* sealOne(folder: string, name: string, size: number): AsyncGenerator<null, Sealed | undefined> {
  const path = join(folder, name);
  const before = sizeOf(path);
  if (before !== size) return undefined;
  const sealed = sealedName(path);
  try {
    const work = sealJournal(path);
    for (let step = await work.next(); ; step = await work.next()) {
      if (step.done) return step.value === 'sealed' ? { before, after: sizeOf(sealed) ?? 0, problem: null } : undefined;
      yield null;
    }
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    return { before, after: before, problem: causeText(error) };
  }
}

function sizeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.size;
}

const draftPattern = /\.sealed\.\d+-[0-9a-f]{8}\.tmp$/;
const hourMicros = 3_600_000_000;

/** What sealing that was broken off left behind. */
function removeDrafts(folder: string, now: number): void {
  for (const { name } of listFolder(folder)) {
    if (!draftPattern.test(name)) continue;
    const touched = statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs;
    if (touched !== undefined && touched * 1000 < now - hourMicros) rmSync(join(folder, name), { force: true });
  }
}
