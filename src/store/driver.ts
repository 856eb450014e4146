import { createRequire } from 'node:module';
import process from 'node:process';
import type BetterSqlite3 from 'better-sqlite3';
import { causeText, Fault } from '../base/fault.ts';
import { fault } from '../contract/errors.ts';
import { sqliteFault } from './driver-fault.ts';

export type DriverName = 'better-sqlite3' | 'node:sqlite';
export type SqlValue = string | number | null | Uint8Array;

export interface Statement<Row> {
  /** Answers how many rows it changed. */
  run(...values: SqlValue[]): number;
  get(...values: SqlValue[]): Row | undefined;
  all(...values: SqlValue[]): Row[];
}

/** One connection. Every SQLite error comes out as a fault that names the file. */
export interface Database {
  readonly driver: DriverName;
  readonly file: string;
  /** The statement for this text; each text is prepared once. */
  prepare<Row = never>(sql: string): Statement<Row>;
  exec(sql: string): void;
  /** Runs `work` in a BEGIN IMMEDIATE transaction, or within the one that is already open. */
  immediate<Result>(work: () => Result): Result;
  /** Does `work` as `immediate` does, unless another connection is writing at this moment: then answers false, without waiting. */
  immediateIfFree(work: () => void): boolean;
  /** Lets `work` see the index as it is at one moment, whatever others write meanwhile. */
  snapshot<Result>(work: () => Result): Result;
  close(): void;
}

export interface DriverOptions {
  /** Nothing is written, not even shared memory beside a write-ahead log: that must be there, unless the file is `immutable`. */
  readOnly?: boolean;
  /** The file will not change while it is open, so no lock or shared memory is used. Only with `readOnly`. */
  immutable?: boolean;
  driver?: DriverName;
  /** Milliseconds to wait for another connection's lock. */
  busyTimeout?: number;
}

interface RawStatement {
  run(...values: SqlValue[]): { changes: number | bigint };
  get(...values: SqlValue[]): unknown;
  all(...values: SqlValue[]): unknown[];
}

interface RawDatabase {
  prepare(sql: string): RawStatement;
  exec(sql: string): unknown;
  close(): unknown;
}

const load = createRequire(import.meta.url);

/** Opens a connection with the best driver that this process can load without danger. */
export function connect(file: string, options: DriverOptions = {}): Database {
  const driver = options.driver ?? bestDriver();
  try {
    const raw = driver === 'better-sqlite3' ? openBetter(file, options) : openBuiltIn(file, options);
    return adapt(driver, file, raw, options.busyTimeout ?? defaultBusyTimeout);
  } catch (error) {
    throw sqliteFault(file, error);
  }
}

let best: DriverName | undefined;

/** better-sqlite3 where it is known to work, else the one that Node brings along. */
export function bestDriver(): DriverName {
  best ??= betterProblem() === null ? 'better-sqlite3' : builtInOrFail();
  return best;
}

/**
 * Why better-sqlite3 must not be loaded here, or null. Its binary takes the whole process down on an older Node, so what it
 * needs is checked before it is touched.
 */
export function betterProblem(): string | null {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 22 || (major === 22 && minor < 14)) return `Node ${process.versions.node} is older than 22.14`;
  const glibc = process.platform === 'linux' ? glibcVersion() : null;
  if (glibc && !atLeast(glibc, 2, 34)) return `glibc ${glibc} is older than 2.34`;
  try {
    loadBetter();
    return null;
  } catch (error) {
    return causeText(error);
  }
}

function glibcVersion(): string | null {
  // Without this a report asks the network for the names of open connections.
  const report = process.report as NodeJS.ProcessReport & { excludeNetwork?: boolean };
  const excluded = report.excludeNetwork ?? false;
  report.excludeNetwork = true;
  try {
    const { header } = report.getReport() as { header?: { glibcVersionRuntime?: string } };
    return header?.glibcVersionRuntime ?? null;
  } finally {
    report.excludeNetwork = excluded;
  }
}

function atLeast(version: string, major: number, minor: number): boolean {
  const [foundMajor = 0, foundMinor = 0] = version.split('.').map(Number);
  return foundMajor > major || (foundMajor === major && foundMinor >= minor);
}

function builtInOrFail(): DriverName {
  try {
    loadBuiltIn();
    return 'node:sqlite';
  } catch (error) {
    const problem = `${betterProblem()}; ${causeText(error)}`;
    throw fault('no-driver', { node: process.versions.node, problem }, error);
  }
}

