import { join } from 'node:path';
import type { Micros } from '../base/time.ts';
import type { WarningCode } from '../contract/warnings.ts';
import { type Database, findRun, putWarning, type RunFileRow, type RunRow, readFiles } from '../store/index.ts';
import { trailOf } from './file-trail.ts';
import { type FolderLook, runFolder } from './run-folder.ts';

/** An append-only file that does not hold any more what was read of it. */
export interface LostFile {
  name: string;
  /** How much of it was read. */
  before: number;
  /** How long it is now; undefined where it has gone. */
  size: number | undefined;
}

/** The files of a run that became shorter, were replaced, or have gone. Of those that did not grow, only with `all` is it looked. */
export function lostFiles(db: Database, store: string, id: string, look: FolderLook, all = false): LostFile[] {
  const row = findRun(db, id);
  if (!row) return [];
  const sizes = new Map(look.files.map((file) => [file.name, file.size]));
  return readFiles(db, row.key)
    .filter((file) => {
      const size = sizes.get(file.name) ?? -1;
      if (size < file.offset) return true;
      return (all || size > file.size) && wasReplaced(join(runFolder(store, id), file.name), file);
    })
    .map(({ name, offset }) => ({ name, before: offset, size: sizes.get(name) }));
}

function wasReplaced(path: string, { offset, trail }: RunFileRow): boolean {
  if (trail === null) return false;
  const found = trailOf(path, offset);
  return found !== null && found !== trail;
}

/** Says of a run that is read anew which of its files lost something. */
export function tellLost(db: Database, row: RunRow, lost: readonly LostFile[], time: Micros): void {
  for (const { name, before, size } of lost) {
    if (before === 0) continue;
    const code: WarningCode =
      size === undefined ? 'journal-gone' : size < before ? 'journal-shrunk' : 'journal-replaced';
    const params = { file: `runs/${row.id}/${name}`, before, ...(size === undefined ? {} : { size }) };
    putWarning(db, row.key, code, params, { time, file: name, offset: 0 }, 'lost');
  }
}
