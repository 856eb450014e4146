import { createReadStream } from 'node:fs';
import { lstat, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { causeText, systemCode } from '../../base/fault.ts';
import { makeFolders } from '../../base/files.ts';
import { exactJson } from '../../base/json.ts';
import { productVersion } from '../../base/package-root.ts';
import { encodeRecord } from '../../base/records.ts';
import { isoTime, nowMicros } from '../../base/time.ts';
import { csvText } from '../../contract/csv-text.ts';
import { fault } from '../../contract/errors.ts';
import { type ExportFile, exportNames } from '../../contract/export.ts';
import { csvNumber } from '../../contract/points-csv.ts';
import type { RunDetails } from '../../contract/run.ts';
import { readOps, type Store } from '../../store/index.ts';
import { points } from '../points.ts';
import { runDetails } from '../run-details.ts';
import { runDocument } from '../run-document.ts';
import { openJournal } from '../sealed/journal-source.ts';
import { isSealed, journalName } from '../sealed/sealed-name.ts';
import { exportMark } from './export-mark.ts';
import { opRecordOf } from './op-record.ts';
import { copyHashed, type Sums, sumsText } from './sums.ts';

export interface ExportRequest {
  runs: readonly string[];
  /** Absolute; it is made. What is there must be empty. */
  folder: string;
  signal: AbortSignal;
  onRun?(done: number, all: number): void;
}

/**
 * Writes everything of some runs into a folder of its own, in formats that every tool reads. Where it cannot, or is broken off,
 * nothing is left of it.
 *
 * @throws `run-missing`, `run-running`, `run-queued`, `export-folder`, `export-failed`
 */
export async function exportRuns(store: Store, request: ExportRequest): Promise<void> {
  const { folder, signal } = request;
  const runs = request.runs.map((id) => runDetails(store, id));
  for (const { id, status } of runs) {
    if (status === 'running') throw fault('run-running', { run: id });
    if (status === 'queued') throw fault('run-queued', { run: id });
  }
  const wasThere = await requireEmpty(folder);
  try {
    makeFolders(folder);
  } catch (error) {
    throw exportFault(folder, error);
  }
  const sums: Sums = new Map();
  const write = async (path: string, bytes: AsyncIterable<Buffer> | Iterable<Buffer>) => {
    makeFolders(join(folder, path, '..'));
    sums.set(path, await copyHashed(bytes, join(folder, path), signal));
  };
  try {
    for (const [index, run] of runs.entries()) {
      await copyRun(run.directory, `runs/${run.id}`, write);
      await write(`summaries/${run.id}.json`, [Buffer.from(`${exactJson(runDocument(run), 2)}\n`)]);
      await write(`points/${run.id}.csv`, pointLines(store, run));
      request.onRun?.(index + 1, runs.length);
    }
    await write(exportNames.ops, opLines(store, runs));
    const list: ExportFile = {
      version: 1,
      trainyard: productVersion(),
      exported: isoTime(nowMicros()),
      runs: runs.map(({ id, name }) => ({ id, name })),
    };
    await write(exportNames.list, [Buffer.from(`${JSON.stringify(list, null, 2)}\n`)]);
    const text = sumsText(sums);
    await writeFile(join(folder, exportNames.sums), text, { flag: 'wx' });
    const mark = exportMark(text);
    if (mark !== undefined) await writeFile(join(folder, exportNames.mark), `${mark}\n`, { flag: 'wx' });
  } catch (error) {
    const made = wasThere ? (await readdir(folder)).map((name) => join(folder, name)) : [folder];
    for (const path of made) await rm(path, { recursive: true, force: true });
    throw exportFault(folder, error);
  }
}

function exportFault(folder: string, error: unknown): unknown {
  if (systemCode(error) === undefined) return error;
  return fault('export-failed', { folder, problem: causeText(error) }, error);
}

/** Answers whether it is there. */
async function requireEmpty(folder: string): Promise<boolean> {
  const found = await lstat(folder).catch(() => undefined);
  if (!found) return false;
  if (!found.isDirectory() || (await readdir(folder)).length > 0) throw fault('export-folder', { folder });
  return true;
}

/** Sealed journals as they were written. What is no file of its own, a link included, is left out. */
async function copyRun(
  from: string,
  to: string,
  write: (path: string, bytes: AsyncIterable<Buffer> | Iterable<Buffer>) => Promise<void>,
): Promise<void> {
  const entries = await readdir(from, { withFileTypes: true });
  const names = new Set(entries.map(({ name }) => name));
  for (const entry of entries) {
    const { name } = entry;
    if (entry.isDirectory()) await copyRun(join(from, name), `${to}/${name}`, write);
    if (!entry.isFile()) continue;
    if (!isSealed(name)) await write(`${to}/${name}`, createReadStream(join(from, name)));
    else if (!names.has(journalName(name))) {
      await write(`${to}/${journalName(name)}`, journalBytes(join(from, journalName(name))));
    }
  }
}

const stretch = 1_048_576;

function* journalBytes(path: string): Generator<Buffer> {
  const source = openJournal(path);
  try {
    for (let offset = 0; offset < source.size; offset += stretch) yield source.read(offset, stretch);
  } finally {
    source.close();
  }
}

const linesAtOnce = 10_000;

function* pointLines(store: Store, run: RunDetails): Generator<Buffer> {
  yield Buffer.from('metric,step,time,value\n');
  for (const name of Object.keys(run.metrics)) {
    const { steps, times, values } = points(store, run.id, name);
    const quoted = csvText(name);
    for (let from = 0; from < values.length; from += linesAtOnce) {
      let lines = '';
      for (let at = from; at < Math.min(from + linesAtOnce, values.length); at++) {
        const [step, time, value] = [steps[at], times[at], values[at]] as [number, number, number];
        lines += `${quoted},${csvNumber(step)},${isoTime(time)},${csvNumber(value)}\n`;
      }
      yield Buffer.from(lines);
    }
  }
}

/** What people said of the runs and still counts. */
function* opLines({ db }: Store, runs: RunDetails[]): Generator<Buffer> {
  for (const { id } of runs) {
    for (const row of readOps(db, id)) {
      const record = opRecordOf(row);
      if (record) yield encodeRecord(record);
    }
  }
}