let better: typeof BetterSqlite3 | undefined;

function loadBetter(): typeof BetterSqlite3 {
  if (better) return better;
  // It reads file: names, which `immutable` needs, only when this is set as its binary is loaded.
  const before = process.env.SQLITE_USE_URI;
  process.env.SQLITE_USE_URI = '1';
  try {
    const loaded = load('better-sqlite3') as typeof BetterSqlite3;
    new loaded(':memory:').close();
    better = loaded;
    return loaded;
  } finally {
    if (before === undefined) delete process.env.SQLITE_USE_URI;
    else process.env.SQLITE_USE_URI = before;
  }
}

type BuiltIn = typeof import('node:sqlite');

function loadBuiltIn(): BuiltIn {
  const warn = process.emitWarning;
  // Node calls the module experimental on standard error each time; using it is a choice, not news.
  process.emitWarning = () => undefined;
  try {
    return load('node:sqlite') as BuiltIn;
  } finally {
    process.emitWarning = warn;
  }
}

const defaultBusyTimeout = 10_000;

function openBetter(file: string, options: DriverOptions): RawDatabase {
  const database = new (loadBetter())(fileName(file, options), {
    readonly: options.readOnly ?? false,
    timeout: options.busyTimeout ?? defaultBusyTimeout,
  });
  return database as unknown as RawDatabase;
}

function openBuiltIn(file: string, options: DriverOptions): RawDatabase {
  const { DatabaseSync } = loadBuiltIn();
  const database = new DatabaseSync(fileName(file, options), { readOnly: options.readOnly ?? false });
  database.exec(`PRAGMA busy_timeout = ${options.busyTimeout ?? defaultBusyTimeout}`);
  return database as unknown as RawDatabase;
}

function fileName(file: string, options: DriverOptions): string {
  if (!options.readOnly) return file;
  const path = file
    .replaceAll('\\', '/')
    .split('/')
    .map(encodeURIComponent)
    .join('/')
    .replace(/^([A-Za-z])%3A/, '/$1:');
  return `file://${path}?${options.immutable ? 'immutable' : 'readonly_shm'}=1`;
}

function adapt(driver: DriverName, file: string, raw: RawDatabase, busyTimeout: number): Database {
  const statements = new Map<string, Statement<unknown>>();
  let inTransaction = false;
  let isOpen = true;

  const guard = <Result>(work: () => Result): Result => {
    try {
      return work();
    } catch (error) {
      throw sqliteFault(file, error);
    }
  };
  const exec = (sql: string) => guard(() => void raw.exec(sql));
  const transaction = <Result>(begin: string, work: () => Result): Result => {
    if (inTransaction) return work();
    exec(begin);
    return finish(work);
  };
  const finish = <Result>(work: () => Result): Result => {
    inTransaction = true;
    try {
      const result = work();
      exec('COMMIT');
      return result;
    } catch (error) {
      rollBack(raw);
      throw error;
    } finally {
      inTransaction = false;
    }
  };

  const beginIfFree = (): boolean => {
    exec('PRAGMA busy_timeout = 0');
    try {
      exec('BEGIN IMMEDIATE');
      return true;
    } catch (error) {
      if (error instanceof Fault && error.code === 'store-busy') return false;
      throw error;
    } finally {
      exec(`PRAGMA busy_timeout = ${busyTimeout}`);
    }
  };

  return {
    driver,
    file,
    exec,
    prepare<Row>(sql: string): Statement<Row> {
      let statement = statements.get(sql);
      if (!statement) {
        const prepared = guard(() => raw.prepare(sql));
        statement = {
          run: (...values) => guard(() => Number(prepared.run(...values).changes)),
          get: (...values) => guard(() => prepared.get(...values)),
          all: (...values) => guard(() => prepared.all(...values)),
        };
        statements.set(sql, statement);
      }
      return statement as Statement<Row>;
    },
    immediate: (work) => transaction('BEGIN IMMEDIATE', work),
    immediateIfFree(work) {
      if (inTransaction) work();
      else if (!beginIfFree()) return false;
      else finish(work);
      return true;
    },
    snapshot: (work) => transaction('BEGIN', work),
    close() {
      if (!isOpen) return;
      isOpen = false;
      statements.clear();
      raw.close();
    },
  };
}

function rollBack(raw: RawDatabase): void {
  try {
    raw.exec('ROLLBACK');
  } catch {
    // SQLite itself has rolled back after some errors; the first error is the one to tell.
  }
}
