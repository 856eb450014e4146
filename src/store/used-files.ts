import type { FileAccess } from '../contract/file-record.ts';
import type { UsedFile } from '../contract/run.ts';
import type { Database } from './driver.ts';

/** Takes what was said last of a path and an access. A folder takes the place of the files in it. */
export function putUsedFile(db: Database, run: number, access: FileAccess, file: UsedFile): void {
  const { path, time, bytes, modified, sha256, sampled, files, changed, problem, by, what, format, kept } = file;
  if (files !== null) {
    db.prepare(
      `DELETE FROM used_files WHERE run = ? AND access = ? AND substr(path, 1, length(?)) = ? AND kept IS NULL`,
    ).run(run, access, folderPrefix(path), folderPrefix(path));
  }
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

/** The store's root itself is `.`. */
function folderPrefix(path: string): string {
  if (path === '.') return '';
  return path.endsWith('/') ? path : `${path}/`;
}
