import { basename, relative, sep } from 'node:path';
import { causeText, systemCode } from '../base/fault.ts';
import { lookAt } from '../base/files.ts';
import { fault } from '../contract/errors.ts';
import type { ImportReport } from '../contract/imports.ts';
import { readImported, type Store } from '../store/index.ts';
import { importRun, ingestRuns, updateImportedRun } from '../tracking/index.ts';
import { findLogs, type LogFolder, readLogHead } from './event-files/find-logs.ts';

export interface ImportRequest {
  /** The folder of logs, absolute. */
  path: string;
  /** That the runs belong to; the folder's name where nothing is said. */
  experiment?: string | undefined;
}

/**
 * Makes a finished run of every folder of event files in a folder and below. What was imported before is brought up to date
 * instead, also where the files have been moved since.
 *
 * @param progress is told how many of how many folders are done
 * @throws `import-missing`, `no-event-files`, `cancelled`; what is imported by then stays
 */
export async function importEventLogs(
  store: Store,
  { path, experiment }: ImportRequest,
  signal: AbortSignal,
  progress: (done: number, all: number) => void = () => undefined,
): Promise<ImportReport> {
  if (!lookAt(path)?.isDirectory()) throw fault('import-missing', { folder: path });
  const { logs, problems } = await cancellable(findLogs(path, signal), signal);
  if (logs.length === 0) throw fault('no-event-files', { folder: path });
  const known = readImported(store.db);
  const report: ImportReport = { imported: [], updated: [], unchanged: 0, problems };
  for (const [done, log] of logs.entries()) {
    if (signal.aborted) throw fault('cancelled');
    progress(done, logs.length);
    try {
      await importOne(store, log, { path, experiment: experiment?.trim() || basename(path) }, known, report);
    } catch (error) {
      if (systemCode(error) === undefined) throw error;
      problems.push({ folder: log.folder, problem: causeText(error) });
    }
  }
  progress(logs.length, logs.length);
  return report;
}

async function importOne(
  store: Store,
  log: LogFolder,
  { path, experiment }: { path: string; experiment: string },
  known: Map<string, string>,
  report: ImportReport,
): Promise<void> {
  const head = readLogHead(log);
  if (!head) {
    report.problems.push({ folder: log.folder, problem: null });
    return;
  }
  const name = relative(path, log.folder).split(sep).join('/') || basename(path);
  const before = known.get(head.fingerprint);
  if (before === undefined) {
    const run = await importRun(store.folder, { name, experiment, tool: 'TensorBoard', ...log, ...head });
    known.set(head.fingerprint, run);
    await ingestRuns(store, [run]);
    report.imported.push({ run, name, folder: log.folder });
  } else if (await updateImportedRun(store.folder, before, log.files)) {
    await ingestRuns(store, [before]);
    report.updated.push({ run: before, name, folder: log.folder });
  } else {
    await ingestRuns(store, [before]);
    report.unchanged++;
  }
}

async function cancellable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (signal.aborted) throw fault('cancelled', {}, error);
    throw error;
  }
}
