import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type FaultValue, systemCode } from '../base/fault.ts';
import { nowMicros } from '../base/time.ts';
import type { WarningCode } from '../contract/warnings.ts';
import {
  countRuns,
  damagedOps,
  everyArtifact,
  forgetUnreadable,
  indexProblems,
  openStore,
  removeIndex,
  runningRuns,
  type Store,
  warningsAbout,
} from '../store/index.ts';
import { ingest } from './ingest.ts';
import { isInside, runFolder } from './run-folder.ts';
import { type SealedJournal, sealRuns } from './sealed/seal-runs.ts';

export interface StoreProblem {
  /** Null where it is about the store as a whole. */
  run: string | null;
  code: WarningCode;
  params: Record<string, FaultValue>;
}

export interface StoreReport {
  store: string;
  rebuilt: boolean;
  runs: number;
  running: number;
  /** Runs that the index had as running, and that nobody looks after any more. */
  settled: string[];
  /** Journals that were packed, with their bytes before and after. */
  sealed: Omit<SealedJournal, 'problem'>[];
  problems: StoreProblem[];
}

const damage: WarningCode[] = [
  'journal-damaged',
  'journal-newer',
  'journal-foreign',
  'file-unreadable',
  'run-file-broken',
  'artifact-outside',
];

/**
 * Looks at everything in a store: settles what has ended unseen, seals the journals of what has, and says what is damaged.
 * With `rebuild` the index is first thrown away and made again from the files.
 *
 * @throws `store-broken` and the other reasons for which an index cannot be opened
 */
export async function examine(folder: string, { rebuild = false } = {}): Promise<StoreReport> {
  if (rebuild) removeIndex(folder);
  const store = openStore(folder);
  try {
    const before = runningRuns(store.db);
    if (!store.readOnly) forgetUnreadable(store.db);
    await ingest(store, { full: true });
    const still = new Set(runningRuns(store.db));
    const { sealed, unsealed } = await sealAll(store);
    return {
      store: folder,
      rebuilt: rebuild,
      ...countRuns(store.db),
      settled: before.filter((id) => !still.has(id)),
      sealed,
      problems: [
        ...indexProblems(store.db).map((problem) => ofStore('index-damaged', { problem })),
        ...damagedOps(store.db).map(({ name, damaged }) => ofStore('ops-damaged', { file: name, bytes: damaged })),
        ...warningsAbout(store.db, damage).map((warning) => ({ ...warning, code: warning.code as WarningCode })),
        ...(await damagedArtifacts(store)),
        ...unsealed,
      ],
    };
  } finally {
    store.close();
  }
}

async function sealAll(store: Store): Promise<{ sealed: StoreReport['sealed']; unsealed: StoreProblem[] }> {
  const sealed: StoreReport['sealed'] = [];
  const unsealed: StoreProblem[] = [];
  for await (const one of sealRuns(store, { restMicros: 0, now: nowMicros() })) {
    if (!one) continue;
    const { problem, ...outcome } = one;
    if (problem === null) sealed.push(outcome);
    else {
      const params = { file: `runs/${one.run}/${one.file}`, problem };
      unsealed.push({ run: one.run, code: 'journal-not-sealed', params });
    }
  }
  return { sealed, unsealed };
}

function ofStore(code: WarningCode, params: Record<string, FaultValue>): StoreProblem {
  return { run: null, code, params };
}

async function damagedArtifacts(store: Store): Promise<StoreProblem[]> {
  const problems: StoreProblem[] = [];
  for (const { run, path, sha256 } of everyArtifact(store.db)) {
    if (!isInside(path)) continue;
    const found = await digest(join(runFolder(store.folder, run), path));
    if (found === undefined) problems.push({ run, code: 'artifact-missing', params: { path } });
    else if (found !== sha256) problems.push({ run, code: 'artifact-changed', params: { path } });
  }
  return problems;
}

/** SHA-256 in hexadecimal; undefined where there is no such file. */
async function digest(file: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(file), hash);
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return undefined;
  }
  return hash.digest('hex');
}
