import type { Micros } from '../base/time.ts';

export const fileAccesses = ['read', 'write'] as const;
/** `read`: something went in; `write`: something came out. */
export type FileAccess = (typeof fileAccesses)[number];

export const fileRoles = ['model', 'figure', 'data'] as const;
/** What a file is, where whoever opened it knows. */
export type FileRole = (typeof fileRoles)[number];

/** That a process opened a file, as it says once in its `files-*.jsonl`: docs/journal.md. */
export interface FileTold {
  kind: 'file';
  /** Since the file's own `open`. */
  t: Micros;
  path: string;
  access: FileAccess;
  /** Who opened it: `open`, `pandas.read_parquet`. */
  by: string;
  /** As they were when it was opened. */
  bytes: number | null;
  modified: Micros | null;
  what: FileRole | null;
  /** `png`, `torch`, … */
  format: string | null;
}

/** That a process opened a folder as one thing, or so many files of it that it says no more of them. */
export interface FolderTold {
  kind: 'folder';
  t: Micros;
  path: string;
  access: FileAccess;
  by: string | null;
  what: FileRole | null;
  format: string | null;
}

/** Reads a record of `files-*.jsonl`, checked by hand because the supervisor has no schemas; undefined where it is no such. */
export function readFileRecord(record: unknown): FileTold | FolderTold | undefined {
  if (typeof record !== 'object' || record === null) return undefined;
  const { kind, t, path, access, by, bytes, modified, what, format } = record as Record<string, unknown>;
  const known = fileAccesses.find((one) => one === access);
  if (!isWhole(t) || typeof path !== 'string' || path === '' || path.includes('\0') || !known) return undefined;
  const said = {
    what: fileRoles.find((one) => one === what) ?? null,
    format: typeof format === 'string' ? format : null,
  };
  if (kind === 'folder') return { kind, t, path, access: known, by: typeof by === 'string' ? by : null, ...said };
  if (kind !== 'file' || typeof by !== 'string') return undefined;
  return {
    kind,
    t,
    path,
    access: known,
    by,
    bytes: isWhole(bytes) ? bytes : null,
    modified: isWhole(modified) ? modified : null,
    ...said,
  };
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
