import { closeSync, lstatSync, openSync } from 'node:fs';
import { readAt } from '../base/files.ts';
import { fault } from '../contract/errors.ts';
import type { Database, DriverName } from './driver.ts';
import { connect } from './driver.ts';
import { applicationId, latestVersion, migrationsTo, readVersion } from './migrate.ts';

/** SQLite's own files of an index. */
export const indexSuffixes = ['', '-wal', '-shm', '-journal'];

/**
 * Makes sure that SQLite opens what lies here and nothing else. It follows a link to another file, waits for the other end of a
 * pipe, and older ones delete the file that the end of a foreign journal names.
 *
 * @throws `store-broken`
 */
export function requireOwnFiles(file: string): void {
  for (const suffix of indexSuffixes) {
    const found = lstatSync(file + suffix, { throwIfNoEntry: false });
    if (!found) continue;
    if (!found.isFile()) {
      const what = found.isSymbolicLink() ? 'a link' : found.isDirectory() ? 'a folder' : 'not a file';
      throw fault('store-broken', { file, problem: `${file}${suffix} is ${what}` });
    }
    if (suffix === '-journal' && namesAnother(file + suffix, found.size)) {
      throw fault('store-broken', { file, problem: `${file}${suffix} belongs to another program` });
    }
  }
}

const journalMagic = Buffer.from('d9d505f920a163d7', 'hex');

/** A journal that is part of a transaction over several files ends with the name of their list. Trainyard has only the one. */
function namesAnother(journal: string, size: number): boolean {
  if (size < 16) return false;
  const descriptor = openSync(journal, 'r');
  try {
    return readAt(descriptor, size - journalMagic.length, journalMagic.length).equals(journalMagic);
  } finally {
    closeSync(descriptor);
  }
}

interface SchemaRow {
  type: string;
  name: string;
  tbl_name: string;
  sql: string | null;
}

/**
 * Makes sure that an index has the tables that Trainyard gave it, and nothing that SQLite would evaluate besides: triggers, views,
 * computed columns. A newer or another program's one is left to others.
 *
 * @throws `store-broken`
 */
export function requireOwnSchema(database: Database, driver: DriverName): void {
  const { application, version, schema } = database.snapshot(() => ({
    ...readVersion(database),
    schema: schemaOf(database),
  }));
  if (application !== applicationId || version > latestVersion()) return;
  if (schema === expectedSchema(version, driver)) return;
  throw fault('store-broken', { file: database.file, problem: 'its tables are not those that Trainyard makes' });
}

function schemaOf(database: Database): string {
  const rows = database.prepare<SchemaRow>('SELECT type, name, tbl_name, sql FROM sqlite_schema').all();
  return rows
    .map(({ type, name, tbl_name, sql }) => JSON.stringify([type, name, tbl_name, sql]))
    .sort()
    .join('\n');
}

const expected = new Map<string, string>();

/** As the migrations up to a version make it. */
function expectedSchema(version: number, driver: DriverName): string {
  const key = `${driver} ${version}`;
  const known = expected.get(key);
  if (known !== undefined) return known;
  const database = connect(':memory:', { driver });
  try {
    for (const { sql } of migrationsTo(version)) database.exec(sql);
    const schema = schemaOf(database);
    expected.set(key, schema);
    return schema;
  } finally {
    database.close();
  }
}
