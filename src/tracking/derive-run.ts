import { dirname, isAbsolute } from 'node:path';
import { systemCode } from '../base/fault.ts';
import { storedPath } from '../base/files.ts';
import { exactJson } from '../base/json.ts';
import { readKeeperLog } from '../base/keeper-log.ts';
import { readIfRegular } from '../base/regular-file.ts';
import type { ParameterValue } from '../contract/journal.ts';
import type { Dataset, Failure } from '../contract/run.ts';
import { type CodeState, codeState, type RunFile } from '../contract/run-file.ts';
import { maskSecrets } from '../contract/secrets.ts';
import type { Installation, Machine } from '../contract/supervisor-record.ts';
import { isDeleted, type OpRow, type RunFileRow, type RunRow, wholeMicros } from '../store/index.ts';
import type { JournalFacts, SupervisorFacts } from './journal-facts.ts';
import { outerEnd } from './outer-end.ts';
import { presentPath } from './present-path.ts';
import { insideRun, isEventFile, isSystemFile, largestRecord, runFolder, supervisorFile } from './run-folder.ts';
import { type Liveness, mainJournal, type RunEnd, type RunEvidence, runEnd } from './run-status.ts';
import { runTitle } from './run-title.ts';

/** The part of a run's page that has no column of its own. */
export interface RunSystem {
  pid: number | null;
  supervisorPid: number | null;
  os: string | null;
  cpu: string | null;
  cores: number | null;
  memoryBytes: number | null;
  cpuSeconds: number | null;
  peakMemoryBytes: number | null;
  diskReadBytes: number | null;
  diskWrittenBytes: number | null;
  gpus: string[];
  python: string | null;
  /** Null where no supervisor looked, or an older one. */
  machine?: Machine | null;
  installation?: Installation | null;
  /** Absent in rows that were derived before there were any. */
  seeds?: Record<string, ParameterValue>;
  datasets?: Dataset[];
}

export interface DeriveInput {
  store: string;
  row: RunRow;
  files: RunFileRow[];
  ops: OpRow[];
  /** When a file of the run grew last, in microseconds UTC. */
  touched: number;
  now: number;
  liveness: Liveness;
  /** Whether a run is in the queue and was never started. */
  waits: (run: string) => boolean;
}

/** The row of a run as it follows from its files, from what people did, and from who is alive. Reads only code/state.json and keeper.log. */
export function deriveRun(input: DeriveInput): RunRow {
  const { row, files } = input;
  const asked = row.asked === null ? null : (JSON.parse(row.asked) as RunFile);
  const supervisor = supervisorFacts(files);
  const journals = journalFacts(files);
  const created = asked?.created ?? createdById(row.id);
  const { touched, now, liveness } = input;
  const evidence: RunEvidence = { supervisor, journals, created, touched, now, liveness };
  if (supervisor.supervisor && !supervisor.exit && liveness(supervisor.supervisor) !== 'alive') {
    evidence.kept = readKeeperLog(runFolder(input.store, row.id))?.end;
  }
  evidence.outer = asked?.parent ? endAround(input.store, asked.parent, evidence) : undefined;
  if (asked?.queued && !supervisor.exit) evidence.queue = input.waits(row.id) ? 'waits' : 'left';
  const lastSign = files.reduce((latest, file) => Math.max(latest, file.last_time ?? 0), 0) || null;
  const imported = asked?.origin === 'import' ? importedEnd(created, lastSign) : undefined;
  const end = imported ?? (asked ? runEnd(evidence) : { ...runEnd(evidence), status: 'lost' as const });
  const code = end.status === 'queued' ? null : (row.code ?? readCodeState(input.store, row.id));
  return {
    ...row,
    ...opColumns(input.ops, asked?.name ?? row.id),
    experiment: asked?.experiment ?? '',
    run_group: asked?.group?.trim() || null,
    parent: asked?.parent || null,
    created,
    title: asked ? runTitle(asked.target) : '',
    target: JSON.stringify(asked?.target ?? { kind: 'program', argv: ['?'] }),
    status: end.status,
    started: end.started,
    ended: notBefore(end.started, end.ended ?? (end.status === 'lost' ? lastSign : null)),
    exit_code: end.exitCode,
    signal: end.signal,
    failure: failureOf(end, journals, supervisor, (path) => keptPath(input.store, asked, code, path)),
    code,
    system: exactJson(systemOf(supervisor, journals)),
    settled: asked && end.status !== 'running' && !end.writersAlive && !mayStillCome(end, supervisor, evidence) ? 1 : 0,
  };
}

/** Only of a run that did not see its own end, and had no supervisor of its own. */
function endAround(store: string, parent: string, { supervisor, journals, liveness }: RunEvidence) {
  const main = mainJournal(journals);
  if (supervisor.supervisor || !main?.process || main.end || liveness(main.process) !== 'dead') return undefined;
  return outerEnd(store, parent, main.process, liveness);
}

/** A clock that was set back while the run went on makes no run shorter than nothing. */
function notBefore(started: number | null, ended: number | null): number | null {
  return started === null || ended === null ? ended : Math.max(started, ended);
}

/** What another tool recorded is over, and lasted from its first event to its last. */
function importedEnd(created: number, lastSign: number | null): RunEnd {
  const ended = Math.max(created, lastSign ?? created);
  return { status: 'finished', started: created, ended, exitCode: null, signal: null, writersAlive: false };
}

const dayMicros = 86_400_000_000;

/** What another machine left behind without an end may be on its way here. */
function mayStillCome(end: RunEnd, supervisor: SupervisorFacts, evidence: Parameters<typeof runEnd>[0]): boolean {
  if (end.status !== 'lost') return false;
  const process = supervisor.supervisor ?? mainJournal(evidence.journals)?.process;
  const recent = Math.abs(evidence.now - Math.max(evidence.touched, evidence.created)) < dayMicros;
  return recent && (process === undefined || evidence.liveness(process) === 'elsewhere');
}

