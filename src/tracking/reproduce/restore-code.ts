import { constants, lstatSync } from 'node:fs';
import { cp, lstat, mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { causeText } from '../../base/fault.ts';
import { fault } from '../../contract/errors.ts';
import type { CodeSummary, RunDetails } from '../../contract/run.ts';
import { openGit } from '../git.ts';
import { isInside } from '../run-folder.ts';

export interface RestoredCode {
  /** How many files the record does not hold, and were taken as they are now: data, mostly. */
  filesAsTheyAre: number;
  /** Takes worktrees out of the repositories' lists again. */
  release(): Promise<void>;
}

type Release = () => Promise<void>;

/**
 * Puts the code of a run into a new folder as it was when the run started, and beside it what the record does not hold, as
 * that is now. The folder that the run was about is only read.
 *
 * @param folder does not exist yet
 * @param leaveOut absolute paths of what is not taken along, such as what the run itself has made
 * @throws `code-not-recorded`, `code-not-restored`, `folder-too-large`
 */
export async function restoreCode(
  run: RunDetails,
  folder: string,
  leaveOut: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<RestoredCode> {
  const { code } = run;
  if (!code || code.kind === 'none') throw fault('code-not-recorded', { run: run.name });
  const release = code.kind === 'git' ? await fromGit(run, code, folder, signal) : await copyBack(run, code, folder);
  try {
    const sum = { bytes: 0, files: 0 };
    return { filesAsTheyAre: await completeFrom(code.root, folder, { sum, leaveOut, signal }), release };
  } catch (error) {
    await release();
    throw error;
  }
}

async function fromGit(run: RunDetails, code: CodeSummary, folder: string, signal: AbortSignal): Promise<Release> {
  const releases: Release[] = [];
  const release = async () => {
    for (const undo of releases.splice(0).reverse()) await undo();
  };
  try {
    if (code.commit === null) await mkdir(folder, { recursive: true });
    else releases.push(await addWorktree(code.root, folder, code.commit, signal));
    const modules = await submodules(code, folder, signal);
    if (code.patch) await applyPatch(code.patch, folder, [...modules.keys()], signal);
    for (const [path, commit] of modules) {
      // One that was never fetched, or not from there, is copied as it is, if it is there at all.
      const undo = await addWorktree(join(code.root, path), join(folder, path), commit, signal).catch(() => undefined);
      signal.throwIfAborted();
      if (undo) releases.push(undo);
    }
    return release;
  } catch (error) {
    await release().catch(() => undefined);
    signal.throwIfAborted();
    throw fault('code-not-restored', { run: run.name, problem: causeText(error).trim() }, error);
  }
}

async function addWorktree(root: string, folder: string, commit: string, signal: AbortSignal): Promise<Release> {
  if (!lstatSync(join(root, '.git'), { throwIfNoEntry: false })) throw new Error(`${root} is no repository`);
  await openGit(root, signal)(['worktree', 'add', '--detach', '--', folder, commit]);
  return async () => {
    await openGit(root, new AbortController().signal)(['worktree', 'remove', '--force', '--force', '--', folder]);
  };
}

/** `git apply` alone touches files only: no index, no objects of the user's repository. */
async function applyPatch(patch: string, folder: string, except: string[], signal: AbortSignal): Promise<void> {
  const left = except.map((path) => `--exclude=${path.replaceAll(/[*?[\]\\]/g, '\\$&')}`);
  const environment = { GIT_CEILING_DIRECTORIES: join(folder, '..') };
  await openGit(folder, signal)(['apply', '--whitespace=nowarn', '--allow-empty', ...left, '--', patch], {
    environment,
  });
}

const changedModule = /^diff --git [\s\S]*?(?=^diff --git |(?![\s\S]))/gm;

/** The commits of submodules, by path: those of the run's commit, and what the patch says otherwise. */
async function submodules(code: CodeSummary, folder: string, signal: AbortSignal): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  if (code.commit !== null) {
    const listed = await openGit(folder, signal)(['ls-files', '--stage', '-z']);
    for (const entry of listed.split('\0')) {
      const [, commit, path] = /^160000 ([0-9a-f]+) \d\t([\s\S]*)$/.exec(entry) ?? [];
      if (commit !== undefined && path !== undefined) found.set(path, commit);
    }
  }
  if (!code.patch || (found.size === 0 && code.commit !== null && (await stat(code.patch)).size > mostRead))
    return found;
  for (const [change] of (await readFile(code.patch, 'latin1')).matchAll(changedModule)) {
    if (!/^(old mode|new mode|new file mode|deleted file mode|index [0-9a-f.]+) ?160000$/m.test(change)) continue;
    const path = /^(?:\+\+\+ b|--- a)\/(.*?)\t?$/m.exec(change)?.[1];
    const commit = /^\+Subproject commit ([0-9a-f]+)/m.exec(change)?.[1];
    if (path === undefined || !isInside(path)) continue;
    if (commit === undefined) found.delete(path);
    else found.set(path, commit);
  }
  return found;
}

const mostRead = 100 << 20;

async function copyBack(run: RunDetails, code: CodeSummary, folder: string): Promise<Release> {
  if (code.copy === null) throw fault('code-not-recorded', { run: run.name });
  await cp(code.copy, folder, { recursive: true });
  return async () => undefined;
}

const neverCopied = new Set(['.git', '.trainyard', 'node_modules', '__pycache__']);
const most = { bytes: 4 * 2 ** 30, files: 100_000 };

interface Completion {
  sum: { bytes: number; files: number };
  leaveOut: ReadonlySet<string>;
  signal: AbortSignal;
}

/** Copies what is missing, by reference where the file system can do that; answers how many files those were. */
async function completeFrom(root: string, folder: string, how: Completion): Promise<number> {
  const { sum, leaveOut, signal } = how;
  for (const entry of await readdir(root, { withFileTypes: true })) {
    signal.throwIfAborted();
    const from = join(root, entry.name);
    const to = join(folder, entry.name);
    if (leaveOut.has(from)) continue;
    if (entry.isDirectory()) {
      // A link that the code has in its place leads to somewhere else, where nothing is written.
      if (neverCopied.has(entry.name) || (await isLink(to)) || (await exists(join(from, 'pyvenv.cfg')))) continue;
      await mkdir(to, { recursive: true });
      await completeFrom(from, to, how);
    } else if ((entry.isFile() || entry.isSymbolicLink()) && !(await isLink(to)) && !(await exists(to))) {
      sum.files += 1;
      if (entry.isFile()) sum.bytes += (await stat(from)).size;
      if (sum.bytes > most.bytes || sum.files > most.files) throw fault('folder-too-large', { folder: root });
      await cp(from, to, { mode: constants.COPYFILE_FICLONE, verbatimSymlinks: true });
    }
  }
  return sum.files;
}

function isLink(path: string): Promise<boolean> {
  return lstat(path).then(
    (found) => found.isSymbolicLink(),
    () => false,
  );
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
