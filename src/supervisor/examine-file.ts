import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { systemCode } from '../base/fault.ts';
import { storedPath } from '../base/files.ts';
import { pathOf } from '../base/path-text.ts';
import type { Micros } from '../base/time.ts';
import { type FileFormat, formatOf, headBytes, mayHaveFormat, savedModelFile } from '../contract/file-formats.ts';
import type { SupervisorRecord } from '../contract/supervisor-record.ts';
import { type BookEntry, tickMicros } from './file-book.ts';
import { type HashLimits, hashFile } from './hash-file.ts';
import { hashFolder, readFolder } from './hash-folder.ts';
import { type FileLook, isSame, lookAtFile } from './look-at-file.ts';
import type { Pace } from './pace.ts';
import type { FoundFile } from './walk-folder.ts';

export type FileRecord = SupervisorRecord & { kind: 'file' };

/** What of a record comes from a look at the file. */
type Findings = Pick<FileRecord, 'bytes' | 'modified' | 'sha256' | 'sampled' | 'files' | 'changed' | 'problem'>;

export interface Examiner {
  /** What there is to say of an entry before anything is read. */
  glance(entry: BookEntry): Promise<FileRecord>;
  /** Hashes it, and takes down what kind of file it is. */
  examine(entry: BookEntry): Promise<FileRecord>;
  /** Whether an input is still what it was; undefined where it is. */
  lookAgain(entry: BookEntry, before: FileRecord): Promise<FileRecord | undefined>;
}

const nothingFound: Findings = {
  bytes: null,
  modified: null,
  sha256: null,
  sampled: false,
  files: null,
  changed: false,
  problem: null,
};

/** @param since when the run began; what its folders hold is told apart by that */
export function fileExaminer(root: string, since: Micros, limits: HashLimits, pace: Pace): Examiner {
  const record = (
    { access, path, time, by, what, format, folder }: BookEntry,
    found: Partial<Findings>,
  ): FileRecord => {
    const stored = storedPath(root, path);
    const about = { flat: folder?.flat ?? false, by, what, format, kept: null };
    return { kind: 'file', t: time, access, path: stored, ...nothingFound, ...found, ...about };
  };

  const counts = (entry: BookEntry) => (file: FoundFile) => {
    const isOwn = file.modified >= since - tickMicros;
    return entry.access === 'read' ? !isOwn : isOwn || file.made >= since - tickMicros;
  };

  const examineFolder = async (entry: BookEntry): Promise<FileRecord> => {
    const content = await readFolder(entry.path, entry.folder?.flat ?? false, counts(entry), pace);
    if ('problem' in content) return record(entry, content);
    if (entry.what === null && content.files.some(({ way }) => way.length === 1 && way[0] === savedModelFile)) {
      Object.assign(entry, { what: 'model', format: 'saved-model' });
    }
    return record(entry, await hashFolder(entry.path, content, limits, pace));
  };

  const examineFile = async (entry: BookEntry, look: FileLook & { kind: 'file' }): Promise<FileRecord> => {
    if (entry.what === null) Object.assign(entry, await formatAt(entry));
    const { bytes, modified } = look;
    const isInput = entry.access === 'read';
    if (isInput && entry.seen && !isSame(entry.seen, look)) {
      return record(entry, { ...entry.seen, changed: true });
    }
    const hash = await hashFile(entry.path, limits, pace);
    if ('problem' in hash) return record(entry, { bytes, modified, problem: hash.problem });
    const { unsteady, ...found } = hash;
    if (isInput && (unsteady || !isSame(look, found))) return record(entry, { bytes, modified, changed: true });
    return record(entry, found);
  };

  return {
    async glance(entry) {
      const look = await lookAtFile(entry.path);
      if (look.kind === 'problem') return record(entry, look.problem === 'gone' ? { problem: 'gone' } : {});
      if (look.kind === 'folder' || entry.folder) return record(entry, { files: 0 });
      return record(entry, { bytes: look.bytes, modified: look.modified });
    },
    async examine(entry) {
      pace.begin();
      const look = await lookAtFile(entry.path);
      if (look.kind === 'problem') return record(entry, { ...entry.seen, problem: look.problem });
      return look.kind === 'folder' ? examineFolder(entry) : examineFile(entry, look);
    },
    async lookAgain(entry, before) {
      if (before.problem !== null || before.changed) return undefined;
      const look = await lookAtFile(entry.path);
      if (look.kind === 'problem') return { ...before, problem: look.problem };
      if (look.kind === 'folder') return undefined;
      return isSame(before, look) ? undefined : { ...before, changed: true };
    },
  };
}

/** A picture that is read is data to the run; a model is one also where it is only used. */
async function formatAt({ path, access }: BookEntry): Promise<FileFormat | undefined> {
  const name = basename(path);
  if (!mayHaveFormat(name)) return undefined;
  try {
    const file = await open(pathOf(path), 'r');
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0);
      const format = formatOf(name, buffer.subarray(0, bytesRead));
      return access === 'read' && format?.what === 'figure' ? undefined : format;
    } finally {
      await file.close();
    }
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return undefined;
  }
}
