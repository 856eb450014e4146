import { constants } from 'node:fs';
import { cp, mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { causeText } from '../../base/fault.ts';
import { fault } from '../../contract/errors.ts';
import type { CodeSummary, RunDetails } from '../../contract/run.ts';
import { openGit } from '../git.ts';

export interface RestoredCode {
  /** How many files the record does not hold, and were taken as they are now: data, mostly. */
  filesAsTheyAre: number;
  /** Takes a worktree out of the repository's list again. */
  release(): Promise<void>;
}

/**
 * Puts the code of a run into a new folder as it was when the run started, and beside it what the record does not hold, as
 * that is now. The folder that the run was about is only read.
 *
 * @param folder does not exist yet
 * @throws `code-not-recorded`, `code-not-restored`
 */
export async function restoreCode(run: RunDetails, folder: string, signal: AbortSignal): Promise<RestoredCode> {
  const { code } = run;
  if (!code || code.kind === 'none') throw fault('code-not-recorded', { run: run.name });
  const release =
    code.kind === 'git' ? await addWorktree(run, code, folder, signal) : await copyBack(run, code, folder);
  try {
    return { filesAsTheyAre: await completeFrom(code.root, folder, { bytes: 0, files: 0 }), release };
  } catch (error) {
    await release();
    throw error;
  }
}

async function addWorktree(run: RunDetails, code: CodeSummary, folder: string, signal: AbortSignal) {
  if (code.commit === null) throw fault('code-not-recorded', { run: run.name });
  const git = openGit(code.root, signal);
  const release = async () => {
    await openGit(code.root, new AbortController().signal)(['worktree', 'remove', '--force', '--', folder]);
  };
  try {
    await git(['worktree', 'add', '--detach', '--', folder, code.commit]);
    if (code.patch) await openGit(folder, signal)(['apply', '--whitespace=nowarn', '--', code.patch]);
    return release;
  } catch (error) {
    await release().catch(() => undefined);
    throw fault('code-not-restored', { run: run.name, problem: causeText(error).trim() }, error);
  }
}

async function copyBack(run: RunDetails, code: CodeSummary, folder: string) {
  if (code.copy === null) throw fault('code-not-recorded', { run: run.name });
  await cp(code.copy, folder, { recursive: true });
  return async () => undefined;
}

const neverCopied = new Set(['.git', '.trainyard', 'node_modules', '__pycache__']);
const most = { bytes: 4 * 2 ** 30, files: 100_000 };

/** Copies what is missing, by reference where the file system can do that; answers how many files those were. */
async function completeFrom(root: string, folder: string, sum: { bytes: number; files: number }): Promise<number> {
  for (const entry of await readdir(root, { withFileTypes: true })) {
    const from = join(root, entry.name);
    const to = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (neverCopied.has(entry.name) || (await exists(join(from, 'pyvenv.cfg')))) continue;
      await mkdir(to, { recursive: true });
      await completeFrom(from, to, sum);
    } else if (entry.isFile() && !(await exists(to))) {
      sum.files += 1;
      sum.bytes += (await stat(from)).size;
      if (sum.bytes > most.bytes || sum.files > most.files) throw fault('folder-too-large', { folder: root });
      await cp(from, to, { mode: constants.COPYFILE_FICLONE });
    }
  }
  return sum.files;
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
