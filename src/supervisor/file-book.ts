import { homedir } from 'node:os';
import { basename, dirname, resolve } from 'node:path';
import { pathInside } from '../base/files.ts';
import type { Micros } from '../base/time.ts';
import type { FileAccess, FileRole } from '../contract/file-record.ts';
import type { Told } from './told-files.ts';

/** A file or a folder that is an input or an output of the run. */
export interface BookEntry {
  access: FileAccess;
  path: string;
  /** When it was first opened. */
  time: Micros;
  by: string | null;
  what: FileRole | null;
  format: string | null;
  /** What it was like when it was opened; null where nobody said. */
  seen: { bytes: number; modified: Micros } | null;
  /** It stands for the files in a folder; `flat`: not for those in folders below. */
  folder: { flat: boolean } | null;
}

export interface FileBook {
  /** Takes what a process said. */
  tell(told: Told): void;
  /** Takes an output that nobody spoke of. */
  find(path: string, time: Micros): void;
  /** Takes out what turned out to be no input or output. */
  drop(entry: BookEntry): void;
  get(access: FileAccess, path: string): BookEntry | undefined;
  /** Whether an entry is still one: a folder may have taken its place. */
  holds(entry: BookEntry): boolean;
  /** A path turned out to be a folder, or one of the folders above is what is meant: it stands for what is in it. */
  fold(entry: BookEntry, path?: string): void;
  /** What came, or changed, since the last time. */
  fresh(): BookEntry[];
  entries(access: FileAccess): BookEntry[];
  /** How many files were too many to be told apart. */
  leftOut(): number;
}

/** More files than this in a folder are told as the folder. */
export const mostInFolder = 1_000;
const mostEntries = 5_000;
/** A file system tells times as of its last tick. */
export const tickMicros = 20_000;

/**
 * What went into a run and what came out, from what its processes say. What a run wrote before it read it came from itself: it
 * is no input.
 *
 * @param place where the run works, and when it began
 */
export function fileBook(place: { cwd: string; since: Micros }): FileBook {
  const books = { read: shelf(place.cwd), write: shelf(place.cwd) };
  let leftOut = 0;

  const add = (entry: BookEntry) => {
    if (!books[entry.access].add(entry)) leftOut++;
  };

  /** Where the file tells when it was changed, that says more than the order of what was told: a file opened to be changed is both. */
  const isOwn = (told: Told & { kind: 'file' }) => {
    const written = books.write.get(told.path);
    if (!written || written.time > told.t) return false;
    return told.modified === null || told.modified >= place.since - tickMicros;
  };

  return {
    tell(told) {
      const path = resolve(told.path);
      if (told.kind === 'folder') {
        const { access, t: time, by, what, format } = told;
        add({ access, path, time, by, what, format, seen: null, folder: { flat: !mayFold(path, place.cwd) } });
        return;
      }
      if (told.access === 'read' && isOwn({ ...told, path })) return;
      const { access, t: time, by, what, format, bytes, modified } = told;
      const seen = bytes === null || modified === null ? null : { bytes, modified };
      add({ access, path, time, by, what, format, seen, folder: null });
    },
    find(path, time) {
      add({ ...nothingKnown, access: 'write', path, time, folder: null });
    },
    drop: (entry) => books[entry.access].drop(entry),
    get: (access, path) => books[access].get(path),
    holds: (entry) => books[entry.access].get(entry.path) === entry,
    fold(entry, path = entry.path) {
      const { by, what, format } = path === entry.path ? nothingKnown : entry;
      add({
        ...{ by, what, format, seen: null },
        access: entry.access,
        path,
        time: entry.time,
        folder: { flat: !mayFold(path, place.cwd) },
      });
    },
    fresh: () => [...books.read.fresh(), ...books.write.fresh()],
    entries: (access) => books[access].all(),
    leftOut: () => leftOut,
  };
}

const nothingKnown = { by: null, what: null, format: null, seen: null };

