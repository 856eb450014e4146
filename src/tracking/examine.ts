import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { Fault, type FaultValue, systemCode } from '../base/fault.ts';
import { openHandleIfRegular } from '../base/regular-file.ts';
import { nowMicros } from '../base/time.ts';
import { fault } from '../contract/errors.ts';
import type { ExamineProgress, StoreProblem, StoreReport } from '../contract/store-report.ts';
import type { WarningCode } from '../contract/warnings.ts';
import {
  countRuns,
  damagedOps,
  everyArtifact,
  forgetUnreadable,
  indexFile,
  indexProblems,
  openStore,
  removeIndex,
  runningRuns,
  type Store,
  warningsAbout,
} from '../store/index.ts';
import { withActualName } from './actual-name.ts';
import { adoptAbandoned } from './adopt-runs.ts';
import { ingest } from './ingest.ts';
import { damagedSealed, mendJournals } from './mend-journals.ts';
import { mendRunFiles } from './mend-run-files.ts';
import { examineQueue } from './queue/examine-queue.ts';
import { readReplaced } from './read-replaced.ts';
import { insideRun, isInside, listLinkedRuns } from './run-folder.ts';
import { sealRuns } from './sealed/seal-runs.ts';

const damage: WarningCode[] = [
  'journal-damaged',
  'journal-damaged-more',
  'journal-gone',
  'journal-shrunk',
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
 * Looks at everything in a store: settles what has ended unseen, seals the journals of what has, mends what can be mended from
 * elsewhere in the store, and says what was and what is damaged. With `rebuild` the index is first thrown away and made again from
 * the files; so is one that turns out to be damaged.
 *
 * @throws `store-foreign`, `store-newer` and the other reasons for which an index cannot be opened, and must be left alone
 */
export async function examine(
  folder: string,
  { rebuild = false, progress }: ExamineOptions = {},
): Promise<StoreReport> {
  const mended = rebuild ? takeAway(folder) : [];
  try {
    return await examineOnce(folder, { rebuilt: rebuild, mended, progress });
  } catch (error) {
    if (!(error instanceof Fault && error.code === 'store-broken') || rebuild) throw error;
    const { problem = '' } = error.params;
    mended.push({ ...ofStore('index-rebuilt', { problem }), mended: true }, ...takeAway(folder));
    return await examineOnce(folder, { rebuilt: true, mended, progress });
  }
}

function takeAway(folder: string): StoreProblem[] {
  const file = indexFile(folder);
  const kept = removeIndex(folder);
  return kept === null ? [] : [{ ...ofStore('index-set-aside', { file, kept }), mended: true }];
}

interface Looking {
  rebuilt: boolean;
  mended: StoreProblem[];
  progress: ExamineOptions['progress'];
}

async function examineOnce(folder: string, { rebuilt, mended, progress }: Looking): Promise<StoreReport> {
  const store = openStore(folder);
  try {
    const [problem] = indexProblems(store.db);
    if (problem !== undefined) throw fault('store-broken', { file: store.index ?? folder, problem });
    const before = runningRuns(store.db);
    forgetUnreadable(store.db);
    const found = [...mended, ...mendRunFiles(store), ...mendJournals(store)];
    readReplaced(store);
    await ingest(store, { full: true, onRun: (done, all) => progress?.({ stage: 'index', done, all }) });
    const still = new Set(runningRuns(store.db));
    const adopted = adoptAbandoned(store);
    const { sealed, unsealed } = await sealAll(store, progress);
    return {
      store: folder,
      rebuilt,
      ...countRuns(store.db),
      settled: before.filter((id) => !still.has(id)),
      adopted,
      sealed,
      problems: [
        ...found,
        ...damagedOps(store.db).map(({ name, damaged }) => ofStore('ops-damaged', { file: name, bytes: damaged })),
        ...linkedRuns(folder),
        ...examineQueue(folder),
        ...damagedFiles(store),
        ...(await damagedArtifacts(store, progress)),
        ...unsealed,
      ],
    };
  } finally {
    store.close();
  }
}

function linkedRuns(store: string): StoreProblem[] {
  return listLinkedRuns(store).map((run) => ({
    run: null,
    code: 'run-folder-link',
    params: { file: `runs/${run}` },
    mended: false,
  }));
}

/** What is said of files in the index, and what has come to them since. */
function damagedFiles(store: Store): StoreProblem[] {
  const blocks = [...damagedSealed(store)];
  const said = warningsAbout(store.db, damage).map(({ run, code, params }) => ({
    run,
    code: code as WarningCode,
    params: withActualName(store.folder, params),
    mended: false,
  }));
  return [...said.filter((one) => !blocks.some((block) => isWithin(one, block))), ...blocks];
}

/** Whether what was read of a journal is the part of it that its sealed form has lost. */
function isWithin({ code, params }: StoreProblem, block: StoreProblem): boolean {
  if (code !== 'journal-damaged' || params.file !== block.params.file) return false;
  const from = Number(params.offset) - Number(block.params.offset);
  return from >= 0 && from < Number(block.params.bytes);
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
      unsealed.push({ run: one.run, code: 'journal-not-sealed', params, mended: false });
    }
  }
  return { sealed, unsealed };
}

function ofStore(code: WarningCode, params: Record<string, FaultValue>): StoreProblem {
  return { run: null, code, params, mended: false };
}

async function damagedArtifacts(store: Store, progress: ExamineOptions['progress']): Promise<StoreProblem[]> {
  const problems: StoreProblem[] = [];
  const artifacts = everyArtifact(store.db);
  for (const [index, { run, path, sha256 }] of artifacts.entries()) {
    progress?.({ stage: 'files', done: index, all: artifacts.length });
    if (!isInside(path)) continue;
    const file = insideRun(store.folder, run, path);
    const found = file === null ? undefined : await digest(file);
    if (found === undefined) problems.push({ run, code: 'artifact-missing', params: { path }, mended: false });
    else if (found !== sha256) problems.push({ run, code: 'artifact-changed', params: { path }, mended: false });
  }
  return problems;
}

/** SHA-256 in hexadecimal; undefined where there is no such file. */
async function digest(file: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    const handle = await openHandleIfRegular(file);
    if (!handle) return undefined;
    await pipeline(handle.createReadStream(), hash);
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return undefined;
  }
  return hash.digest('hex');
}
