import { resolve } from 'node:path';
import type { RunImport } from '../contract/export.ts';
import type { ImportedRun, ImportReport } from '../contract/imports.ts';
import { eventFileReader, importEventLogs } from '../interop/index.ts';
import { createStore } from '../project/index.ts';
import { openStore } from '../store/index.ts';
import { importRuns, ingest, isExport, provideEventFileReader } from '../tracking/index.ts';
import { type Invocation, option } from './command.ts';
import { harmless } from './harmless.ts';
import { usage } from './parse.ts';
import { nothingMore } from './references.ts';
import { storeToWrite } from './store-to-write.ts';
import { print, printJson, warn } from './terminal.ts';

const noEvent = 'no event can be read';

export async function run(invocation: Invocation): Promise<number> {
  const [folder, ...others] = invocation.operands;
  if (folder === undefined || folder === '')
    throw usage('import', 'Name a folder of exported runs or of TensorBoard logs.');
  nothingMore('import', others);
  const broken = new AbortController();
  const cancel = () => broken.abort();
  process.once('SIGINT', cancel);
  const path = storeToWrite(invocation);
  const from = resolve(invocation.cwd, folder);
  createStore(path);
  provideEventFileReader(eventFileReader);
  const store = openStore(path);
  try {
    await ingest(store);
    if (isExport(from)) {
      if (option(invocation, 'experiment') !== undefined)
        throw usage('import', 'Exported runs keep their experiments.');
      const done = await importRuns(store, from, broken.signal);
      if (invocation.json) printJson(done);
      else print([...done.imported.map(({ name }) => `  + ${harmless(name)}`), counted(done)].join('\n'));
      return 0;
    }
    const request = { path: from, experiment: option(invocation, 'experiment') };
    const report = await importEventLogs(store, request, broken.signal, showProgress(invocation.json));
    for (const { folder: where, problem } of report.problems) warn(`${where}: ${problem ?? noEvent}`);
    if (invocation.json) printJson(importDocument(report));
    else print(summary(report));
    return 0;
  } catch (error) {
    if (!broken.signal.aborted) throw error;
    warn('Broken off. What was imported by then stays; import again to go on.');
    return 130;
  } finally {
    process.off('SIGINT', cancel);
    store.close();
  }
}

function counted({ imported, unchanged }: RunImport): string {
  return `${imported.length} imported, ${unchanged} here already.`;
}

function showProgress(json: boolean): (done: number, all: number) => void {
  if (json || !process.stderr.isTTY) return () => undefined;
  return (done, all) => {
    process.stderr.write(done === all ? '\r\u001b[K' : `\r\u001b[K${done} of ${all} folders`);
  };
}

function importDocument({ imported, updated, unchanged, problems }: ImportReport) {
  const named = ({ run: id, name, folder }: ImportedRun) => ({ id, name, folder });
  return {
    imported: imported.map(named),
    updated: updated.map(named),
    unchanged,
    problems: problems.map(({ folder, problem }) => ({ folder, problem: problem ?? noEvent })),
  };
}

function summary({ imported, updated, unchanged }: ImportReport): string {
  const lines = [
    ...imported.map(({ name }) => `  + ${harmless(name)}`),
    ...updated.map(({ name }) => `  ↑ ${harmless(name)}`),
    `${imported.length} imported, ${updated.length} brought up to date, ${unchanged} unchanged.`,
  ];
  return lines.join('\n');
}