export function supervisorFacts(files: RunFileRow[]): SupervisorFacts {
  const file = files.find((candidate) => candidate.name === supervisorFile);
  return file ? (JSON.parse(file.facts) as SupervisorFacts) : {};
}

function journalFacts(files: RunFileRow[]): JournalFacts[] {
  return files
    .filter(({ name }) => name !== supervisorFile && !isSystemFile(name) && !isEventFile(name))
    .map((file) => JSON.parse(file.facts) as JournalFacts)
    .sort((a, b) => (a.start ?? 0) - (b.start ?? 0));
}

function systemOf(supervisor: SupervisorFacts, journals: JournalFacts[]): RunSystem {
  const main = mainJournal(journals);
  return {
    pid: supervisor.process?.pid ?? main?.process?.pid ?? null,
    supervisorPid: supervisor.supervisor?.pid ?? null,
    os: supervisor.os ?? null,
    cpu: supervisor.cpu ?? null,
    cores: supervisor.cores ?? null,
    memoryBytes: supervisor.memoryBytes ?? null,
    cpuSeconds: supervisor.usage?.cpuSeconds ?? main?.end?.cpuSeconds ?? null,
    peakMemoryBytes: largest(supervisor.usage?.peakMemoryBytes, main?.end?.peakMemoryBytes),
    diskReadBytes: supervisor.usage?.diskReadBytes ?? null,
    diskWrittenBytes: supervisor.usage?.diskWrittenBytes ?? null,
    gpus: supervisor.gpus ?? [],
    python: main?.python ?? null,
    machine: supervisor.machine ?? null,
    installation: supervisor.installation ?? null,
    seeds: Object.assign({}, ...journals.map(({ seeds }) => seeds).reverse()),
    datasets: namedDatasets(journals),
  };
}

/** The last of each name that rank 0 or a process without a rank gave. */
function namedDatasets(journals: JournalFacts[]): Dataset[] {
  const speaking = journals.filter(({ rank }) => !rank).flatMap(({ datasets }) => datasets ?? []);
  return [...new Map(speaking.map((dataset) => [dataset.name, dataset])).values()];
}

/** Samples of the whole tree may miss a peak shortly before the end; the script's own account knows nothing of its children. */
function largest(...values: (number | null | undefined)[]): number | null {
  const known = values.filter((value) => typeof value === 'number');
  return known.length > 0 ? Math.max(...known) : null;
}

function failureOf(
  end: RunEnd,
  journals: JournalFacts[],
  supervisor: SupervisorFacts,
  kept: (path: string) => string,
): string | null {
  if (end.status !== 'failed' && end.status !== 'lost') return null;
  const exception = firstException(journals);
  if (!exception) return startFailure(supervisor);
  const { type, line } = exception;
  const file = exception.file === null ? null : kept(exception.file);
  const locals = exception.locals?.map((frame) => ({ ...frame, file: kept(frame.file) }));
  const message = maskSecrets(exception.message);
  const traceback = maskSecrets(exception.traceback);
  return exactJson({ type, message, file, line, traceback, ...(locals && { locals }) } satisfies Failure);
}

/** A path as the index keeps it: relative to the store's root where it lies inside, or did before the store was moved. */
function keptPath(store: string, asked: RunFile | null, code: string | null, path: string): string {
  if (!isAbsolute(path)) return path;
  const root = dirname(store);
  const present = presentPath(root, asked, code === null ? null : (JSON.parse(code) as CodeState));
  return storedPath(root, present(path));
}

/** The script's own; of a distributed training the earliest of any rank, because the others fail when one has gone. */
function firstException(journals: JournalFacts[]): JournalFacts['exception'] {
  const speaking = [mainJournal(journals), ...journals.filter(({ rank }) => rank !== undefined)];
  const exceptions = speaking.flatMap((journal) => journal?.exception ?? []);
  return exceptions.sort((a, b) => a.time - b.time)[0];
}

/** A program that could not be started says why through its supervisor. */
function startFailure(supervisor: SupervisorFacts): string | null {
  const message = supervisor.exit?.error;
  if (typeof message !== 'string') return null;
  return exactJson({ type: 'StartError', message, file: null, line: null, traceback: '' } satisfies Failure);
}

function opColumns(
  ops: OpRow[],
  askedName: string,
): Pick<RunRow, 'name' | 'note' | 'starred' | 'archived' | 'deleted'> {
  const value = (op: OpRow['op']): unknown => {
    const row = ops.find((candidate) => candidate.op === op);
    return row && JSON.parse(row.value);
  };
  return {
    name: (value('name') as string | undefined) ?? askedName,
    note: (value('note') as string | undefined) ?? '',
    starred: value('star') === true ? 1 : 0,
    archived: value('archive') === true ? 1 : 0,
    deleted: isDeleted(ops) ? 1 : 0,
  };
}

/** A run's id begins with the milliseconds of its making. */
function createdById(id: string): number {
  return wholeMicros(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16) * 1000);
}

function readCodeState(store: string, id: string): string | null {
  try {
    const path = insideRun(store, id, 'code/state.json');
    if (path === null) return null;
    const text = readIfRegular(path, largestRecord)?.toString('utf8');
    const parsed = codeState.safeParse(text === undefined ? undefined : JSON.parse(text));
    return parsed.success ? JSON.stringify(parsed.data) : null;
  } catch (error) {
    if (error instanceof SyntaxError || systemCode(error) !== undefined) return null;
    throw error;
  }
}
