import { constants } from 'node:fs';
import { access, lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { isSource, moreThan, type Omission } from './source-files.ts';

/** What one file and all together may add to a patch, in bytes. Data and results are not code, however they are named. */
const limits = { untracked: 1 << 20, tracked: 10 << 20, all: 50 << 20, untrackedFiles: 2_000 };

/** What of a working tree differs from its commit. Paths are relative to its top. */
export interface Changes {
  /** Changed and untracked files to take along. */
  kept: string[];
  /** Files of the commit that are not there any more. */
  removed: string[];
  omitted: Omission[];
}

/** Of all that differs, what is code and small enough. */
export async function chooseChanges(
  { tracked, untracked }: Pick<Status, 'tracked' | 'untracked'>,
  top: string,
): Promise<Changes> {
  const changes: Changes = { kept: [], removed: [], omitted: [] };
  let bytes = 0;
  const consider = async (name: string, limit: number, room: boolean) => {
    const found = await lookAtFile(join(top, name), limit);
    const reason = name.includes('\ufffd') ? 'its name is not UTF-8' : (found.reason ?? overAll(bytes + found.size));
    if (reason !== undefined) changes.omitted.push({ path: name, reason });
    else if (!room) changes.omitted.push({ path: name, reason: moreThan(`${limits.untrackedFiles} files`) });
    else if (found.there) {
      bytes += found.size;
      changes.kept.push(name);
    } else changes.removed.push(name);
  };
  for (const { name, submodule, ownChanges } of tracked) {
    if (!submodule) await consider(name, limits.tracked, true);
    else {
      changes.kept.push(name);
      if (ownChanges) changes.omitted.push({ path: name, reason: 'uncommitted changes in a submodule' });
    }
  }
  const most = changes.kept.length + limits.untrackedFiles;
  const { own, omitted } = withoutInstalled(untracked);
  changes.omitted.push(...omitted);
  for (const name of own) {
    if (name.endsWith('/')) changes.omitted.push({ path: name, reason: 'a repository of its own' });
    else if (!isSource(name)) changes.omitted.push({ path: name, reason: 'not source code' });
    else await consider(name, limits.untracked, changes.kept.length < most);
  }
  return changes;
}

const installed = new Set(['site-packages', 'node_modules', '__pycache__']);

/** Untracked files but those of environments and installed packages, which are named by their folders: nobody wrote them here. */
function withoutInstalled(untracked: string[]): { own: string[]; omitted: Omission[] } {
  const ends = '/pyvenv.cfg';
  const environments = untracked.filter((name) => name.endsWith(ends)).map((name) => name.slice(0, 1 - ends.length));
  const found = new Map(environments.map((path) => [path, 'a virtual environment']));
  const own = untracked.filter((name) => {
    if (environments.some((folder) => name.startsWith(folder))) return false;
    const parts = name.split('/');
    const at = parts.slice(0, -1).findIndex((part) => installed.has(part));
    if (at !== -1) found.set(`${parts.slice(0, at + 1).join('/')}/`, 'installed packages');
    return at === -1;
  });
  return { own, omitted: [...found].map(([path, reason]) => ({ path, reason })) };
}

/** Its paths are relative to the top of the working tree, wherever it is asked. */
export const statusCommand = [
  'status',
  '--porcelain=v2',
  '--branch',
  '-z',
  '--no-renames',
  '--no-ahead-behind',
  '--untracked-files=all',
];

/** What `git status` says. */
export interface Status {
  /** Null where there is none yet. */
  commit: string | null;
  /** Null for a detached HEAD. */
  branch: string | null;
  tracked: TrackedChange[];
  untracked: string[];
}

interface TrackedChange {
  name: string;
  submodule: boolean;
  /** A submodule that differs from its own commit. */
  ownChanges: boolean;
}

/** Fields before the path in a line of `git status --porcelain=v2`, for changed and for unmerged files (git-status(1)). */
const fieldsBefore: Record<string, number> = { '1': 8, u: 10 };

export function readStatus(text: string): Status {
  const header = (name: string) =>
    text
      .split('\0')
      .find((line) => line.startsWith(`# branch.${name} `))
      ?.slice(name.length + 10);
  const [commit = '(initial)', branch = '(detached)'] = [header('oid'), header('head')];
  const tracked: TrackedChange[] = [];
  const untracked: string[] = [];
  for (const line of text.split('\0')) {
    const kind = line[0] ?? '';
    if (kind === '?') untracked.push(line.slice(2));
    const count = fieldsBefore[kind];
    if (count === undefined) continue;
    const fields = line.split(' ');
    const name = fields.slice(count).join(' ');
    const modes = kind === 'u' ? fields.slice(3, 6) : fields.slice(4, 5);
    tracked.push({ name, submodule: modes.includes('160000'), ownChanges: /^S\S*[MU]/.test(fields[2] as string) });
  }
  return {
    commit: commit === '(initial)' ? null : commit,
    branch: branch === '(detached)' ? null : branch,
    tracked,
    untracked: untracked.filter((name) => !name.split('/').includes('.trainyard')),
  };
}

function overAll(bytes: number): string | undefined {
  return bytes > limits.all ? moreThan(`${limits.all >> 20} MB in all`) : undefined;
}

/** What is at a path, and why it cannot go into the patch. A folder in the place of a file means that the file is gone. */
async function lookAtFile(path: string, limit: number): Promise<{ there: boolean; size: number; reason?: string }> {
  const info = await lstat(path).catch(() => undefined);
  if (!info || info.isDirectory()) return { there: false, size: 0 };
  const found = { there: true, size: info.size };
  if (info.isSymbolicLink()) return found;
  if (!info.isFile()) return { ...found, reason: 'not a file' };
  if (info.size > limit) return { ...found, reason: `larger than ${limit >> 20} MB` };
  const readable = await access(path, constants.R_OK).then(
    () => true,
    () => false,
  );
  return readable ? found : { ...found, reason: 'cannot be read' };
}
