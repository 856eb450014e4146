import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type FaultValue, systemCode } from '../base/fault.ts';
import type { WarningCode } from '../contract/warnings.ts';
import {
  countRuns,
  damagedOps,
  everyArtifact,
  indexProblems,
  openStore,
  removeIndex,
  runningRuns,
  type Store,
  warningsAbout,
} from '../store/index.ts';
import { ingest } from './ingest.ts';
import { isInside, runFolder } from './run-folder.ts';

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
 * Looks at everything in a store: settles what has ended unseen, and says what is damaged. With `rebuild` the index is
 * first thrown away and made again from the files.
 *
 * @throws `store-broken` and the other reasons for which an index cannot be opened
 */
export async function examine(folder: string, { rebuild = false } = {}): Promise<StoreReport> {
  if (rebuild) removeIndex(folder);
  const store = openStore(folder);
  try {
    const before = runningRuns(store.db);
    await ingest(store, { full: true });
    const still = new Set(runningRuns(store.db));
    return {
      store: folder,
      rebuilt: rebuild,
      ...countRuns(store.db),
      settled: before.filter((id) => !still.has(id)),
      problems: [
        ...indexProblems(store.db).map((problem) => ofStore('index-damaged', { problem })),
        ...damagedOps(store.db).map(({ name, damaged }) => ofStore('ops-damaged', { file: name, bytes: damaged })),
        ...warningsAbout(store.db, damage).map((warning) => ({ ...warning, code: warning.code as WarningCode })),
        ...(await damagedArtifacts(store)),
      ],
    };
  } finally {
    store.close();
  }
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
