import { mkdir, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import process from 'node:process';
import type { CodeState } from '../contract/run-file.ts';
import { type Git, openGit } from './git.ts';
import { type Changes, chooseChanges, readStatus, type Status, statusCommand } from './git-changes.ts';
import { shortened } from './source-files.ts';

/** What git says about the repository of a folder. Asked at once, because to start git takes longer than to answer. */
export interface RepositoryLook {
  /** Where it stands, without a look at its files. Rejected with what git says where there is none. */
  head: Promise<CodeState>;
  /** What differs from the commit. */
  status: Promise<Status>;
  /** Where its objects are. */
  objects: Promise<string>;
}

export function lookAtRepository(folder: string, signal: AbortSignal): RepositoryLook {
  const git = openGit(folder, signal);
  const place = git(placeCommand).then((text) => readPlace(text, folder));
  const look = {
    head: place.then(({ objects, ...head }) => ({ version: 1 as const, kind: 'git' as const, ...head, ...unchanged })),
    status: git(statusCommand).then(readStatus),
    objects: place.then(({ objects }) => objects),
  };
  // Who asks for the first and finds that it failed does not ask for the others.
  for (const answer of [look.status, look.objects]) answer.catch(() => undefined);
  return look;
}

const unchanged = { dirty: false, patch: null, copy: null, omitted: [] };

/** `--revs-only` leaves out the commit where there is none yet; the answer in the middle keeps two paths apart. */
const placeCommand = [
  ...['rev-parse', '--revs-only', '--show-toplevel', '--is-bare-repository', '--git-path', 'objects'],
  ...['HEAD^{commit}', '--symbolic-full-name', 'HEAD'],
];

function readPlace(text: string, folder: string) {
  const answer = /^([\s\S]+)\nfalse\n([\s\S]+?)\n(?:([0-9a-f]{40,64})\n(.*)\n)?$/;
  const found = answer.exec(text.replaceAll('\r\n', '\n'));
  if (!found) throw new Error(`git rev-parse answered ${JSON.stringify(text)}`);
  const [, root = '', objects = '', commit = null, ref = 'HEAD'] = found;
  const branch = ref === 'HEAD' ? null : ref.replace(/^refs\/(heads|remotes)\//, '');
  return { root, commit, branch, objects: resolve(folder, objects) };
}

/**
 * Adds what differs from the commit, untracked source files included, as a patch at `code/patch.diff` of the run's folder.
 * The repository, its index and its objects are left exactly as they are. Throws what git says where it fails.
 */
export async function gitPatch(
  head: CodeState,
  { status, objects }: RepositoryLook,
  runFolder: string,
  signal: AbortSignal,
): Promise<CodeState> {
  const { commit, branch, ...listed } = await status;
  const { kept, removed, omitted } = await chooseChanges(listed, head.root);
  const state: CodeState = { ...head, commit, branch, dirty: omitted.length > 0, omitted: shortened(omitted) };
  if (kept.length + removed.length === 0) return state;
  const code = join(runFolder, 'code');
  const patch = join(code, 'patch.diff');
  const git = openGit(head.root, signal);
  await writePatch(git, commit, { kept, removed }, { patch, draft: join(code, '.draft'), ownObjects: await objects });
  if ((await stat(patch)).size > 0) return { ...state, dirty: true, patch: 'code/patch.diff' };
  await rm(patch);
  return state;
}

/** Builds the tree as it is now in an index of its own, with new objects beside the repository, and compares it with the commit. */
async function writePatch(
  git: Git,
  commit: string | null,
  { kept, removed }: Pick<Changes, 'kept' | 'removed'>,
  { patch, draft, ownObjects }: { patch: string; draft: string; ownObjects: string },
): Promise<void> {
  const objects = join(draft, 'objects');
  await mkdir(objects, { recursive: true });
  try {
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
    await git(commit ? ['read-tree', commit] : ['read-tree', '--empty'], { environment });
    await update(['--force-remove'], removed);
    await update(['--add', '--replace'], kept);
    await git([...diffArguments, `--output=${patch}`, ...(commit ? [commit] : [])], { environment });
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

/** A path in a colon-separated list of git. */
function quotedPath(path: string): string {
  return /[:"\\]/.test(path) && process.platform !== 'win32' ? `"${path.replaceAll(/["\\]/g, '\\$&')}"` : path;
}
