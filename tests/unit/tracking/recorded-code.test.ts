import { deepStrictEqual, rejects, strictEqual } from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CodeSummary } from '../../../src/contract/run.ts';
import { codeChanges, codeFile } from '../../../src/tracking/recorded-code.ts';
import { type Repository, repository } from '../../support/repository.ts';

const signal = new AbortController().signal;

describe('the code that a run ran with', () => {
  let repo: Repository;
  let code: CodeSummary;
  const run = () => ({ name: 'baseline', code, directory: join(repo.folder, '.trainyard', 'runs', 'x') });

  beforeEach(() => {
    repo = repository();
    repo.git('init', '-q');
    repo.file('train.py', 'one\n');
    repo.file('gone.py', 'old\n');
    repo.file('same.py', 'same\n');
    const commit = repo.commit();
    repo.file('train.py', 'two\n');
    const patch = join(repo.top, 'patch.diff');
    writeFileSync(patch, repo.git('diff', '--binary', '--full-index'));
    const kept = { kind: 'git' as const, root: repo.folder, commit, branch: 'main', dirty: true };
    code = { ...kept, patch, copy: null, omitted: [] };
  });
  afterEach(() => repo.remove());

  it('is told from its commit', async () => {
    const { files } = await codeChanges(run(), 'commit', signal);
    deepStrictEqual(files, [{ path: 'train.py', before: true, after: true }]);
    strictEqual(await codeFile(run(), 'train.py', 'commit', signal), 'one\n');
    strictEqual(await codeFile(run(), 'train.py', 'recorded', signal), 'two\n');
    strictEqual(await codeFile(run(), 'none.py', 'recorded', signal), '');
  });

  it('is told from what the workspace has now, and nothing is written into the repository', async () => {
    const before = repo.git('count-objects', '-v');
    deepStrictEqual((await codeChanges(run(), 'workspace', signal)).files, []);
    repo.file('train.py', 'three\n');
    repo.file('new.py', 'new\n');
    rmSync(join(repo.folder, 'gone.py'));
    deepStrictEqual((await codeChanges(run(), 'workspace', signal)).files, [
      { path: 'gone.py', before: true, after: false },
      { path: 'train.py', before: true, after: true },
      { path: 'new.py', before: false, after: true },
    ]);
    strictEqual(repo.git('count-objects', '-v'), before);
  });

  it('is a copy where there was no git, and leaves that copy by no path', async () => {
    const copy = join(repo.top, 'files');
    mkdirSync(copy);
    writeFileSync(join(copy, 'train.py'), 'zero\n');
    writeFileSync(join(repo.top, 'secret'), 'secret');
    code = { ...code, kind: 'copy', commit: null, patch: null, copy };
    deepStrictEqual((await codeChanges(run(), 'workspace', signal)).files, [
      { path: 'train.py', before: true, after: true },
    ]);
    strictEqual(await codeFile(run(), 'train.py', 'recorded', signal), 'zero\n');
    await rejects(codeFile(run(), '../secret', 'recorded', signal), { code: 'code-not-recorded' });
  });
});
