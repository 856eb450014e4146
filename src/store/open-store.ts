import { closeSync, existsSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import process from 'node:process';
import { causeText, Fault, systemCode } from '../base/fault.ts';
import { makeFolders, readAt } from '../base/files.ts';
import { strangeLink } from '../base/strange-link.ts';
import { fault } from '../contract/errors.ts';
import { bestDriver, connect, type Database, type DriverName } from './driver.ts';
import { indexFile } from './location.ts';
import { isCurrent, migrate, readVersion } from './migrate.ts';
import { requireOwnFiles, requireOwnSchema } from './own-index.ts';
import { leaveWriteAhead, setJournalMode, writeAheadWorks } from './write-ahead.ts';

export interface StoreOptions {
  /** Nothing is written: no migration, no file beside the index. */
  readOnly?: boolean;
  driver?: DriverName;
}

/** A store folder with its index. */
export interface Store {
  /** The `.trainyard` folder. */
  readonly folder: string;
  readonly readOnly: boolean;
  /** The index's file. Null where it is only held in memory: a read-only store whose file is absent or unusable. */
  readonly index: string | null;
  /** The connection of the moment; it changes when the file is replaced, so that it must not be kept. */
  readonly db: Database;
  /**
   * Opens the index again where its file has been replaced, or has changed under a reader that takes no locks. Answers whether
   * other runs may be found in it than before; of a store that is written to, only whether it was replaced.
   */
  refresh(): boolean;
  close(): void;
}

/**
 * Opens the index of a store folder, and makes it where there is none.
 *
 * @throws `no-store`, `store-link`, `store-foreign`, `store-newer`, `store-broken`, `store-busy`, `store-not-writable`, `no-driver`
 */
export function openStore(folder: string, options: StoreOptions = {}): Store {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw fault('no-store', { folder });
  const link = strangeLink(folder);
  if (link !== undefined) throw fault('store-link', { path: link });
  const file = indexFile(folder);
  const driver = options.driver ?? bestDriver();
  const readOnly = options.readOnly ?? false;
  // What changes while a reader opens it is not what he has seen. Whoever writes may have made the file himself.
  const open = () => {
    const before = readOnly ? stamp(file, true) : undefined;
    const opened = readOnly ? openForReading(file, driver) : openForWriting(file, driver);
    const content = opened.immutable || opened.inMemory;
    return { ...opened, seen: content && before !== undefined ? before : stamp(file, content) };
  };
  let connection = open();
  let version = dataVersion(connection.database);
  const othersWrote = () => {
    const before = version;
    version = dataVersion(connection.database);
    return version !== before;
  };
  return {
    folder,
    readOnly,
    get index() {
      return connection.inMemory ? null : file;
    },
    get db() {
      return connection.database;
    },
    refresh() {
      const now = stamp(file, connection.immutable || connection.inMemory);
      if (now === connection.seen) return readOnly && !connection.inMemory && othersWrote();
      const next = open();
      connection.database.close();
      connection = next;
      version = dataVersion(connection.database);
      return true;
    },
    close: () => connection.database.close(),
  };
}

interface Connection {
  database: Database;
  immutable: boolean;
  inMemory: boolean;
}

function openForWriting(file: string, driver: DriverName): Connection {
  try {
    return openIndex(file, driver);
  } catch (error) {
    const mayBeItsLog = error instanceof Fault && error.code === 'store-not-writable' && hasWriteAhead(file);
    if (!mayBeItsLog || writeAheadWorks(file, driver) || !leaveWriteAhead(file, driver)) throw error;
    return openIndex(file, driver);
  }
}

/** By its header (1.3.3 of SQLite's description of its file format). */
function hasWriteAhead(file: string): boolean {
  return readHead(file, 20)?.[18] === 2;
}

function openIndex(file: string, driver: DriverName): Connection {
  makeFolder(dirname(file));
  requireOwnFiles(file);
  requireSqlite(file);
  const database = connect(file, { driver });
  try {
    const blank = !isCurrent(database) && readVersion(database).version === 0;
    if (blank) {
      database.exec('PRAGMA auto_vacuum = INCREMENTAL');
      if (writeAheadWorks(file, driver)) tryWriteAhead(database);
    }
    configure(database);
    requireOwnSchema(database, driver);
    migrate(database);
    return { database, immutable: false, inMemory: false };
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Another process may be making the index at this moment; whichever comes first sets the mode, and it stays. */
function tryWriteAhead(database: Database): void {
  try {
    setJournalMode(database, 'WAL');
  } catch (error) {
    if (!(error instanceof Fault && error.code === 'store-busy')) throw error;
  }
}

function openForReading(file: string, driver: DriverName): Connection {
  requireOwnFiles(file);
  if (!existsSync(file)) return openInMemory(driver);
  requireSqlite(file);
  // Somebody's log is there to be read; without one, taking no locks at all leaves no file behind.
  if (sizeOf(`${file}-wal`) === 0) return readIndex(file, driver, true);
  // To read a log SQLite makes a file for its shared memory where there is none. What the log says, the run folders say too.
  if (sizeOf(`${file}-shm`) === 0) return openInMemory(driver);
  try {
    return readIndex(file, driver, false);
  } catch (error) {
    const lastOneLeft = error instanceof Fault && error.code === 'store-not-writable' && sizeOf(`${file}-shm`) === 0;
    if (!lastOneLeft) throw error;
    return openForReading(file, driver);
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

function readIndex(file: string, driver: DriverName, immutable: boolean): Connection {
  const database = connect(file, { driver, readOnly: true, immutable });
  try {
    configure(database);
    requireOwnSchema(database, driver);
    if (isCurrent(database)) return { database, immutable, inMemory: false };
  } catch (error) {
    database.close();
    throw error;
  }
  database.close();
  return openInMemory(driver);
}

function openInMemory(driver: DriverName): Connection {
  const database = connect(':memory:', { driver });
  configure(database);
  migrate(database);
  return { database, immutable: false, inMemory: true };
}

/** Of a file that lies in memory no page is copied to be read. Windows does not let a mapped file become shorter. */
const mappedBytes = process.platform === 'win32' ? 0 : 2 ** 30;

function configure(database: Database): void {
  database.exec(
    'PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA foreign_keys = ON; PRAGMA synchronous = NORMAL; ' +
      `PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16000; PRAGMA mmap_size = ${mappedBytes}`,
  );
}

function makeFolder(folder: string): void {
  try {
    makeFolders(folder);
  } catch (error) {
    throw fault('store-not-writable', { folder, problem: causeText(error) }, error);
  }
}

/** Changes whenever another connection has written. */
function dataVersion(database: Database): number | undefined {
  return database.prepare<{ data_version: number }>('PRAGMA data_version').get()?.data_version;
}

const magic = Buffer.from('SQLite format 3\0', 'latin1');

/** Leaves a file alone that SQLite might take for an empty or a damaged database of its own. */
function requireSqlite(file: string): void {
  const head = readHead(file, magic.length);
  if (head && head.length > 0 && !head.equals(magic)) {
    throw fault('store-broken', { file, problem: 'it is not an SQLite database' });
  }
}

/** The first bytes of a file, as many as there are; undefined where there is none. */
function readHead(file: string, bytes: number): Buffer | undefined {
  try {
    const descriptor = openSync(file, 'r');
    try {
      return readAt(descriptor, 0, bytes);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw fault('store-not-writable', { folder: dirname(file), problem: causeText(error) }, error);
  }
}

function stamp(file: string, content: boolean): string {
  const found = statSync(file, { throwIfNoEntry: false, bigint: true });
  if (!found) return 'absent';
  if (!content) return String(found.ino);
  const log = statSync(`${file}-wal`, { throwIfNoEntry: false, bigint: true });
  return [found.ino, found.size, found.mtimeNs, log?.size ?? 0n].join(' ');
}
