import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { causeText, systemCode } from '../base/fault.ts';
import { pathInside } from '../base/files.ts';
import type { CodeChange, CodeChanges, CodeComparison } from '../contract/code.ts';
import { fault } from '../contract/errors.ts';
import type { CodeSummary, RunDetails } from '../contract/run.ts';
import { type Git, openGit, withoutFilters } from './git.ts';
import { isSource } from './source-files.ts';

type RecordedRun = Pick<RunDetails, 'name' | 'code' | 'directory'>;

/** More files than this are not compared in one view. */
const mostFiles = 300;

/**
 * What differs between the commit and what the run ran with, or between that and the workspace now. Nothing is written into
 * the repository.
 *
 * @throws `code-not-recorded`, `code-not-restored`
 */
export async function codeChanges(
  run: RecordedRun,
  between: CodeComparison,
  signal: AbortSignal,
): Promise<CodeChanges> {
  const { code } = run;
  if (!code || code.kind === 'none') throw fault('code-not-recorded', { run: run.name });
  const found =
    code.kind === 'copy' ? await changedCopies(run, code, between) : await changedInGit(run, between, signal);
  return { root: code.root, files: found.slice(0, mostFiles), more: Math.max(0, found.length - mostFiles) };
}

/**
 * A file as it was in the commit or when the run started; empty where it was not there. What is not UTF-8 becomes U+FFFD.
 *
 * @throws `code-not-recorded`, `code-not-restored`
 */
export async function codeFile(
  run: RecordedRun,
  path: string,
  version: 'commit' | 'recorded',
  signal: AbortSignal,
): Promise<string> {
  const { code } = run;
  if (code?.kind === 'copy' && code.copy !== null && version === 'recorded') {
    const file = join(code.copy, path);
    if (pathInside(code.copy, file) === undefined) throw fault('code-not-recorded', { run: run.name });
    return (await readText(file)) ?? '';
  }
  return withRecordedTree(run, signal, async ({ git, commit, tree }) => {
    const source = version === 'commit' ? commit : tree;
    const listed = source === null ? '' : await git(['ls-tree', '-z', source, '--', path]);
    const object = /^\d+ blob ([0-9a-f]+)\t/.exec(listed)?.[1];
    return object === undefined ? '' : git(['cat-file', 'blob', object]);
  });
}

interface RecordedTree {
  /** Sees the recorded state as its index. */
  git: (args: string[]) => Promise<string>;
  commit: string | null;
  tree: string;
}

/** Makes the recorded tree in an index and objects of its own, outside of the repository, for as long as it is used. */
async function withRecordedTree<Result>(
  run: RecordedRun,
  signal: AbortSignal,
  use: (recorded: RecordedTree) => Promise<Result>,
): Promise<Result> {
  const { code } = run;
  if (code?.kind !== 'git') throw fault('code-not-recorded', { run: run.name });
  const draft = await mkdtemp(join(tmpdir(), 'trainyard-code-'));
  try {
    const plain = await gitOf(code.root, run.directory, signal);
    const objects = join(draft, 'objects');
    await mkdir(objects);
    const own = resolve(code.root, (await plain(['rev-parse', '--git-path', 'objects'])).replace(/\r?\n$/, ''));
    const environment = {
      GIT_INDEX_FILE: join(draft, 'index'),
      GIT_OBJECT_DIRECTORY: objects,
      GIT_ALTERNATE_OBJECT_DIRECTORIES: JSON.stringify(own),
    };
    const git: RecordedTree['git'] = (args) => plain(args, { environment });
    await git(code.commit ? ['read-tree', code.commit] : ['read-tree', '--empty']);
    if (code.patch) await git(['apply', '--cached', '--whitespace=nowarn', '--', code.patch]);
    return await use({ git, commit: code.commit, tree: (await git(['write-tree'])).trim() });
  } catch (error) {
    signal.throwIfAborted();
    throw fault('code-not-restored', { run: run.name, problem: causeText(error).trim() }, error);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Any repository may be named by a run that came from elsewhere: only that of the store itself has its filters. */
async function gitOf(root: string, directory: string, signal: AbortSignal): Promise<Git> {
  const plain = openGit(root, signal);
  if (pathInside(root, directory) !== undefined) return plain;
  return openGit(root, signal, await withoutFilters(plain));
}

function changedInGit(run: RecordedRun, between: CodeComparison, signal: AbortSignal): Promise<CodeChange[]> {
  return withRecordedTree(run, signal, async ({ git, commit, tree }) => {
    if (between === 'commit') {
      if (commit === null) {
        const all = (await git(['ls-tree', '-r', '-z', '--name-only', tree])).split('\0').filter((path) => path !== '');
        return all.map((path) => ({ path, before: false, after: true }));
      }
      return readNameStatus(await git(['diff-tree', '-r', '-z', '--no-renames', '--name-status', commit, tree]));
    }
    // Reads what may differ once, so that files of the same content are not listed.
    await git(['update-index', '-q', '--refresh']);
    const changed = readNameStatus(await git(['diff-files', '-z', '--no-renames', '--name-status']));
    const others = (await git(['ls-files', '--others', '--exclude-standard', '-z'])).split('\0');
    const fresh = others.filter((path) => path !== '' && !path.split('/').includes('.trainyard') && isSource(path));
    return [...changed, ...fresh.map((path): CodeChange => ({ path, before: false, after: true }))];
  });
}

function readNameStatus(text: string): CodeChange[] {
  const fields = text.split('\0');
  const changes: CodeChange[] = [];
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const status = fields[index] as string;
    changes.push({ path: fields[index + 1] as string, before: status !== 'A', after: status !== 'D' });
  }
  return changes;
}

async function changedCopies(run: RecordedRun, code: CodeSummary, between: CodeComparison): Promise<CodeChange[]> {
  if (code.copy === null || between === 'commit') throw fault('code-not-recorded', { run: run.name });
  const { copy, root } = code;
  const entries = await readdir(copy, { recursive: true, withFileTypes: true });
  const changes: CodeChange[] = [];
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = pathInside(copy, join(entry.parentPath, entry.name));
    if (path === undefined) continue;
    const [before, after] = await Promise.all([readText(join(copy, path)), readText(join(root, path))]);
    if (before !== after) changes.push({ path: path.replaceAll('\\', '/'), before: true, after: after !== undefined });
  }
  return changes;
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'EISDIR' || systemCode(error) === 'ENOTDIR')
      return undefined;
    throw error;
  }
}
