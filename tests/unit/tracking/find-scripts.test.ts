import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findScripts } from '../../../src/tracking/arguments/find-scripts.ts';

const guard = 'if __name__ == "__main__":\n    pass\n';

describe('findScripts', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'trainyard-scripts-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function write(files: Record<string, string>): void {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
  }
  const paths = async (options = {}) => (await findScripts(folder, options)).map(({ path }) => path);

  it('puts what was run before first, then what looks like training', async () => {
    write({
      'helpers.py': 'x = 1\n',
      'tool.py': `from argparse import ArgumentParser\n${guard}`,
      'deep/er/train_big.py': guard,
      'train.py': guard,
      'trainer_lib.py': 'x = 1\n',
      'zebra.py': 'x = 1\n',
      'notes.txt': guard,
    });
    const lastRuns = new Map([['zebra.py', { time: 5, args: ['--a'] }]]);
    const found = await findScripts(folder, { lastRuns });
    assert.deepEqual(
      found.map(({ path }) => path),
      ['zebra.py', 'train.py', 'deep/er/train_big.py', 'trainer_lib.py', 'tool.py', 'helpers.py'],
    );
    assert.deepEqual(found[0], { path: 'zebra.py', entry: true, lastRun: { time: 5, args: ['--a'] } });
    assert.deepEqual(
      found.map(({ entry }) => entry),
      [true, true, true, false, true, false],
    );
  });

  it('orders what was run before by time', async () => {
    write({ 'a.py': '', 'b.py': '', 'c.py': '' });
    const lastRuns = new Map([
      ['a.py', { time: 1, args: [] }],
      ['c.py', { time: 2, args: [] }],
    ]);
    assert.deepEqual(await paths({ lastRuns }), ['c.py', 'a.py', 'b.py']);
  });

  it('passes over environments, hidden folders, packages of others and tests', async () => {
    write({
      'train.py': guard,
      '.venv/lib/x.py': guard,
      'my-env/pyvenv.cfg': 'home = /usr/bin\n',
      'my-env/lib/x.py': guard,
      'node_modules/a/x.py': guard,
      'site-packages/x.py': guard,
      '.trainyard/runs/a/code/files/train.py': guard,
      'tests/test_train.py': guard,
      'src/test_train.py': guard,
      'src/train_test.py': guard,
      'src/__init__.py': '',
      'setup.py': guard,
    });
    assert.deepEqual(await paths(), ['train.py']);
  });

  it('finds the guard at the end of a long file', async () => {
    write({ 'long.py': `${'# filler\n'.repeat(100_000)}${guard}` });
    assert.deepEqual(
      (await findScripts(folder)).map(({ entry }) => entry),
      [true],
    );
  });

  it('looks into no more files than it may, the nearest first', async () => {
    write({ 'b.py': guard, 'c.py': guard, 'a/a.py': guard });
    assert.deepEqual(await paths({ limit: 2 }), ['b.py', 'c.py']);
  });

  it('answers with what it has when the time is over', async () => {
    write({ 'train.py': guard });
    assert.deepEqual(await paths({ deadline: 0 }), []);
  });

  it('stops when nobody waits any more', async () => {
    write({ 'train.py': guard });
    await assert.rejects(findScripts(folder, { signal: AbortSignal.abort() }), { code: 'cancelled' });
  });

  it('is not led in circles by links, and bears a folder that is gone', async () => {
    write({ 'train.py': guard });
    symlinkSync(folder, join(folder, 'again'));
    assert.deepEqual(await paths(), ['train.py']);
    assert.deepEqual(await findScripts(join(folder, 'gone')), []);
  });
});