/** The inputs, or the outputs, by path. */
function shelf(cwd: string) {
  const entries = new Map<string, BookEntry>();
  const counts = new Map<string, number>();
  let fresh = new Set<BookEntry>();

  const remove = (entry: BookEntry) => {
    if (!entries.delete(entry.path)) return;
    fresh.delete(entry);
    for (const folder of foldersAbove(entry.path, cwd)) counts.set(folder, (counts.get(folder) ?? 1) - 1);
  };

  const put = (entry: BookEntry) => {
    entries.set(entry.path, entry);
    fresh.add(entry);
    for (const folder of foldersAbove(entry.path, cwd)) counts.set(folder, (counts.get(folder) ?? 0) + 1);
  };

  /** The folder entry that stands for a path. */
  const standIn = (path: string): BookEntry | undefined => {
    for (let folder = dirname(path), below = path; folder !== below; below = folder, folder = dirname(folder)) {
      const entry = entries.get(folder);
      if (entry?.folder && (!entry.folder.flat || below === path)) return entry;
    }
    return undefined;
  };

  const fold = (folder: BookEntry) => {
    const inside = [...entries.values()].filter((entry) => stands(folder, entry));
    for (const entry of inside) remove(entry);
    const first = inside.sort((a, b) => a.time - b.time)[0];
    const same = inside.find((entry) => entry.path === folder.path);
    const { what, format } = same?.what ? same : folder;
    put({
      ...folder,
      time: Math.min(folder.time, first?.time ?? folder.time),
      by: folder.what ? folder.by : (first?.by ?? folder.by),
      what,
      format,
    });
  };

  return {
    get: (path: string) => entries.get(path),
    all: () => [...entries.values()],
    drop: remove,
    fresh() {
      const all = [...fresh];
      fresh = new Set();
      return all;
    },
    /** Answers false where there is no room for it. */
    add(entry: BookEntry): boolean {
      const known = entries.get(entry.path);
      if (known) {
        if (entry.folder && !known.folder) fold(entry);
        else if (improve(known, entry)) fresh.add(known);
        return true;
      }
      const stand = standIn(entry.path);
      if (stand && (entry.what !== 'model' || stand.what === 'model')) return true;
      if (entry.folder) {
        fold(entry);
        return true;
      }
      if (entries.size >= mostEntries) return false;
      put(entry);
      const full = foldersAbove(entry.path, cwd).find((folder) => (counts.get(folder) ?? 0) > mostInFolder);
      if (full !== undefined) {
        fold({
          ...nothingKnown,
          access: entry.access,
          path: full,
          time: entry.time,
          folder: { flat: !mayFold(full, cwd) },
        });
      }
      return true;
    },
  };
}

/** Whether a folder's entry takes the place of another. A model stays one by itself, unless the folder is one as a whole. */
function stands(folder: BookEntry, entry: BookEntry): boolean {
  if (entry.path === folder.path) return true;
  if (entry.what === 'model' && folder.what !== 'model') return false;
  if (folder.folder?.flat) return entry.folder === null && dirname(entry.path) === folder.path;
  return pathInside(folder.path, entry.path) !== undefined;
}

/** Takes what a second saying knows better; answers whether that was anything. */
function improve(known: BookEntry, entry: BookEntry): boolean {
  let better = false;
  if (known.what === null && entry.what !== null) {
    known.what = entry.what;
    known.format = entry.format;
    known.by = entry.by;
    better = true;
  }
  if (entry.time < known.time) {
    known.time = entry.time;
    if (entry.seen) known.seen = entry.seen;
    better = true;
  }
  return better;
}

/**
 * The folders in which a path counts, from its own upwards: in its own always, in those above as far as they may be told in
 * place of all that is in them.
 */
function foldersAbove(path: string, cwd: string): string[] {
  const own = dirname(path);
  const folders = [own];
  for (let folder = own; mayFold(folder, cwd) && mayFold(dirname(folder), cwd); folder = dirname(folder)) {
    folders.push(dirname(folder));
  }
  return folders;
}

/** Whether all that is in a folder may be told as one: not of where people work or live, which holds much else. */
export function mayFold(folder: string, cwd: string): boolean {
  if (dirname(folder) === folder || dirname(dirname(folder)) === dirname(folder)) return false;
  return [cwd, homedir()].every((kept) => pathInside(folder, kept) === undefined) && basename(folder) !== '';
}
