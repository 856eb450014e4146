import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, rmSync, symlinkSync, unlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { CodeSummary, RunDetails } from '../../../../src/contract/run.ts';
import { captureCode } from '../../../../src/tracking/code-state.ts';
import { restoreCode } from '../../../../src/tracking/reproduce/restore-code.ts';
import { gitFiles, gitIn, type Repository, repository, snapshot } from '../../../support/repository.ts';

describe('code that is put back', () => {
  let here: Repository;
  let run: string;
  let fresh: string;
  const signal = new AbortController().signal;
  beforeEach(() => {
    here = repository();
    run = join(here.top, 'run');
    fresh = join(here.top, 'again', 'code');
    mkdirSync(run);
    mkdirSync(dirname(fresh));
  });
  afterEach(() => here.remove());

  const capture = async (folder = here.folder): Promise<RunDetails> => {
    const { state } = await captureCode(folder, run, signal);
    const absolute = (path: string | null) => path && join(run, path);
    const code: CodeSummary = { ...state, patch: absolute(state.patch), copy: absolute(state.copy) };
    return { name: 'x', code } as RunDetails;
  };
  /** Changes everything after the capture, so that nothing of now can be taken for what was then. */
  const back = async (details: RunDetails, change: () => void = () => undefined): Promise<Record<string, string>> => {
    change();
    const restored = await restoreCode(details, fresh, new Set(), signal);
    const found = snapshot(fresh);
    const before = existsSync(join(here.folder, '.git')) ? here.git('worktree', 'list') : '';
    await restored.release();
    if (before.includes(fresh)) assert.ok(!here.git('worktree', 'list').includes(fresh));
    return found;
  };

  it('is what it was, whatever the files are, and git stays as it is', async () => {
    here.file('binary.pt', new Uint8Array([0, 1, 2, 255, 10, 13, 0]));
    here.file('changed.py', 'one\ntwo\nthree');
    here.file('crlf.py', 'a\r\nb\r\n');
    here.file('deleted.py', 'gone');
    here.file('moved.py', 'x = 1\n'.repeat(50));
    here.file('run.sh', '#!/bin/sh\n');
    here.file('was-file.py', 'file');
    here.file('ä ö/日本 "quoted".py', 'unicode');
    here.file('.gitignore', 'ignored/\n');
    symlinkSync('changed.py', join(here.folder, 'link.py'));
    here.commit();
    here.git('stash', 'list');
    here.file('binary.pt', new Uint8Array([9, 0, 9]));
    here.file('changed.py', 'one\n2\nthree\n');
    here.file('crlf.py', 'a\r\nB\r\nc\n');
    unlinkSync(join(here.folder, 'deleted.py'));
    here.git('mv', 'moved.py', 'sub moved.py');
    chmodSync(join(here.folder, 'run.sh'), 0o755);
    unlinkSync(join(here.folder, 'was-file.py'));
    here.file('was-file.py/inside.py', 'folder');
    here.file('ä ö/日本 "quoted".py', 'unicode 2');
    here.file('new file.py', 'untracked');
    here.file('ignored/source.py', 'ignored');
    unlinkSync(join(here.folder, 'link.py'));
    symlinkSync('new file.py', join(here.folder, 'link.py'));
    const wanted = snapshot(here.folder);
    const before = gitFiles(here.folder);
    const details = await capture();
    assert.deepEqual(gitFiles(here.folder), before);
    const found = await back(details, () => {
      here.file('changed.py', 'later');
      rmSync(join(here.folder, 'new file.py'));
    });
    assert.deepEqual(found, wanted);
    const objects = Object.keys(gitFiles(here.folder)).filter((name) => name.startsWith('objects/'));
    assert.deepEqual(
      objects,
      Object.keys(before).filter((name) => name.startsWith('objects/')),
    );
  });

  it('has the line ends that git gives it', async () => {
    here.git('config', 'core.autocrlf', 'true');
    here.file('text.py', 'a\r\nb\r\nc\r\n');
    here.commit();
    here.file('text.py', 'a\r\nB\r\nc\r\n');
    here.file('new.py', 'x\r\n');
    const wanted = snapshot(here.folder);
    const details = await capture();
    assert.deepEqual(await back(details, () => here.file('text.py', 'later\r\n')), wanted);
  });

  it('comes back where nothing was committed yet', async () => {
    here.file('train.py', 'x = 1\n');
    here.file('empty.py', '');
    const details = await capture();
    const found = await back(details, () => here.file('train.py', 'later'));
    assert.deepEqual(Object.keys(found).sort(), ['empty.py', 'train.py']);
    assert.equal(found['train.py'], `0 ${Buffer.from('x = 1\n').toString('base64')}`);
  });

  it('comes back from a shallow clone, a detached head and a worktree', async () => {
    here.file('train.py', 'x = 1\n');
    here.commit();
    here.file('train.py', 'x = 2\n');
    here.commit();
    for (const how of ['shallow', 'detached', 'worktree']) {
      const folder = join(here.top, how);
      if (how === 'shallow') gitIn(here.top, 'clone', '-q', '--depth', '1', `file://${here.folder}`, folder);
      else if (how === 'worktree') here.git('worktree', 'add', '-q', '-b', 'topic', folder);
      else {
        gitIn(here.top, 'clone', '-q', here.folder, folder);
        gitIn(folder, 'checkout', '-q', '--detach', 'HEAD~1');
      }
      here.file(`../${how}/train.py`, `x = '${how}'\n`);
      const details = await capture(folder);
      here.file(`../${how}/train.py`, 'later');
      const restored = await restoreCode(details, fresh, new Set(), signal);
      assert.equal(snapshot(fresh)['train.py'], `0 ${Buffer.from(`x = '${how}'\n`).toString('base64')}`, how);
      await restored.release();
      assert.ok(!existsSync(fresh), how);
      rmSync(join(run, 'code'), { recursive: true });
    }
  });

  it('has its submodules at the commits that they were at', async () => {
    const library = join(here.top, 'library');
    mkdirSync(library);
    gitIn(library, 'init', '-q', '-b', 'main');
    const commit = (text: string) => {
      here.file('../library/lib.py', text);
      gitIn(library, 'add', '.');
      gitIn(library, 'commit', '-q', '-m', text);
    };
    commit('one');
    here.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', library, 'sub lib');
    here.file('train.py', 'x');
    here.commit();
    commit('two');
    const inside = join(here.folder, 'sub lib');
    gitIn(inside, '-c', 'protocol.file.allow=always', 'pull', '-q');
    here.file('train.py', 'y');
    const details = await capture();
    const found = await back(details, () => {
      gitIn(inside, 'checkout', '-q', 'HEAD~1');
      here.file('train.py', 'later');
    });
    const text = (name: string) => Buffer.from(found[name]?.split(' ')[1] ?? '', 'base64').toString();
    assert.deepEqual([text('sub lib/lib.py'), text('train.py')], ['two', 'y']);
    assert.equal(gitIn(inside, 'worktree', 'list').trim().split('\n').length, 1);
  });

  it('has no environment in it, though git does not ignore it', async () => {
    here.file('train.py', 'x');
    here.commit();
    here.file('env/pyvenv.cfg', 'home = /usr');
    here.file('env/lib/python3.11/site-packages/a.py', 'x');
    here.file('vendor/site-packages/b.py', 'x');
    here.file('zz.py', 'own');
    const details = await capture();
    assert.deepEqual(details.code?.omitted, [
      { path: 'env/', reason: 'a virtual environment' },
      { path: 'vendor/site-packages/', reason: 'installed packages' },
    ]);
    assert.deepEqual(Object.keys(await back(details)).sort(), ['train.py', 'vendor/site-packages/b.py', 'zz.py']);
  });

  it('is without what is left out, and leaves nothing behind where it cannot be put back', async () => {
    here.file('train.py', 'x');
    here.commit();
    here.file('out.csv', '1');
    here.file('data.csv', '2');
    const details = await capture();
    const { filesAsTheyAre, release } = await restoreCode(
      details,
      fresh,
      new Set([join(here.folder, 'out.csv')]),
      signal,
    );
    assert.deepEqual([filesAsTheyAre, Object.keys(snapshot(fresh)).sort()], [1, ['data.csv', 'train.py']]);
    await release();
    const code = { ...details.code, commit: 'f'.repeat(40) } as CodeSummary;
    await assert.rejects(restoreCode({ ...details, code }, fresh, new Set(), signal), { code: 'code-not-restored' });
    assert.equal(here.git('worktree', 'list').trim().split('\n').length, 1);
    assert.ok(!existsSync(fresh));
  });
});
