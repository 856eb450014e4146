import { constants } from 'node:fs';
import { access, lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Git } from './git.ts';
import { isSource, moreThan, type Omission } from './source-files.ts';

/** What one file and all together may add to a patch, in bytes. Data and results are not code, however they are named. */
const limits = { untracked: 1 << 20, tracked: 10 << 20, all: 50 << 20, untrackedFiles: 2_000 };

/** What of a working tree differs from its commit. Paths are relative to its top. */
export interface Changes {
  dirty: boolean;
  /** Changed and untracked files to take along. */
  kept: string[];
  /** Files of the commit that are not there any more. */
  removed: string[];
  omitted: Omission[];
}

export async function listChanges(git: Git, top: string, commit: string | null): Promise<Changes> {
  const tracked = commit
    ? names(await git(['diff', '--name-only', '-z', '--no-ext-diff', '--no-renames', 'HEAD']))
    : names(await git(['ls-files', '-z']));
  const others = names(await git(['ls-files', '--others', '--exclude-standard', '-z']));
  const untracked = others.filter((name) => !name.split('/').includes('.trainyard'));
  const changes: Changes = { dirty: tracked.length + untracked.length > 0, kept: [], removed: [], omitted: [] };
  const submodules = tracked.length > 0 ? await submodulePaths(git) : new Set<string>();
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
  for (const name of tracked) {
    if (!submodules.has(name)) await consider(name, limits.tracked, true);
    else {
      changes.kept.push(name);
      if (await submoduleDirty(git, name)) {
        changes.omitted.push({ path: name, reason: 'uncommitted changes in a submodule' });
      }
    }
  }
  const most = changes.kept.length + limits.untrackedFiles;
  for (const name of untracked) {
    if (name.endsWith('/')) changes.omitted.push({ path: name, reason: 'a repository of its own' });
    else if (!isSource(name)) changes.omitted.push({ path: name, reason: 'not source code' });
    else await consider(name, limits.untracked, changes.kept.length < most);
  }
  return changes;
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

async function submodulePaths(git: Git): Promise<Set<string>> {
  const entries = names(await git(['ls-files', '--stage', '-z']));
  const links = entries.filter((entry) => entry.startsWith('160000 '));
  return new Set(links.map((entry) => entry.slice(entry.indexOf('\t') + 1)));
}

async function submoduleDirty(git: Git, name: string): Promise<boolean> {
  const path = `:(top,literal)${name}`;
  const status = await git(['status', '--porcelain=v2', '-z', '--ignore-submodules=none', '--', path]);
  return /^\d \S+ S\S*[MU]/m.test(status.replaceAll('\0', '\n'));
}

function names(text: string): string[] {
  return text.split('\0').filter(Boolean);
}
