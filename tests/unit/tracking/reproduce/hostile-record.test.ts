import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isPlainRequirement, requirementLines, requirementsText } from '../../../../src/base/requirements.ts';
import type { CodeSummary, RunDetails, UsedFile } from '../../../../src/contract/run.ts';
import { openStore } from '../../../../src/store/index.ts';
import { ingest, runDetails } from '../../../../src/tracking/index.ts';
import { putBackInputs } from '../../../../src/tracking/reproduce/put-back-inputs.ts';
import { readLock } from '../../../../src/tracking/reproduce/read-lock.ts';
import { reproduceRequest } from '../../../../src/tracking/reproduce/request.ts';
import { restoreCode } from '../../../../src/tracking/reproduce/restore-code.ts';
import { type Repository, repository } from '../../../support/repository.ts';
import { journal, makeStore, removeStore, writeRun } from '../../../support/run-folders.ts';
import { exitOf, type Yard, yard } from '../../../support/yard.ts';

const signal = new AbortController().signal;

describe('a record that somebody else has changed', () => {
  let here: Repository;
  let fresh: string;
  let outside: string;
  beforeEach(() => {
    here = repository();
    here.git('init', '-q');
    here.file('train.py', 'a\n');
    here.commit();
    fresh = join(here.top, 'again', 'code');
    outside = join(here.top, 'outside');
    mkdirSync(dirname(fresh));
    mkdirSync(outside);
    writeFileSync(join(outside, 'kept'), 'kept');
  });
  afterEach(() => {
    assert.deepEqual(readdirSync(outside), ['kept']);
    assert.equal(readFileSync(join(outside, 'kept'), 'utf8'), 'kept');
    here.remove();
  });

  const recorded = (patch: string): RunDetails => {
    const file = join(here.top, 'patch.diff');
    writeFileSync(file, patch);
    const commit = here.git('rev-parse', 'HEAD').trim();
    const code: CodeSummary = {
      kind: 'git',
      root: here.folder,
      commit,
      branch: null,
      dirty: true,
      patch: file,
      copy: null,
      omitted: [],
    };
    return { name: 'x', code } as RunDetails;
  };
  const newFile = (path: string, mode: string, text: string, from = `b/${path}`) =>
    `diff --git a/${path} b/${path}\nnew file mode ${mode}\n--- /dev/null\n+++ ${from}\n@@ -0,0 +1 @@\n+${text}\n\\ No newline at end of file\n`;

  for (const path of ['../outside/new', '.git/hooks/post-checkout', '.GIT/config', 'a/../../outside/new', '/tmp/x']) {
    it(`writes no patch to ${path}`, async () => {
      const details = recorded(newFile(path, '100755', '#!/bin/sh'));
      await assert.rejects(restoreCode(details, fresh, new Set(), signal), { code: 'code-not-restored' });
      assert.equal(existsSync(join(here.folder, '.git', 'hooks', 'post-checkout')), false);
    });
  }

  it('puts no submodule outside', async () => {
    const commit = here.git('rev-parse', 'HEAD').trim();
    // Where the path leads from the folder that the run was about there is a repository, from the new one there is none.
    const path = '../module';
    here.git('clone', '-q', here.folder, join(here.folder, path));
    const change = `diff --git a/${path} b/${path}\nnew file mode 160000\n--- /dev/null\n+++ b/${path}\n@@ -0,0 +1 @@\n+Subproject commit ${commit}\n`;
    await assert.rejects(restoreCode(recorded(change), fresh, new Set(), signal), { code: 'code-not-restored' });
    assert.equal(existsSync(join(fresh, path)), false);
  });

  it('writes no patch through a link that it makes itself', async () => {
    const details = recorded(newFile('data', '120000', outside) + newFile('data/new', '100644', 'x'));
    await assert.rejects(restoreCode(details, fresh, new Set(), signal), { code: 'code-not-restored' });
  });

  it('completes nothing through a link of the code', async () => {
    const details = recorded(newFile('data', '120000', outside) + newFile('one', '120000', join(outside, 'new')));
    here.file('data/new', 'x');
    here.file('data/deep/new', 'x');
    here.file('one', 'x');
    const { release } = await restoreCode(details, fresh, new Set(), signal);
    await release();
  });

  it('puts no input back through a link of the code', async () => {
    const place = makeStore();
    try {
      const content = Buffer.from('evil');
      const sha256 = createHash('sha256').update(content).digest('hex');
      const id = writeRun(place.store);
      mkdirSync(join(place.store, 'runs', id, 'artifacts'));
      writeFileSync(join(place.store, 'runs', id, 'artifacts', 'x'), content);
      const artifact = { kind: 'artifact', t: 1, name: 'x', type: 'file', path: 'artifacts/x', sha256, bytes: 4 };
      journal(place.store, id, [artifact]);
      const store = openStore(place.store);
      await ingest(store);
      mkdirSync(fresh, { recursive: true });
      symlinkSync(outside, join(fresh, 'data'));
      symlinkSync(join(outside, 'kept'), join(fresh, 'one'));
      const input = (path: string) =>
        ({ path: join(here.folder, path), sha256, sampled: false, files: null }) as UsedFile;
      const inputs = ['data/kept', 'data/new', 'one', '../outside/kept', 'fine/x'].map(input);
      const run = { ...runDetails(store, id), ...recorded(''), inputs };
      assert.deepEqual(await putBackInputs(store, run, fresh, signal), [join(here.folder, 'fine/x')]);
      store.close();
    } finally {
      removeStore(place);
    }
  });

  it('reads no lock but the run’s own', () => {
    const directory = join(here.top, 'run');
    mkdirSync(join(directory, 'environment'), { recursive: true });
    writeFileSync(join(directory, 'environment', 'requirements.txt'), 'numpy==1.0\n');
    symlinkSync(join(outside, 'kept'), join(directory, 'link.txt'));
    const lockAt = (lock: string) => readLock({ directory, installation: { lock } as RunDetails['installation'] });
    assert.equal(lockAt('environment/requirements.txt'), 'numpy==1.0\n');
    for (const lock of ['../outside/kept', join(outside, 'kept'), 'link.txt', 'environment', 'none', '']) {
      assert.equal(lockAt(lock), undefined, lock);
    }
  });

  it('installs by no line that takes things from elsewhere than it says', () => {
    const own = requirementLines(
      requirementsText(
        'head',
        [
          { name: 'numpy', version: '2.1.0', source: null },
          { name: 'torch', version: '2.5.1+cpu', source: null },
          {
            name: 'mine',
            version: '1',
            source: { url: 'https://example.org/mine.whl', archive_info: { hash: 'sha256=ab' } },
          },
          {
            name: 'theirs',
            version: '1',
            source: { url: 'https://example.org/theirs.git', vcs_info: { vcs: 'git', commit_id: 'ab' } },
          },
          { name: 'ours', version: '1', source: { url: 'ssh://git@example.org/x.git', vcs_info: { commit_id: 'ab' } } },
        ],
        [],
      ),
    );
    assert.equal(own.length, 5);
    assert.deepEqual(
      own.filter((line) => !isPlainRequirement(line)),
      [],
    );
    const strange = [
      '--index-url https://evil.example/simple',
      '-i https://evil.example/simple',
      '--extra-index-url=https://evil.example',
      '--find-links /tmp/evil',
      '-e ./evil',
      '-r ../other.txt',
      '-c constraints.txt',
      './evil',
      '/tmp/evil.whl',
      'file:///tmp/evil.whl',
      'numpy @ file:///tmp/evil',
      'numpy @ ../evil',
      'numpy==1.0 --index-url https://evil.example',
      'numpy==1.0 ; python_version > "3"',
      'numpy @ git+file:///tmp/evil',
      'numpy @ git+ext::sh%20-c%20evil',
      'numpy==1.0\\',
      '\u00a0--pre',
      'https://evil.example/x.whl',
      'numpy',
      'numpy>=1',
    ];
    assert.deepEqual(strange.filter(isPlainRequirement), []);
  });
});

describe('the variables of a record', () => {
  let here: Yard;
  beforeEach(() => {
    here = yard();
  });
  afterEach(() => here.remove());

  it('that would have programs load something are not put back', async () => {
    const { directory } = await here.python(['pass']);
    await exitOf(directory);
    const variables = {
      LD_PRELOAD: '/tmp/evil.so',
      LD_AUDIT: '/tmp/evil.so',
      DYLD_INSERT_LIBRARIES: 'evil',
      PYTHONSTARTUP: 'evil.py',
      BASH_ENV: 'evil.sh',
      PATH: '/tmp/evil',
      GIT_SSH_COMMAND: 'evil',
      TRAINYARD_DEBUGPY: '/tmp/evil',
      OMP_NUM_THREADS: '7',
    };
    const machine = { variables } as unknown as RunDetails['machine'];
    const run = { name: 'x', directory, machine, installation: null, code: null } as RunDetails;
    assert.deepEqual(reproduceRequest(run, here.folder).env, { OMP_NUM_THREADS: '7' });
  });
});
