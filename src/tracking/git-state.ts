import { constants } from 'node:fs';
import { access, copyFile, lstat, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { CodeState } from '../contract/run-file.ts';
import { type Git, openGit } from './git.ts';
import { isSource, moreThan, type Omission, shortened } from './source-files.ts';

/** What one file and all together may add to a patch, in bytes. Data and results are not code, however they are named. */
const limits = { untracked: 1 << 20, tracked: 10 << 20, all: 50 << 20, untrackedFiles: 2_000 };

/** Where a folder's repository stands, without a look at its files. Throws what git says where it is none. */
export async function gitHead(folder: string, signal: AbortSignal): Promise<CodeState> {
  const root = withoutNewline(await openGit(folder, signal)(['rev-parse', '--show-toplevel']));
  const git = openGit(root, signal);
  const commit = await optional(git, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']);
  const branch = await optional(git, ['symbolic-ref', '--quiet', '--short', 'HEAD']);
  signal.throwIfAborted();
  return { version: 1, kind: 'git', root, commit, branch, dirty: false, patch: null, copy: null, omitted: [] };
}

/**
 * Adds what differs from the commit, untracked source files included, as a patch at `code/patch.diff` of the run's folder.
 * The repository, its index and its objects are left exactly as they are. Throws what git says where it fails.
 */
export async function gitPatch(head: CodeState, runFolder: string, signal: AbortSignal): Promise<CodeState> {
  const git = openGit(head.root, signal);
  const changes = await listChanges(git, head.root, head.commit);
  const state: CodeState = { ...head, dirty: changes.dirty, omitted: shortened(changes.omitted) };
  if (!changes.dirty) return state;
  await mkdir(join(runFolder, 'code'), { recursive: true });
  const patch = join(runFolder, 'code', 'patch.diff');
  await writePatch(git, head.root, changes, patch, join(runFolder, 'code', '.draft'));
  if ((await stat(patch)).size > 0) return { ...state, patch: 'code/patch.diff' };
  await rm(patch);
  return state;
}

interface Changes {
  dirty: boolean;
  /** Untracked files to take along. */
  added: string[];
  omitted: Omission[];
}

async function listChanges(git: Git, top: string, commit: string | null): Promise<Changes> {
  const tracked = commit
    ? names(await git(['diff', '--name-only', '-z', '--no-ext-diff', '--no-renames', 'HEAD']))
    : names(await git(['ls-files', '-z']));
  const untracked = names(await git(['ls-files', '--others', '--exclude-standard', '-z'])).filter(
    (name) => !name.split('/').includes('.trainyard'),
  );
  const submodules = new Set(await submodulePaths(git));
  const omitted: Omission[] = [];
  const added: string[] = [];
  let total = 0;
  const keep = async (name: string, limit: number) => {
    const reason = await whyNot(join(top, name), name, limit);
    if (reason === undefined) return true;
    if (reason !== 'gone') omitted.push({ path: name, reason });
    return reason === 'gone';
  };
  for (const name of tracked) {
    if (submodules.has(name)) {
      if (await submoduleDirty(git, name)) omitted.push({ path: name, reason: 'uncommitted changes in a submodule' });
    } else if (await keep(name, limits.tracked)) total += await sizeOf(join(top, name));
  }
  for (const name of untracked) {
    if (!isSource(name))
      omitted.push({ path: name, reason: name.endsWith('/') ? 'a repository of its own' : 'not source code' });
    else if (await keep(name, limits.untracked)) {
      const size = await sizeOf(join(top, name));
      const reason = overAll(total + size, added.length);
      if (reason) omitted.push({ path: name, reason });
      else {
        total += size;
        added.push(name);
      }
    }
  }
  return { dirty: tracked.length > 0 || untracked.length > 0, added, omitted };
}

function overAll(bytes: number, files: number): string | undefined {
  if (bytes > limits.all) return moreThan(`${limits.all >> 20} MB in all`);
  return files >= limits.untrackedFiles ? moreThan(`${limits.untrackedFiles} files`) : undefined;
}

/** Why a file cannot go into the patch; `gone` for one that was deleted, which the patch says. */
async function whyNot(path: string, name: string, limit: number): Promise<string | undefined> {
  if (name.includes('\ufffd')) return 'its name is not UTF-8';
  try {
    const info = await lstat(path);
    if (info.isSymbolicLink()) return undefined;
    if (!info.isFile()) return 'not a file';
    if (info.size > limit) return `larger than ${limit >> 20} MB`;
  } catch {
    return 'gone';
  }
  return access(path, constants.R_OK).then(
    () => undefined,
    () => 'cannot be read',
  );
}

async function sizeOf(path: string): Promise<number> {
  return lstat(path).then(
    (info) => info.size,
    () => 0,
  );
}

/** Stages everything in a copy of the index, with new objects beside the repository, and compares that with the commit. */
async function writePatch(git: Git, top: string, changes: Changes, patch: string, draft: string): Promise<void> {
  const index = join(draft, 'index');
  const objects = join(draft, 'objects');
  await mkdir(objects, { recursive: true });
  try {
    const paths = withoutNewline(await git(['rev-parse', '--git-path', 'index', '--git-path', 'objects'])).split('\n');
    const [ownIndex, ownObjects] = paths.map((path) => resolve(top, path)) as [string, string];
    await copyFile(ownIndex, index).catch(() => undefined);
    const environment = {
      GIT_INDEX_FILE: index,
      GIT_OBJECT_DIRECTORY: objects,
      GIT_ALTERNATE_OBJECT_DIRECTORIES: quotedPath(ownObjects),
    };
    const leftOut = changes.omitted.map((omission) => `:(top,exclude,literal)${omission.path}`);
    await stage(git, ['--update'], [':(top)', ...leftOut], join(draft, 'tracked'), environment);
    if (changes.added.length > 0) {
      const added = changes.added.map((name) => `:(top,literal)${name}`);
      await stage(git, ['--force'], added, join(draft, 'added'), environment);
    }
    await git([...diffArguments, `--output=${patch}`], environment);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

const diffArguments = [
  'diff',
  '--cached',
  '--binary',
  '--full-index',
  '--no-color',
  '--no-ext-diff',
  '--no-textconv',
  '--no-renames',
  '--no-relative',
  '--src-prefix=a/',
  '--dst-prefix=b/',
  '--unified=3',
  '--inter-hunk-context=0',
  '--submodule=short',
  '--diff-algorithm=default',
];

async function stage(
  git: Git,
  how: string[],
  pathspecs: string[],
  listFile: string,
  environment: Record<string, string>,
): Promise<void> {
  await writeFile(listFile, pathspecs.map((line) => `${line}\0`).join(''));
  await git(['add', ...how, `--pathspec-from-file=${listFile}`, '--pathspec-file-nul'], environment);
}

async function submodulePaths(git: Git): Promise<string[]> {
  const entries = names(await git(['ls-files', '--stage', '-z']));
  return entries.filter((entry) => entry.startsWith('160000 ')).map((entry) => entry.slice(entry.indexOf('\t') + 1));
}

async function submoduleDirty(git: Git, name: string): Promise<boolean> {
  const status = await git([
    'status',
    '--porcelain=v2',
    '-z',
    '--ignore-submodules=none',
    '--',
    `:(top,literal)${name}`,
  ]);
  return /^\d \S+ S\S*[MU]/m.test(status.replaceAll('\0', '\n'));
}

async function optional(git: Git, args: string[]): Promise<string | null> {
  return git(args).then(
    (text) => withoutNewline(text) || null,
    () => null,
  );
}

function names(text: string): string[] {
  return text.split('\0').filter(Boolean);
}

function withoutNewline(text: string): string {
  return text.replace(/\r?\n$/, '');
}

/** A path in a colon-separated list of git. */
function quotedPath(path: string): string {
  return /[:"\\]/.test(path) && process.platform !== 'win32' ? `"${path.replaceAll(/["\\]/g, '\\$&')}"` : path;
}
