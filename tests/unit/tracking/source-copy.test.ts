import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { captureCode } from '../../../src/tracking/code-state.ts';
import { snapshot } from '../../support/repository.ts';

describe('the copy of a folder without git', () => {
  let top: string;
  let folder: string;
  beforeEach(() => {
    top = realpathSync(mkdtempSync(join(tmpdir(), 'trainyard-copy-')));
    folder = join(top, 'project');
  });
  afterEach(() => rmSync(top, { recursive: true, force: true }));

  const file = (name: string, content = name) => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  };
  const capture = () => captureCode(folder, join(top, 'run'), new AbortController().signal);
  const copied = () => Object.keys(snapshot(join(top, 'run', 'code', 'files'))).sort();

  it('goes past names that are no UTF-8, and says so', async () => {
    if (process.platform !== 'linux') return;
    file('train.py');
    const name = (text: string) => Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(text, 'latin1')]);
    writeFileSync(name('caf\xe9.py'), 'x');
    writeFileSync(name('caf\xe9.csv'), 'x');
    mkdirSync(name('caf\xe9s'));
    const { state, warnings } = await capture();
    assert.deepEqual(warnings, []);
    assert.deepEqual([state.kind, copied()], ['copy', ['train.py']]);
    const reason = 'its name is not UTF-8';
    assert.deepEqual(
      state.omitted.sort((a, b) => (a.path < b.path ? -1 : 1)),
      [
        { path: 'caf\ufffd.py', reason },
        { path: 'caf\ufffds', reason },
      ],
    );
  });

  it('holds the source files, and says what it leaves out', async () => {
    for (const name of ['train.py', 'nb.ipynb', 'conf/a.yaml', 'pkg/mod.py', 'requirements.txt', 'run.sh', 'Makefile'])
      file(name);
    for (const name of ['data.csv', 'model.bin', '.git-credentials', '.trainyard/x.py', '.cache/x.py']) file(name);
    file('env/pyvenv.cfg');
    file('env/lib/x.py');
    file('node_modules/x/index.js');
    file('big.py', 'x'.repeat((1 << 20) + 1));
    const { state } = await capture();
    assert.deepEqual([state.kind, state.copy, state.root], ['copy', 'code/files', folder]);
    assert.deepEqual(copied(), [
      'Makefile',
      'conf/a.yaml',
      'nb.ipynb',
      'pkg/mod.py',
      'requirements.txt',
      'run.sh',
      'train.py',
    ]);
    assert.deepEqual(state.omitted, [
      { path: 'big.py', reason: 'larger than 1 MB' },
      { path: 'env/', reason: 'a virtual environment' },
      { path: 'node_modules/', reason: 'installed packages' },
    ]);
  });

  it('stays within its limits, the shallow files first', async () => {
    file('top.py', 'x');
    for (let index = 0; index < 25; index++) file(`deep/er/${String(index).padStart(2, '0')}.py`, 'x'.repeat(1 << 20));
    const { state, warnings } = await capture();
    assert.deepEqual(warnings, [{ code: 'code-too-large', params: { limit: '20 MB in all', omitted: 6 } }]);
    assert.equal(copied()[copied().length - 1], 'top.py');
    assert.equal(copied().length, 20);
    assert.equal(state.omitted.length, 6);
    assert.deepEqual(state.omitted[0], { path: 'deep/er/19.py', reason: 'more than 20 MB in all' });
  });

  it('of a folder without sources is none', async () => {
    file('data.csv');
    const { state } = await capture();
    assert.deepEqual([state.kind, state.copy], ['none', null]);
  });
});
