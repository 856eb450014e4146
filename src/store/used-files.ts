import type { FileAccess } from '../contract/file-record.ts';
import type { UsedFile } from '../contract/run.ts';
import type { Database } from './driver.ts';

/**
 * Takes what was said last of a path and an access. A folder takes the place of the files in it, but of models.
 *
 * @param flat the folder does not stand for what is in folders below it
 */
export function putUsedFile(db: Database, run: number, access: FileAccess, file: UsedFile, flat: boolean): void {
  const { path, time, bytes, modified, sha256, sampled, files, changed, problem, by, what, format, kept } = file;
  if (files !== null) removeFilesIn(db, run, access, path, flat);
  db.prepare(
    `INSERT OR REPLACE INTO used_files
       (run, access, path, time, bytes, modified, sha256, sampled, files, changed, problem, by, what, format, kept)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    run,
    access,
    path,
    time,
    bytes,
    modified,
    sha256,
    sampled ? 1 : 0,
    files,
    changed ? 1 : 0,
    problem,
    by,
    what,
    format,
    kept,
  );
}

export function removeUsedFile(db: Database, run: number, access: FileAccess, path: string): void {
  db.prepare('DELETE FROM used_files WHERE run = ? AND access = ? AND path = ?').run(run, access, path);
}

type UsedFileRow = Omit<UsedFile, 'sampled' | 'changed'> & { access: FileAccess; sampled: number; changed: number };

/** What went into a run, and what came out of it; each in the order in which it was first opened. */
export function readUsedFiles(db: Database, run: number): Record<FileAccess, UsedFile[]> {
  const used: Record<FileAccess, UsedFile[]> = { read: [], write: [] };
  const rows = db
    .prepare<UsedFileRow>(
      `SELECT access, path, time, bytes, modified, sha256, sampled, files, changed, problem, by, what, format, kept
       FROM used_files WHERE run = ? ORDER BY time, path`,
    )
    .all(run);
  for (const { access, sampled, changed, ...row } of rows) {
    used[access].push({ ...row, sampled: sampled === 1, changed: changed === 1 });
  }
  return used;
}

function removeFilesIn(db: Database, run: number, access: FileAccess, folder: string, flat: boolean): void {
  const rows = db
    .prepare<{ path: string; files: number | null; what: string | null }>(
      'SELECT path, files, what FROM used_files WHERE run = ? AND access = ?',
    )
    .all(run, access);
  for (const { path, files, what } of rows) {
    const way = wayInside(folder, path);
    if (way === undefined || what === 'model' || (flat && (files !== null || way.includes('/')))) continue;
    removeUsedFile(db, run, access, path);
  }
}

/** Stored paths are relative to the store's root, which is `.`, with forward slashes, or absolute as the system writes them. */
function wayInside(folder: string, path: string): string | undefined {
  const inner = forwardSlashes(path);
  if (folder === '.') return path === '.' || inner.startsWith('/') || inner !== path ? undefined : inner;
  const prefix = forwardSlashes(folder).replace(/\/?$/, '/');
  return inner.startsWith(prefix) ? inner.slice(prefix.length) : undefined;
}

function forwardSlashes(path: string): string {
  return /^([A-Za-z]:)?\\/.test(path) ? path.replaceAll('\\', '/') : path;
}
