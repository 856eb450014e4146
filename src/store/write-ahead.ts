import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { Fault } from '../base/fault.ts';
import { connect, type Database, type DriverName } from './driver.ts';

/**
 * Whether a write-ahead log works where `file` is to be: found out on a file of its own, with a second connection that sees
 * what the first one wrote and writes itself.
 */
export function writeAheadWorks(file: string, driver: DriverName): boolean {
  const probe = `${file}.probe-${process.pid}-${randomBytes(4).toString('hex')}`;
  const connections: Database[] = [];
  const open = () => {
    const connection = connect(probe, { driver, busyTimeout: 100 });
    connections.push(connection);
    connection.exec('PRAGMA synchronous = OFF');
    return connection;
  };
  try {
    const first = open();
    if (setJournalMode(first, 'WAL') !== 'wal') return false;
    first.exec('CREATE TABLE probe (value INTEGER); INSERT INTO probe VALUES (1)');
    const second = open();
    second.exec('INSERT INTO probe VALUES (2)');
    return first.prepare<{ total: number }>('SELECT sum(value) AS total FROM probe').get()?.total === 3;
  } catch (error) {
    if (error instanceof Fault) return false;
    throw error;
  } finally {
    for (const connection of connections) connection.close();
    for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(probe + suffix, { force: true });
  }
}

/**
 * Gives an index back its rollback journal that came with a write-ahead log to where no memory can be shared; answers whether that
 * could be done. Without others that use it, SQLite needs no shared memory to do so.
 */
export function leaveWriteAhead(file: string, driver: DriverName): boolean {
  try {
    const database = connect(file, { driver, busyTimeout: 100 });
    try {
      database.exec('PRAGMA locking_mode = EXCLUSIVE');
      return setJournalMode(database, 'DELETE') === 'delete';
    } finally {
      database.close();
    }
  } catch (error) {
    if (error instanceof Fault) return false;
    throw error;
  }
}

/** Answers the mode that is in force afterwards. */
export function setJournalMode(database: Database, mode: 'WAL' | 'DELETE'): string | undefined {
  return database.prepare<{ journal_mode: string }>(`PRAGMA journal_mode = ${mode}`).get()?.journal_mode;
}
