import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type FaultValue, systemCode } from '../base/fault.ts';
import { nowMicros } from '../base/time.ts';
import type { ExamineProgress, StoreProblem, StoreReport } from '../contract/store-report.ts';
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
import { sealRuns } from './sealed/seal-runs.ts';

const damage: WarningCode[] = [
  'journal-damaged',
  'journal-newer',
  'journal-foreign',
  'file-unreadable',
  'run-file-broken',
  'artifact-outside',
];

export interface ExamineOptions {
  rebuild?: boolean;
  progress?: ((now: ExamineProgress) => void) | undefined;
}

/**
 * Looks at everything in a store: settles what has ended unseen, seals the journals of what has, and says what is damaged.
 * With `rebuild` the index is first thrown away and made again from the files.
 *
 * @throws `store-broken` and the other reasons for which an index cannot be opened
 */
export async function examine(
  folder: string,
  { rebuild = false, progress }: ExamineOptions = {},
): Promise<StoreReport> {
  if (rebuild) removeIndex(folder);
  const store = openStore(folder);
  try {
    const before = runningRuns(store.db);
    if (!store.readOnly) forgetUnreadable(store.db);
    await ingest(store, { full: true, onRun: (done, all) => progress?.({ stage: 'index', done, all }) });
    const still = new Set(runningRuns(store.db));
    const { sealed, unsealed } = await sealAll(store, progress);
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
        ...(await damagedArtifacts(store, progress)),
        ...unsealed,
      ],
    };
  } finally {
    store.close();
  }
}

async function sealAll(
  store: Store,
  progress: ExamineOptions['progress'],
): Promise<{ sealed: StoreReport['sealed']; unsealed: StoreProblem[] }> {
  const sealed: StoreReport['sealed'] = [];
  const unsealed: StoreProblem[] = [];
  for await (const one of sealRuns(store, { restMicros: 0, now: nowMicros() })) {
    if (!one) continue;
    progress?.({ stage: 'journals', done: sealed.length + unsealed.length + 1, all: null });
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

async function damagedArtifacts(store: Store, progress: ExamineOptions['progress']): Promise<StoreProblem[]> {
  const problems: StoreProblem[] = [];
  const artifacts = everyArtifact(store.db);
  for (const [index, { run, path, sha256 }] of artifacts.entries()) {
    progress?.({ stage: 'files', done: index, all: artifacts.length });
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
