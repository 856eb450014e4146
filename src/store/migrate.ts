import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fault } from '../contract/errors.ts';
import type { Database } from './driver.ts';

/** "TRYD": says whose file it is, to us and to file(1). */
export const applicationId = 0x54525944;

export interface Migration {
  version: number;
  sql: string;
}

let known: Migration[] | undefined;

/** The numbered scripts beside this file, or beside the bundle that holds it. */
export function migrations(): Migration[] {
  known ??= readMigrations(join(import.meta.dirname, 'migrations'));
  return known;
}

function readMigrations(folder: string): Migration[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => ({ version: Number.parseInt(name, 10), sql: readFileSync(join(folder, name), 'utf8') }));
}

/** Those that make an index of this version out of nothing. */
export function migrationsTo(version: number): Migration[] {
  return migrations().filter((migration) => migration.version <= version);
}

export function latestVersion(): number {
  return migrations().at(-1)?.version ?? 0;
}

interface Version {
  application: number;
  version: number;
  tables: number;
}

/** All in one statement, so that another process's migration is seen whole or not at all. */
export function readVersion(database: Database): Version {
  const found = database
    .prepare<Version>(
      `SELECT (SELECT application_id FROM pragma_application_id) AS application,
              (SELECT user_version FROM pragma_user_version) AS version,
              (SELECT count(*) FROM sqlite_schema) AS tables`,
    )
    .get();
  return found ?? { application: 0, version: 0, tables: 0 };
}

/**
 * Whether the index is up to date.
 *
 * @throws `store-foreign` where it is another program's, `store-newer` where a newer Trainyard wrote it
 */
export function isCurrent(database: Database): boolean {
  const { application, version, tables } = readVersion(database);
  const blank = application === 0 && version === 0 && tables === 0;
  if (application !== applicationId && !blank) throw fault('store-foreign', { file: database.file });
  const latest = latestVersion();
  if (version > latest) throw fault('store-newer', { file: database.file, found: version, known: latest });
  return version === latest;
}

/** Brings the index up to date. Of several processes that do it at once, one does it and the others find it done. */
export function migrate(database: Database): void {
  if (isCurrent(database)) return;
  database.immediate(() => {
    if (isCurrent(database)) return;
    const { version } = readVersion(database);
    for (const migration of migrations()) if (migration.version > version) database.exec(migration.sql);
    database.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${latestVersion()}`);
  });
}
