import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CodeSummary } from '../../../src/contract/run.ts';
import { captureCode } from '../../../src/tracking/code-state.ts';
import { openGit } from '../../../src/tracking/git.ts';
import { codeChanges, codeFile } from '../../../src/tracking/recorded-code.ts';
import { type Repository, repository } from '../../support/repository.ts';

/** All that a repository's settings can have git start, as far as it is not started by asking for it. */
const traps = [
  'core.fsmonitor',
  'core.pager',
  'core.editor',
  'core.sshCommand',
  'core.askPass',
  'core.gitProxy',
  'core.alternateRefsCommand',
  'credential.helper',
  'diff.external',
  'diff.evil.command',
  'diff.evil.textconv',
  'gpg.program',
  'interactive.diffFilter',
  'merge.evil.driver',
  'pager.diff',
  'pager.status',
  'sequence.editor',
  'uploadpack.packObjectsHook',
];
const filters = ['filter.evil.clean', 'filter.evil.smudge', 'filter.evil.process'];

describe('a repository that wants to have something started', () => {
  const signal = new AbortController().signal;
  let here: Repository;
  let trap: string;
  beforeEach(() => {
    here = repository();
    here.git('init', '-q');
    here.file('a.py', 'a\n');
    here.file('.gitattributes', '*.py diff=evil merge=evil filter=evil\n');
    here.commit();
    trap = join(here.top, 'trap.sh');
    writeFileSync(trap, `#!/bin/sh\ntouch ${join(here.top, 'sprung')}\ncat\n`);
    chmodSync(trap, 0o755);
  });
  afterEach(() => {
    const sprung = existsSync(join(here.top, 'sprung'));
    here.remove();
    assert.equal(sprung, false);
  });

  const set = (names: string[]) => {
    for (const name of names) here.git('config', name, trap);
  };

  it('gets nothing started by its settings and hooks where its state is recorded', async () => {
    set(traps);
    mkdirSync(join(here.folder, '.git', 'hooks'), { recursive: true });
    for (const hook of ['post-checkout', 'post-index-change', 'reference-transaction', 'fsmonitor-watchman']) {
      writeFileSync(join(here.folder, '.git', 'hooks', hook), readFileSync(trap), { mode: 0o755 });
    }
    here.file('a.py', 'b\n');
    const run = join(here.top, 'run');
    mkdirSync(run);
    const { state, warnings } = await captureCode(here.folder, run, signal);
    assert.deepEqual(warnings, []);
    assert.equal(state.dirty, true);
    await openGit(here.folder, signal)(['worktree', 'add', '--detach', '--', join(here.top, 'tree'), 'HEAD']);
  });

  it('gets nothing started as a folder that looks like a repository inside another one', async () => {
    here.file('sub/train.py', 'x\n');
    here.commit();
    renameSync(join(here.folder, '.git'), join(here.top, 'real'));
    const bare = join(here.folder, 'sub');
    here.git('init', '-q', '--bare', bare);
    const settings = `[core]\n\tbare = false\n\tworktree = ${bare}\n[filter "evil"]\n\tclean = ${trap}\n`;
    writeFileSync(join(bare, 'config'), settings, { flag: 'a' });
    writeFileSync(join(bare, '.gitattributes'), '*.py filter=evil\n');
    renameSync(join(here.top, 'real'), join(here.folder, '.git'));
    const run = join(here.top, 'run');
    mkdirSync(run);
    const { state, warnings } = await captureCode(bare, run, signal);
    assert.deepEqual(
      warnings.map(({ code }) => code),
      ['git-failed'],
    );
    assert.equal(state.kind, 'copy');
  });

  it('is asked for nothing over the network, though objects are missing', async () => {
    here.git('config', 'core.repositoryformatversion', '1');
    here.git('config', 'extensions.partialClone', 'origin');
    here.git('config', 'remote.origin.promisor', 'true');
    here.git('config', 'remote.origin.url', `ext::${trap}`);
    here.git('config', 'protocol.ext.allow', 'always');
    const git = openGit(here.folder, signal);
    await assert.rejects(git(['cat-file', 'blob', '1234567890123456789012345678901234567890']));
    await assert.rejects(git(['fetch', 'origin']), /not allowed/);
  });

  it('gets no filter started by a run that names it and is of another store', async () => {
    const commit = here.git('rev-parse', 'HEAD').trim();
    here.git('config', 'filter.evil.required', 'true');
    set([...traps, ...filters]);
    here.file('a.py', 'b\n');
    const code: CodeSummary = {
      kind: 'git',
      root: here.folder,
      commit,
      branch: null,
      dirty: false,
      patch: null,
      copy: null,
      omitted: [],
    };
    const run = { name: 'x', code, directory: join(here.top, 'elsewhere', '.trainyard', 'runs', 'x') };
    const { files } = await codeChanges(run, 'workspace', signal);
    assert.deepEqual(files, [{ path: 'a.py', before: true, after: true }]);
    assert.equal(await codeFile(run, 'a.py', 'recorded', signal), 'a\n');
    here.git('config', 'filter.a=b.clean', trap);
    await assert.rejects(codeChanges(run, 'workspace', signal), { code: 'code-not-restored' });
  });
});
