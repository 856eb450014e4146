import { mkdir, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import process from 'node:process';
import type { CodeState } from '../contract/run-file.ts';
import { type Git, openGit } from './git.ts';
import { type Changes, listChanges } from './git-changes.ts';
import { shortened } from './source-files.ts';

/** Where a folder's repository stands, without a look at its files. Throws what git says where it is none. */
export async function gitHead(folder: string, signal: AbortSignal): Promise<CodeState> {
  const git = openGit(folder, signal);
  const [top, commit, branch] = await Promise.all([
    git(['rev-parse', '--show-toplevel']),
    optional(git, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']),
    optional(git, ['symbolic-ref', '--quiet', '--short', 'HEAD']),
  ]);
  signal.throwIfAborted();
  const root = withoutNewline(top);
  return { version: 1, kind: 'git', root, commit, branch, dirty: false, patch: null, copy: null, omitted: [] };
}

/**
 * Adds what differs from the commit, untracked source files included, as a patch at `code/patch.diff` of the run's folder.
 * The repository, its index and its objects are left exactly as they are. Throws what git says where it fails.
 */
export async function gitPatch(head: CodeState, runFolder: string, signal: AbortSignal): Promise<CodeState> {
  const git = openGit(head.root, signal);
  const { kept, removed, omitted } = await listChanges(git, head.root);
  const state: CodeState = { ...head, dirty: omitted.length > 0, omitted: shortened(omitted) };
  if (kept.length + removed.length === 0) return state;
  await mkdir(join(runFolder, 'code'), { recursive: true });
  const patch = join(runFolder, 'code', 'patch.diff');
  await writePatch(git, head, { kept, removed }, patch, join(runFolder, 'code', '.draft'));
  if ((await stat(patch)).size > 0) return { ...state, dirty: true, patch: 'code/patch.diff' };
  await rm(patch);
  return state;
}

/** Builds the tree as it is now in an index of its own, with new objects beside the repository, and compares it with the commit. */
async function writePatch(
  git: Git,
  head: CodeState,
  { kept, removed }: Pick<Changes, 'kept' | 'removed'>,
  patch: string,
  draft: string,
): Promise<void> {
  const objects = join(draft, 'objects');
  await mkdir(objects, { recursive: true });
  try {
    const ownObjects = resolve(head.root, withoutNewline(await git(['rev-parse', '--git-path', 'objects'])));
    const environment = {
      GIT_INDEX_FILE: join(draft, 'index'),
      GIT_OBJECT_DIRECTORY: objects,
      GIT_ALTERNATE_OBJECT_DIRECTORIES: quotedPath(ownObjects),
    };
    const update = async (how: string[], paths: string[]) => {
      if (paths.length === 0) return;
      const input = paths.map((path) => `${path}\0`).join('');
      await git(['update-index', ...how, '-z', '--stdin'], { environment, input });
    };
    await git(head.commit ? ['read-tree', head.commit] : ['read-tree', '--empty'], { environment });
    await update(['--force-remove'], removed);
    await update(['--add', '--replace'], kept);
    await git([...diffArguments, `--output=${patch}`, ...(head.commit ? [head.commit] : [])], { environment });
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

async function optional(git: Git, args: string[]): Promise<string | null> {
  return git(args).then(
    (text) => withoutNewline(text) || null,
    () => null,
  );
}

function withoutNewline(text: string): string {
  return text.replace(/\r?\n$/, '');
}

/** A path in a colon-separated list of git. */
function quotedPath(path: string): string {
  return /[:"\\]/.test(path) && process.platform !== 'win32' ? `"${path.replaceAll(/["\\]/g, '\\$&')}"` : path;
}
