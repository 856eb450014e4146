import { appendFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId } from '../../src/base/ids.ts';
import { exactJson } from '../../src/base/json.ts';
import type { RunFile } from '../../src/contract/run-file.ts';
import type { DriverName } from '../../src/store/driver.ts';

export const drivers: DriverName[] = ['better-sqlite3', 'node:sqlite'];

/** An identity that no process here has: Linux gives out pids up to 2^22. */
export const deadProcess = { host: hostname(), boot: null, pid: 4_194_305, procStart: null };
export const runStart = 1_790_000_000_000_000;

/** A new store folder, which must be removed with its parent. */
export function makeStore(): { root: string; store: string } {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'trainyard-store-')));
  const store = join(root, '.trainyard');
  mkdirSync(join(store, 'runs'), { recursive: true });
  return { root, store };
}

export function removeStore({ root }: { root: string }): void {
  rmSync(root, { recursive: true, force: true });
}

export function runFile(changes: Partial<RunFile> = {}): RunFile {
  return {
    version: 1,
    id: newId(),
    name: 'a run',
    experiment: 'credit',
    created: runStart,
    target: { kind: 'script', path: 'src/train.py' },
    args: [],
    command: ['python', 'src/train.py'],
    cwd: '/work',
    interpreter: '/usr/bin/python3',
    env: {},
    tags: {},
    origin: 'cli',
    rerunOf: null,
    host: hostname(),
    user: 'ada',
    trainyard: '0.1.0',
    mark: null,
    ...changes,
  };
}

/** Writes a run's folder with its run.json; answers the id. */
export function writeRun(store: string, changes: Partial<RunFile> = {}): string {
  const file = runFile(changes);
  mkdirSync(join(store, 'runs', file.id), { recursive: true });
  writeFileSync(join(store, 'runs', file.id, 'run.json'), JSON.stringify(file));
  return file.id;
}

/** The framing of RFC 7464, with numbers as a journal writes them. */
export function record(value: unknown): string {
  return `\u001e${exactJson(value)}\n`;
}

export interface JournalOptions {
  role?: 'main' | 'child';
  rank?: number | null;
  start?: number;
  pid?: number;
  run?: string;
}

/** Appends records to a journal of a run, beginning with its `open` where the file is new; answers the file's name. */
export function journal(store: string, id: string, records: unknown[], options: JournalOptions = {}): string {
  const { role = 'main', rank = null, start = runStart, pid = deadProcess.pid, run = id } = options;
  const name = `journal-here-${pid}-${start}.jsonl`;
  const open = {
    kind: 'open',
    v: 1,
    run,
    ...deadProcess,
    pid,
    parent: null,
    role,
    rank,
    start,
    language: 'python',
    client: 'test',
  };
  appendFileSync(join(store, 'runs', id, name), [open, ...records].map(record).join(''));
  return name;
}

/** Appends to a file of a run as it is. */
export function append(store: string, id: string, name: string, text: string | Uint8Array): void {
  appendFileSync(join(store, 'runs', id, name), text);
}

export function supervisor(store: string, id: string, records: unknown[]): void {
  append(store, id, 'supervisor.jsonl', records.map(record).join(''));
}

export function supervisorOpen(id: string, identity: object = deadProcess) {
  return {
    kind: 'open',
    v: 1,
    run: id,
    t: runStart,
    supervisor: identity,
    os: 'Linux',
    cpu: 'x',
    cores: 2,
    memoryBytes: 1,
  };
}

export function exit(changes: object = {}) {
  return {
    kind: 'exit',
    t: runStart + 5_000_000,
    code: 0,
    signal: null,
    stopped: false,
    error: null,
    cpuSeconds: 1.5,
    peakMemoryBytes: 1000,
    ...changes,
  };
}
