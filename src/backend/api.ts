import { readFile } from 'node:fs/promises';
import type { ApiEvents, LaunchRequest } from '../contract/api.ts';
import { fault } from '../contract/errors.ts';
import { exportNames } from '../contract/export.ts';
import type { OpToDo } from '../contract/ops.ts';
import { importEventLogs } from '../interop/index.ts';
import { createStore } from '../project/index.ts';
import { knownNames } from '../store/index.ts';
import {
  applyOps,
  codeChanges,
  codeFile,
  curves,
  deleteRuns,
  exportRuns,
  findInterpreters,
  importRuns,
  isExport,
  launch,
  listRuns,
  media,
  points,
  readOutput,
  rerunRequest,
  retryRequest,
  runBytes,
  runDetails,
  stopRun,
  tree,
  treeMembers,
  watchAnomalies,
} from '../tracking/index.ts';
import type { Answers } from './checked.ts';
import { examineApart } from './examine-apart.ts';
import { writePointsCsv } from './export-points.ts';
import type { Folders } from './folders.ts';
import { unhurried } from './progress.ts';
import { queueAnswers } from './queue.ts';
import { reproduceFor } from './reproduce.ts';
import { scriptForm, scriptsOf } from './scripts.ts';

interface Tell {
  reproducing(step: ApiEvents['reproducing']): void;
  progress(now: ApiEvents['progress']): void;
}

/** What every call does: thin, over the functions that the command line calls too. */
export function answers(folders: Folders, tell: Tell): Answers {
  const directory = (input: { folder: string; run: string }) =>
    runDetails(folders.reading(input.folder), input.run).directory;

  async function change(folder: string, ops: OpToDo[]): Promise<OpToDo[]> {
    const store = folders.writing(folder);
    const inverse = await applyOps(store, ops);
    await folders.touched(
      folder,
      ops.map(({ run }) => run),
    );
    return inverse;
  }

  async function start(folder: string, request: LaunchRequest, signal: AbortSignal) {
    const started = await launch(request.folder, { ...request, store: folders.starting(folder) }, signal);
    await folders.touched(folder, [started.run]);
    return started;
  }

  return {
    open: (input) => folders.show(input.folders),
    runs: async ({ folder, ...query }) => listRuns(folders.reading(folder), query),
    tree: async ({ folder, ...query }) => tree(folders.reading(folder), query),
    members: async ({ folder, view, group }) => treeMembers(folders.reading(folder), view, group),
    names: async ({ folder }) => knownNames(folders.reading(folder).db),
    run: async ({ folder, run }) => runDetails(folders.reading(folder), run),
    curves: async ({ folder, run, ...query }) => curves(folders.reading(folder), run, query),
    points: async ({ folder, run, name, kind }) => points(folders.reading(folder), run, name, kind),
    media: async ({ folder, run, ...query }) => media(folders.reading(folder), run, query),
    output: async ({ folder, run, ...query }) => readOutput(directory({ folder, run }), query),
    patch: async ({ folder, run }) => {
      const patch = runDetails(folders.reading(folder), run).code?.patch;
      return patch ? readFile(patch, 'utf8') : '';
    },
    codeChanges: async ({ folder, run, between }, signal) => {
      folders.starting(folder);
      return codeChanges(runDetails(folders.reading(folder), run), between, signal);
    },
    codeFile: async ({ folder, run, path, version }, signal) => {
      folders.starting(folder);
      return codeFile(runDetails(folders.reading(folder), run), path, version, signal);
    },
    exportPoints: async ({ folder, run, name, kind, path }, signal) => {
      await writePointsCsv(path, points(folders.reading(folder), run, name, kind), signal);
      return null;
    },
    scripts: ({ folder }, signal) => scriptsOf(folders, folder, signal),
    script: ({ folder, path, module, python }) => scriptForm(folders, { folder, path, module, python }),
    interpreters: async ({ folder }) => {
      folders.starting(folder);
      return findInterpreters(folder);
    },
    launch: (input, signal) => start(input.folder, input, signal),
    rerun: async ({ folder, run, args, secrets, ...given }, signal) => {
      folders.starting(folder);
      const request = rerunRequest(directory({ folder, run }), args, secrets);
      return start(folder, { ...request, ...given }, signal);
    },
    retry: async ({ folder, run, secrets, ...given }, signal) => {
      folders.starting(folder);
      const request = retryRequest(runDetails(folders.reading(folder), run), secrets);
      return start(folder, { ...request, ...given }, signal);
    },
    ...queueAnswers(folders),
    reproduce: ({ run, ...input }, signal) =>
      reproduceFor(folders, { run, ...input }, (step) => tell.reproducing({ run, ...step }), signal),
    importLogs: async ({ folder, ...request }, signal) => {
      createStore(folders.starting(folder));
      const report = await importEventLogs(folders.writing(folder), request, signal);
      await folders.touched(
        folder,
        [...report.imported, ...report.updated].map(({ run }) => run),
      );
      return report;
    },
    stop: async ({ folder, run }, signal) => {
      folders.starting(folder);
      await stopRun(directory({ folder, run }), signal);
      await folders.touched(folder, [run]);
      return null;
    },
    name: ({ folder, run, name }) => change(folder, [{ op: 'name', run, name }]),
    note: ({ folder, run, note }) => change(folder, [{ op: 'note', run, note }]),
    tag: ({ folder, runs, key, value }) =>
      change(
        folder,
        runs.map((run) => ({ op: 'tag', run, key, value })),
      ),
    star: ({ folder, runs, starred }) =>
      change(
        folder,
        runs.map((run) => ({ op: 'star', run, starred })),
      ),
    archive: ({ folder, runs, archived }) =>
      change(
        folder,
        runs.map((run) => ({ op: 'archive', run, archived })),
      ),
    delete: async ({ folder, runs }) => {
      const bytes = await deleteRuns(folders.writing(folder), runs);
      await folders.touched(folder, runs);
      return { bytes };
    },
    change: ({ folder, ops }) => change(folder, ops),
    watchAnomalies: async ({ folder, metric, on }) => {
      await folders.touched(folder, await watchAnomalies(folders.writing(folder), metric, on));
      return null;
    },
    size: async ({ folder, runs }) => ({ bytes: runBytes(folders.reading(folder), runs) }),
    exportRuns: async ({ folder, runs, path, work }, signal) => {
      folders.starting(folder);
      const told = unhurried<ApiEvents['progress']>(tell.progress);
      const onRun = (done: number, all: number) => told({ work, done, all });
      await exportRuns(folders.reading(folder), { runs, folder: path, signal, onRun });
      return null;
    },
    importRuns: async ({ folder, path, work }, signal) => {
      const store = folders.starting(folder);
      if (!isExport(path)) throw fault('not-exported', { folder: path, file: exportNames.list });
      createStore(store);
      const told = unhurried<ApiEvents['progress']>(tell.progress);
      const onRun = (done: number, all: number) => told({ work, done, all });
      const done = await importRuns(folders.writing(folder), path, signal, onRun);
      await folders.touched(
        folder,
        done.imported.map(({ id }) => id),
      );
      return done;
    },
    examine: async ({ folder, rebuild, work }, signal) => {
      const store = folders.examining(folder, rebuild);
      const report = await examineApart({ store, rebuild }, (now) => tell.progress({ work, ...now }), signal);
      await folders.touched(folder, report.settled);
      return report;
    },
  };
}
