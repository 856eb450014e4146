import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect, type DriverName } from '../../src/store/driver.ts';
import { applicationId } from '../../src/store/migrate.ts';

/** Never ends where SQLite evaluates it. */
const endless = 'WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n';

/** Schemas that lie, each as what is done to a sound index. */
export const lyingSchemas: Record<string, string> = {
  'a trigger that never ends': `CREATE TRIGGER t AFTER INSERT ON runs BEGIN ${endless}; END`,
  'a trigger that empties a table': 'CREATE TRIGGER t AFTER UPDATE ON runs BEGIN DELETE FROM ops; END',
  'a trigger that comes back to itself':
    "CREATE TRIGGER t AFTER INSERT ON ops BEGIN INSERT INTO ops SELECT run || 'x', op, item, value, time, by, file, offset FROM ops; END",
  'a view in the place of a table': `DROP TABLE runs; CREATE VIEW runs AS ${endless.replace('count(*)', 'x AS key')}`,
  'a table with other columns': 'DROP TABLE params; CREATE TABLE params (run, name, value)',
  'a table more': 'CREATE TABLE more (a)',
  'an index on an expression': 'CREATE INDEX i ON runs (hex(name))',
  'a partial index with a condition of its own': 'CREATE INDEX i ON runs (created) WHERE length(zeroblob(created)) > 1',
  'a column that is computed': 'ALTER TABLE runs ADD COLUMN x TEXT AS (hex(zeroblob(500000000)))',
  'a column with a check': 'ALTER TABLE ops_files ADD COLUMN x INTEGER CHECK (length(zeroblob(900000000)) > 0)',
  'a virtual table': 'CREATE VIRTUAL TABLE v USING fts5(a)',
  'a table that is gone': 'DROP TABLE ops',
};

/** Does something to an index, as somebody does who has SQLite. */
export function craftIndex(file: string, sql: string, driver: DriverName): void {
  const database = connect(file, { driver });
  try {
    database.exec(sql);
  } finally {
    database.close();
  }
}

/**
 * A journal of a transaction that was broken off, and that was part of one over several files, of which `victim` keeps the
 * list: older SQLites delete that list once the transaction is undone.
 */
export function plantJournal(index: string, victim: string): void {
  const magic = Buffer.from('d9d505f920a163d7', 'hex');
  const header = Buffer.alloc(512);
  magic.copy(header);
  header.writeUInt32BE(0, 8);
  header.writeUInt32BE(1, 12);
  header.writeUInt32BE(Math.ceil(statSync(index).size / 4096), 16);
  header.writeUInt32BE(512, 20);
  header.writeUInt32BE(4096, 24);
  const name = Buffer.from(victim);
  const tail = Buffer.alloc(8);
  tail.writeUInt32BE(name.length, 0);
  tail.writeUInt32BE(
    name.reduce((sum, byte) => sum + byte, 0),
    4,
  );
  const page = Buffer.alloc(4);
  page.writeUInt32BE(2 ** 30 / 4096 + 1, 0);
  writeFileSync(`${index}-journal`, Buffer.concat([header, page, name, tail, magic]));
}

/** What may stand in the place of a file. */
export const strangers: Record<string, (path: string, victim: string) => void> = {
  'a link': (path, victim) => symlinkSync(victim, path),
  'a link to nothing': (path, victim) => symlinkSync(`${victim}.new`, path),
  'a pipe': (path) => void execFileSync('mkfifo', [path]),
  'a folder': (path) => mkdirSync(path),
};

/** Puts a stranger in the place of a file. */
export function plant(what: string, path: string, victim: string): void {
  rmSync(path, { recursive: true, force: true });
  strangers[what]?.(path, victim);
}

/** What makes an index of the right name and version, and nothing else of ours. */
export function emptyShell(version: number): string {
  return `CREATE TABLE runs (a); PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${version}`;
}
