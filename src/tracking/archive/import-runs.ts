import { createHash } from 'node:crypto';
import { createReadStream, existsSync, lstatSync, readFileSync, writeFileSync } from 'node:fs';
import { readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { causeText, systemCode } from '../../base/fault.ts';
import { makeFolders, writeWhole } from '../../base/files.ts';
import { isId } from '../../base/ids.ts';
import { parseJson } from '../../base/json.ts';
import { encodeRecord, frameText, nextFrame } from '../../base/records.ts';
import { fault } from '../../contract/errors.ts';
import { type ExportFile, exportFile, exportNames, type RunImport } from '../../contract/export.ts';
import { opRecord, opToDo } from '../../contract/ops.ts';
import { runFile } from '../../contract/run-file.ts';
import { deletedRuns, type Store } from '../../store/index.ts';
import { bringBack } from '../apply-ops.ts';
import { ingest } from '../ingest.ts';
import { hasOwnMark } from '../mark.ts';
import { runFolder } from '../run-folder.ts';
import { isOwnExport } from './export-mark.ts';
import { checkSum, copyHashed, parseSums, type Sums } from './sums.ts';

/** Whether a folder was exported. */
export const isExport = (folder: string) => existsSync(join(folder, exportNames.list));

/**
 * Takes the runs of an exported folder into a store, each whole and with the hashes that it was exported with, and what people
 * said of them. A run that is here already stays as it is; one that was deleted here comes back.
 *
 * @throws `export-unreadable`, `export-damaged`, `store-not-writable`
 */
export async function importRuns(
  store: Store,
  folder: string,
  signal: AbortSignal,
  onRun?: (done: number, all: number) => void,
): Promise<RunImport> {
  const text = (await readWhole(folder, exportNames.sums)).toString('utf8');
  const sums = parseSums(join(folder, exportNames.sums), text);
  const source: Source = { folder, sums, isOwn: isOwnExport(folder, text), signal };
  const list = parseList(folder, await readChecked(folder, exportNames.list, sums));
  const ops = await readChecked(folder, exportNames.ops, sums);
  const deleted = deletedRuns(store.db);
  const missing = list.runs.filter(({ id }) => deleted.has(id) || !existsSync(runFolder(store.folder, id)));
  for (const [index, { id }] of missing.entries()) {
    await importRun(store, source, id, () => {
      if (deleted.has(id)) bringBack(store, [id]);
    });
    onRun?.(index + 1, missing.length);
  }
  const ids = new Set(missing.map(({ id }) => id));
  keepOps(store, ops, ids);
  await ingest(store);
  return { imported: missing, unchanged: list.runs.length - missing.length };
}

interface Source {
  folder: string;
  sums: Sums;
  /** It is as this user exported it. */
  isOwn: boolean;
  signal: AbortSignal;
}

/** The mark covers what is started and not its code and its environment, which somebody may have changed: it is not started again. */
function removeMark(file: string): void {
  const read = runFile.safeParse(parseJson(readFileSync(file, 'utf8')));
  if (read.success && hasOwnMark(read.data)) {
    writeFileSync(file, `${JSON.stringify({ ...read.data, mark: null }, null, 2)}\n`);
  }
}

/** @param announce is called before the run is there: whoever sees it must know by then that it is no longer deleted */
async function importRun(
  store: Store,
  { folder, sums, isOwn, signal }: Source,
  id: string,
  announce: () => void,
): Promise<void> {
  const draft = join(store.folder, 'runs', `.${id}.draft`);
  const prefix = `runs/${id}/`;
  const files = [...sums.keys()].filter((path) => path.startsWith(prefix));
  if (!files.includes(`${prefix}run.json`)) {
    const problem = `it does not name ${prefix}run.json`;
    throw fault('export-unreadable', { file: join(folder, exportNames.sums), problem });
  }
  try {
    await rm(draft, { recursive: true, force: true });
    for (const path of files) {
      const to = join(draft, path.slice(prefix.length));
      makeFolders(join(to, '..'));
      checkSum(sums, path, await copyHashed(createReadStream(regularFile(folder, path)), to, signal));
    }
    if (!isOwn) removeMark(join(draft, 'run.json'));
    await rm(runFolder(store.folder, id), { recursive: true, force: true });
    announce();
    await rename(draft, runFolder(store.folder, id));
  } catch (error) {
    if (systemCode(error) === 'ENOSPC') {
      throw fault('store-not-writable', { folder: store.folder, problem: causeText(error) }, error);
    }
    throw error;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** The path of a file of the folder. A link is none: it may lead anywhere. */
function regularFile(folder: string, path: string): string {
  const whole = join(folder, path);
  const parts = path.split('/').map((_, index, all) => join(folder, ...all.slice(0, index + 1)));
  if (parts.some((part) => lstatSync(part, { throwIfNoEntry: false })?.isSymbolicLink())) {
    throw fault('export-unreadable', { file: whole, problem: 'it is a link' });
  }
  if (!lstatSync(whole, { throwIfNoEntry: false })?.isFile()) {
    throw fault('export-unreadable', { file: whole, problem: 'there is no such file' });
  }
  return whole;
}

function readWhole(folder: string, name: string): Promise<Buffer> {
  return readFile(regularFile(folder, name));
}

async function readChecked(folder: string, name: string, sums: Sums): Promise<Buffer> {
  const bytes = await readWhole(folder, name);
  checkSum(sums, name, createHash('sha256').update(bytes).digest('hex'));
  return bytes;
}

function parseList(folder: string, bytes: Buffer): ExportFile {
  const file = join(folder, exportNames.list);
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw fault('export-unreadable', { file, problem: causeText(error) }, error);
  }
  const parsed = exportFile.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw fault('export-unreadable', { file, problem: `${issue?.path.join('.')}: ${issue?.message}` });
  }
  const wrong = parsed.data.runs.find(({ id }) => !isId(id));
  if (wrong) throw fault('export-unreadable', { file, problem: `${JSON.stringify(wrong.id)} is no run’s id` });
  return parsed.data;
}

/** Only what is said of the imported runs, in a file of its own: its content is its name, so that it comes only once. */
function keepOps(store: Store, bytes: Buffer, runs: ReadonlySet<string>): void {
  const kept: Buffer[] = [];
  for (let frame = nextFrame(bytes, 0); frame; frame = nextFrame(bytes, frame.end)) {
    const record = opRecord.safeParse(frame.torn ? undefined : parseJson(frameText(bytes, frame)));
    if (record.success && opToDo.safeParse(record.data).success && runs.has(record.data.run)) {
      kept.push(encodeRecord(record.data));
    }
  }
  if (kept.length === 0) return;
  const content = Buffer.concat(kept);
  const name = `import-${createHash('sha256').update(content).digest('hex').slice(0, 16)}.jsonl`;
  writeWhole(join(store.folder, 'ops', name), content);
}
