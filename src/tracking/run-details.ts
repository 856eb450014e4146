import { dirname, resolve } from 'node:path';
import { storedPath } from '../base/files.ts';
import { fault } from '../contract/errors.ts';
import type { CodeSummary, Dataset, Failure, RunDetails, UsedFile } from '../contract/run.ts';
import type { CodeState, RunFile } from '../contract/run-file.ts';
import {
  findRun,
  type RunRow,
  readArtifacts,
  readMediaTags,
  readMetrics,
  readPackages,
  readSummaryRows,
  readUsedFiles,
  readWarnings,
  type Store,
} from '../store/index.ts';
import { runAnomalies } from './anomalies/read-anomalies.ts';
import type { RunSystem } from './derive-run.ts';
import { summarize } from './list-runs.ts';
import { presentCodeRoot, presentPath } from './present-path.ts';
import { tellPositions } from './queue/queue-state.ts';
import { insideRun, runFolder } from './run-folder.ts';
import { skippedMedia } from './skipped-media.ts';

/**
 * Everything about one run.
 *
 * @throws `run-missing`
 */
export function runDetails(store: Store, id: string): RunDetails {
  const row = existingRun(store, id);
  const [summary] = summarize(store.db, readSummaryRows(store.db, [row.key]));
  if (!summary) throw fault('run-missing', { run: id });
  tellPositions(store.folder, [summary]);
  const asked = row.asked === null ? null : (JSON.parse(row.asked) as RunFile);
  const system = JSON.parse(row.system) as RunSystem;
  const code = row.code === null ? null : (JSON.parse(row.code) as CodeState);
  const root = dirname(store.folder);
  const present = presentPath(root, asked, code);
  const datasets = (system.datasets ?? []).map((one) => ({
    ...one,
    path: one.path === null ? null : present(one.path),
  }));
  return {
    ...summary,
    failure: summary.failure && presentFailure(summary.failure, (path) => storedPath(root, present(path))),
    directory: runFolder(store.folder, id),
    command: asked?.command ?? [],
    args: asked?.args ?? [],
    cwd: asked?.cwd ?? '',
    interpreter: asked?.interpreter ?? null,
    env: asked?.env ?? {},
    origin: asked?.origin ?? 'script',
    rerunOf: asked?.rerunOf ?? null,
    attempt: asked?.attempt ?? null,
    host: asked?.host ?? '',
    user: asked?.user ?? '',
    note: row.note,
    ...system,
    machine: system.machine ?? null,
    installation: system.installation ?? null,
    seeds: system.seeds ?? {},
    datasets,
    systemMetrics: readMetrics(store.db, JSON.stringify([row.key]), 'system').get(row.key) ?? {},
    code: code && codeSummary(store, id, { ...code, root: presentCodeRoot(root, asked, code) }),
    packages: readPackages(store.db, row.key),
    ...usedFiles(store, row.key, datasets),
    artifacts: readArtifacts(store.db, row.key),
    media: readMediaTags(store.db, row.key),
    skippedMedia: skippedMedia(store, row.key),
    warnings: readWarnings(store.db, row.key),
    anomalyList: runAnomalies(store.db, row.key),
  };
}

function presentFailure(failure: Failure, present: (path: string) => string): Failure {
  const { file, locals } = failure;
  return {
    ...failure,
    file: file === null ? null : present(file),
    ...(locals && { locals: locals.map((frame) => ({ ...frame, file: present(frame.file) })) }),
  };
}

/** A path inside the store's root is kept relative to it, so that it is found also where the folder was moved. */
function usedFiles(store: Store, run: number, datasets: Dataset[]): Pick<RunDetails, 'inputs' | 'outputs'> {
  const root = dirname(store.folder);
  const { read, write } = readUsedFiles(store.db, run);
  const absolute = (file: UsedFile) => ({ ...file, path: resolve(root, file.path) });
  const inputs = read.map(absolute);
  const told = new Set(inputs.map(({ path }) => path));
  const named = datasets.flatMap((dataset) => {
    const { path } = dataset;
    return path === null || told.has(path) ? [] : [asInput({ ...dataset, path })];
  });
  return { inputs: [...inputs, ...named], outputs: write.map(absolute) };
}

/** A dataset of a run that no supervisor watched. */
function asInput({ path, time, bytes, sha256 }: Dataset & { path: string }): UsedFile {
  const unknown = { modified: null, files: null, problem: null, format: null, kept: null };
  const by = 'trainyard.dataset';
  return { ...unknown, path, time, bytes, sha256, sampled: false, changed: false, by, what: 'data' };
}

/** @throws `run-missing`, also for a run that was deleted */
export function existingRun(store: Store, id: string): RunRow {
  const row = findRun(store.db, id);
  if (!row || row.deleted) throw fault('run-missing', { run: id });
  return row;
}

function codeSummary(store: Store, id: string, state: CodeState): CodeSummary {
  const absolute = (path: string | null) => (path === null ? null : insideRun(store.folder, id, path));
  const { kind, root, commit, branch, dirty, omitted } = state;
  return { kind, root, commit, branch, dirty, patch: absolute(state.patch), copy: absolute(state.copy), omitted };
}
