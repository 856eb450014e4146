import assert from 'node:assert/strict';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { getuid } from 'node:process';
import { codeState } from '../../../src/contract/run-file.ts';
import { captureCode } from '../../../src/tracking/code-state.ts';
import { gitFiles, gitIn, type Repository, repository, snapshot } from '../../support/repository.ts';
import { skipBecause } from '../../support/skip.ts';

describe('the state of the code', () => {
  let here: Repository;
  let run: string;
  beforeEach(() => {
    here = repository();
    run = join(here.top, 'run');
    mkdirSync(run);
  });
  afterEach(() => here.remove());

  const capture = async (folder = here.folder) => {
    const { state, warnings } = await captureCode(folder, run, new AbortController().signal);
    assert.deepEqual(codeState.parse(JSON.parse(readFileSync(join(run, 'code', 'state.json'), 'utf8'))), state);
    const left = readdirSync(join(run, 'code')).filter((name) => !['state.json', 'patch.diff', 'files'].includes(name));
    assert.deepEqual(left, []);
    return { state, warnings };
  };

  /** The commit in a fresh worktree, with the patch on top. */
  const restore = (commit: string | null, patch: string | null): Record<string, string> => {
    const fresh = join(here.top, 'fresh');
    if (commit) here.git('worktree', 'add', '-q', '--detach', fresh, commit);
    else {
      mkdirSync(fresh);
      gitIn(fresh, 'init', '-q');
    }
    if (patch) gitIn(fresh, 'apply', '--whitespace=nowarn', join(run, patch));
    return snapshot(fresh);
  };

  it('of a repository without a git to read it is a copy, and the warning is in words', async () => {
    here.file('train.py', 'x = 1\n');
    const path = process.env.PATH;
    process.env.PATH = run;
    try {
      const { state, warnings } = await capture();
      assert.equal(state.copy, 'code/files');
      assert.deepEqual(
        warnings.map(({ params }) => params.problem),
        ['the program git was not found on the PATH; source files are copied instead'],
      );
    } finally {
      process.env.PATH = path;
    }
  });

  it('of a clean repository is its commit', async () => {
    here.file('train.py', 'x = 1\n');
    const commit = here.commit();
    const { state, warnings } = await capture();
    assert.deepEqual(warnings, []);
    assert.deepEqual(
      { ...state, root: '' },
      { version: 1, kind: 'git', root: '', commit, branch: 'main', dirty: false, patch: null, copy: null, omitted: [] },
    );
    assert.equal(state.root, here.folder);
  });

  it('of a file that was staged and then put back is its commit', async () => {
    here.file('train.py', 'x = 1\n');
    here.commit();
    here.file('train.py', 'x = 2\n');
    here.git('add', 'train.py');
    here.file('train.py', 'x = 1\n');
    const { state } = await capture();
    assert.deepEqual([state.dirty, state.patch, state.omitted], [false, null, []]);
  });

  it('comes back file by file from the commit and the patch, and leaves git as it was', async () => {
    here.file('changed.py', 'a\nb\nc\n');
    here.file('staged.py', 'a\n');
    here.file('deleted.py', 'a\n');
    here.file('moved.py', 'long enough to be seen as moved\n'.repeat(20));
    here.file('binary.bin', new Uint8Array(5000).fill(7));
    here.file('latin1.py', Buffer.from('# caf\xe9\n', 'latin1'));
    here.file('no-newline.py', 'x');
    here.file('windows.py', 'a\r\nb\r\n');
    here.file('script.sh', 'echo\n');
    here.file('was-file', 'file\n');
    here.file('was-folder/a.py', 'in a folder\n');
    here.file('no-more-tracked.py', 'tracked\n');
    here.file('.gitignore', 'ignored/\n');
    here.commit();
    rmSync(join(here.folder, 'was-file'));
    here.file('was-file/b.py', 'now in a folder\n');
    rmSync(join(here.folder, 'was-folder'), { recursive: true });
    here.file('was-folder', 'now a file\n');
    here.git('add', 'was-folder');
    here.git('rm', '-q', '--cached', 'no-more-tracked.py');
    here.file('changed.py', 'a\nB\nc\n');
    here.file('staged.py', 'staged\n');
    here.git('add', 'staged.py');
    here.file('staged.py', 'staged, then changed\n');
    rmSync(join(here.folder, 'deleted.py'));
    here.git('mv', 'moved.py', 'new-place.py');
    here.file(
      'binary.bin',
      new Uint8Array(5000).map((_, index) => index),
    );
    here.file('latin1.py', Buffer.from('# caf\xe9s \xff\n', 'latin1'));
    here.file('no-newline.py', 'y');
    here.file('windows.py', 'a\r\nc\r\n');
    chmodSync(join(here.folder, 'script.sh'), 0o755);
    here.file('untracked.py', 'new\n');
    here.file('pkg/deep/empty.py', '');
    here.file('-n.py', 'dash\n');
    here.file('line\nbreak.py', 'newline\n');
    here.file('naïve ☃.py', 'unicode\n');
    here.file('"quoted" \\ tab\t.py', 'quotes\n');
    here.file(':(top)magic*.py', 'magic\n');
    symlinkSync('changed.py', join(here.folder, 'link.py'));
    here.file('ignored/secret.py', 'ignored\n');
    here.file('.trainyard/runs/x/run.json', '{}');

    const files = snapshot(here.folder);
    const before = gitFiles(here.folder);
    const { state, warnings } = await capture();
    assert.deepEqual(warnings, []);
    assert.deepEqual(gitFiles(here.folder), before);
    assert.equal(state.dirty, true);
    assert.deepEqual(state.omitted, []);
    delete files['ignored/secret.py'];
    assert.deepEqual(restore(state.commit, state.patch), files);
  });

  it('does not depend on how a person has set up git', async () => {
    here.file('a.py', 'one\n\nthree\n');
    here.commit();
    for (const setting of [
      'diff.noprefix=true',
      'diff.mnemonicPrefix=true',
      'color.ui=always',
      'diff.external=/bin/false',
    ])
      here.git('config', ...(setting.split('=') as [string, string]));
    here.git('config', 'core.autocrlf', 'input');
    here.git('config', 'core.splitIndex', 'true');
    here.git('config', 'diff.renames', 'copies');
    here.git('config', 'core.quotePath', 'false');
    here.git('update-index', '--split-index');
    here.file('a.py', 'one\n\nfour\n');
    here.file('b.py', 'one\n\nfour\n');
    const files = snapshot(here.folder);
    const before = gitFiles(here.folder);
    const { state, warnings } = await capture(join(here.folder));
    assert.deepEqual(warnings, []);
    assert.deepEqual(gitFiles(here.folder), before);
    assert.deepEqual(restore(state.commit, state.patch), files);
  });

  it('is the same from a folder inside, in a worktree, with the repository named by the environment', async () => {
    here.file('pkg/train.py', 'x = 1\n');
    const commit = here.commit();
    const other = join(here.top, 'other');
    here.git('worktree', 'add', '-q', '-b', 'topic', other);
    writeFileSync(join(other, 'pkg', 'train.py'), 'x = 2\n');
    writeFileSync(join(other, 'above.py'), 'y = 1\n');
    process.env.GIT_DIR = '/nowhere';
    try {
      const { state, warnings } = await capture(join(other, 'pkg'));
      assert.deepEqual(warnings, []);
      assert.deepEqual([state.root, state.commit, state.branch], [other, commit, 'topic']);
      delete process.env.GIT_DIR;
      assert.deepEqual(restore(state.commit, state.patch), snapshot(other));
    } finally {
      delete process.env.GIT_DIR;
    }
  });

  it('of a repository without a commit is all that is there', async () => {
    here.file('staged.py', 'a\n');
    here.git('add', 'staged.py');
    here.file('untracked.py', 'b\n');
    const { state, warnings } = await capture();
    assert.deepEqual(warnings, []);
    assert.deepEqual([state.commit, state.branch, state.dirty], [null, 'main', true]);
    assert.deepEqual(restore(null, state.patch), snapshot(here.folder));
  });

  it('of a new repository without any file is nothing', async () => {
    const { state, warnings } = await capture();
    assert.deepEqual(warnings, []);
    assert.deepEqual([state.kind, state.commit, state.dirty, state.patch], ['git', null, false, null]);
  });

  it('works in the middle of a merge, and with a detached head', async () => {
    here.file('a.py', 'base\n');
    here.commit();
    here.git('checkout', '-q', '-b', 'side');
    here.file('a.py', 'side\n');
    here.commit();
    here.git('checkout', '-q', 'main');
    here.file('a.py', 'main\n');
    const commit = here.commit();
    here.git('checkout', '-q', '--detach');
    assert.throws(() => here.git('merge', '-q', 'side'));
    const before = gitFiles(here.folder);
    const { state, warnings } = await capture();
    assert.deepEqual(warnings, []);
    assert.deepEqual(gitFiles(here.folder), before);
    assert.deepEqual([state.commit, state.branch], [commit, null]);
    assert.match(readFileSync(join(run, 'code', 'patch.diff'), 'utf8'), /<<<<<<</);
    assert.deepEqual(restore(state.commit, state.patch), snapshot(here.folder));
  });

  it('leaves out what is large, what is not source, and what is another repository', async () => {
    here.file('grows.json', '{}\n');
    here.commit();
    here.file('grows.json', `"${'x'.repeat(11 << 20)}"`);
    here.git('add', 'grows.json');
    here.file('big.py', `#${'x'.repeat(1 << 20)}\n`);
    here.file('data.parquet', 'data');
    here.file('small.py', 'kept\n');
    mkdirSync(join(here.folder, 'nested'));
    gitIn(join(here.folder, 'nested'), 'init', '-q');
    writeFileSync(join(here.folder, 'nested', 'x.py'), 'x\n');
    gitIn(join(here.folder, 'nested'), 'add', '-A');
    gitIn(join(here.folder, 'nested'), 'commit', '-q', '-m', 'nested');
    const { state, warnings } = await capture();
    assert.deepEqual(warnings, []);
    assert.deepEqual(state.omitted, [
      { path: 'grows.json', reason: 'larger than 10 MB' },
      { path: 'big.py', reason: 'larger than 1 MB' },
      { path: 'data.parquet', reason: 'not source code' },
      { path: 'nested/', reason: 'a repository of its own' },
    ]);
    const back = restore(state.commit, state.patch);
    assert.deepEqual(Object.keys(back).sort(), ['grows.json', 'small.py']);
    assert.ok(readFileSync(join(here.top, 'fresh', 'grows.json')).length < 10);
  });

  it('says of a submodule that its own changes are left out', async () => {
    const library = join(here.top, 'library');
    mkdirSync(library);
    gitIn(library, 'init', '-q');
    writeFileSync(join(library, 'lib.py'), 'x\n');
    gitIn(library, 'add', '-A');
    gitIn(library, 'commit', '-q', '-m', 'library');
    here.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', library, 'lib');
    here.commit();
    here.file('lib/lib.py', 'changed\n');
    here.file('own.py', 'own\n');
    const { state, warnings } = await capture();
    assert.deepEqual(warnings, []);
    assert.deepEqual(state.omitted, [{ path: 'lib', reason: 'uncommitted changes in a submodule' }]);
    assert.equal(restore(state.commit, state.patch)['own.py'], snapshot(here.folder)['own.py']);
  });

  it('starts nothing that a hostile repository would like to have started', async () => {
    here.file('a.py', 'a\n');
    here.commit();
    const trap = here.file('.git/trap.sh', `#!/bin/sh\ntouch ${join(here.top, 'sprung')}\n`);
    chmodSync(trap, 0o755);
    for (const hook of ['post-index-change', 'pre-commit', 'fsmonitor-watchman'])
      symlinkSync(trap, join(here.folder, '.git', 'hooks', hook));
    for (const name of [
      'core.fsmonitor',
      'core.pager',
      'core.editor',
      'diff.external',
      'diff.evil.command',
      'diff.evil.textconv',
    ])
      here.git('config', name, trap);
    here.file('.gitattributes', '*.py diff=evil\n');
    here.file('a.py', 'b\n');
    const { warnings } = await capture();
    assert.deepEqual(warnings, []);
    assert.equal(existsSync(join(here.top, 'sprung')), false);
  });

  it('of a repository that git refuses is a copy, with a warning', async () => {
    here.file('a.py', 'a\n');
    here.commit();
    here.file('.git/config', 'this is no configuration [');
    const { state, warnings } = await capture();
    assert.deepEqual(
      warnings.map((warning) => warning.code),
      ['git-failed'],
    );
    assert.match(String(warnings[0]?.params.problem), /config/);
    assert.equal(state.kind, 'copy');
    assert.equal(readFileSync(join(run, 'code', 'files', 'a.py'), 'utf8'), 'a\n');
  });

  it('of another user’s repository is a copy, with a warning', async function () {
    if (getuid?.() !== 0) skipBecause(this, 'only root can give a folder to another user');
    here.file('a.py', 'a\n');
    here.commit();
    chownSync(here.folder, 12345, 12345);
    chownSync(join(here.folder, '.git'), 12345, 12345);
    const { state, warnings } = await capture();
    assert.match(String(warnings[0]?.params.problem), /ownership/);
    assert.equal(state.kind, 'copy');
  });

  it('that takes too long is a warning, not a wait, and the commit is known', async () => {
    here.file('a.py', 'a\n');
    const commit = here.commit();
    here.git('config', 'filter.slow.clean', 'sleep 60');
    here.file('.gitattributes', '*.py filter=slow\n');
    here.file('a.py', 'b\n');
    const started = performance.now();
    const { state, warnings } = await captureCode(here.folder, run, new AbortController().signal, 1_000);
    assert.ok(performance.now() - started < 15_000);
    assert.deepEqual(warnings, [{ code: 'git-failed', params: { problem: 'it took longer than 1 seconds' } }]);
    assert.deepEqual([state.kind, state.commit, state.dirty, state.patch], ['git', commit, true, null]);
  });

  it('is given up where the launch is', async () => {
    here.file('a.py', 'a\n');
    await assert.rejects(captureCode(here.folder, run, AbortSignal.abort()), { name: 'AbortError' });
  });
});
