import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import type { RunFile } from '../../../src/contract/run-file.ts';
import { rerunRequest, stopRun } from '../../../src/tracking/index.ts';
import { canonicalJson } from '../../../src/tracking/mark.ts';
import { exitOf, type Yard, yard } from '../../support/yard.ts';

describe('running a run again', () => {
  let here: Yard;
  beforeEach(() => {
    here = yard();
  });
  afterEach(() => here.remove());

  const original = async () => {
    here.file('sub/train.py', 'import os, sys', 'print(sys.argv[1:], os.environ["X"])');
    const { run, directory } = await here.launch({
      target: { kind: 'script', path: 'sub/train.py' },
      args: ['a'],
      cwd: 'sub',
      env: { X: '1' },
      tags: { t: 'v' },
      experiment: 'named',
    });
    await exitOf(directory);
    return { run, directory };
  };
  const edit = (directory: string, change: (run: RunFile) => void) => {
    const file = join(directory, 'run.json');
    const run = JSON.parse(readFileSync(file, 'utf8')) as RunFile;
    change(run);
    writeFileSync(file, JSON.stringify(run));
  };

  it('asks for the same, or with other arguments', async () => {
    const { run, directory } = await original();
    const again = await here.launch(rerunRequest(directory));
    await exitOf(again.directory);
    assert.equal(readFileSync(join(again.directory, 'stdout.log'), 'utf8'), "['a'] 1\n");
    const record = JSON.parse(readFileSync(join(again.directory, 'run.json'), 'utf8')) as RunFile;
    assert.deepEqual([record.rerunOf, record.cwd, record.experiment, record.tags], [run, 'sub', 'named', { t: 'v' }]);
    const changed = await here.launch(rerunRequest(directory, ['b', 'c']));
    await exitOf(changed.directory);
    assert.equal(readFileSync(join(changed.directory, 'stdout.log'), 'utf8'), "['b', 'c'] 1\n");
  });

  it('is possible after the record was written again with other spaces and another order', async () => {
    const { directory } = await original();
    const file = join(directory, 'run.json');
    const entries = Object.entries(JSON.parse(readFileSync(file, 'utf8')) as RunFile);
    writeFileSync(file, JSON.stringify(Object.fromEntries(entries.reverse())));
    assert.deepEqual(rerunRequest(directory).args, ['a']);
  });

  it('names the file where the record is damaged, for stop too', async () => {
    const { directory } = await original();
    const file = join(directory, 'run.json');
    for (const text of ['{"version":1,', '[]', '{"version":1}']) {
      writeFileSync(file, text);
      const named = (error: { code: string; params: Record<string, unknown> }) =>
        error.code === 'run-unreadable' && error.params.file === file;
      assert.throws(() => rerunRequest(directory), named);
      await assert.rejects(stopRun(directory), named);
    }
  });

  const forgeries: [string, (run: RunFile) => void][] = [
    ['another command', (run) => run.command.push('--evil')],
    ['other arguments', (run) => run.args.push('--evil')],
    ['another environment', (run) => Object.assign(run.env, { PYTHONSTARTUP: '/tmp/evil.py' })],
    ['another script', (run) => Object.assign(run.target, { path: '../evil.py' })],
    ['another machine', (run) => Object.assign(run, { host: 'another' })],
    ['no mark', (run) => Object.assign(run, { mark: null })],
    ['a mark of the wrong length', (run) => Object.assign(run, { mark: 'x' })],
    [
      'a mark that is nearly right',
      (run) => Object.assign(run, { mark: `${run.mark?.slice(0, -1)}${run.mark?.endsWith('0') ? 1 : 0}` }),
    ],
  ];
  for (const [what, change] of forgeries) {
    it(`is refused for a record with ${what}`, async () => {
      const { run, directory } = await original();
      edit(directory, change);
      assert.throws(() => rerunRequest(directory), { code: 'run-not-marked', params: { run } });
    });
  }

  it('is refused with another key, and a deleted key is made anew', async () => {
    const { directory } = await original();
    const key = join(process.env.TRAINYARD_HOME as string, 'key');
    assert.equal(statSync(key).mode & 0o777, 0o600);
    assert.equal(statSync(key).size, 32);
    rmSync(key);
    assert.throws(() => rerunRequest(directory), { code: 'run-not-marked' });
    assert.equal(existsSync(key), false);
    await original();
    assert.equal(statSync(key).size, 32);
  });

  it('writes JSON of which the bytes depend on the values alone', () => {
    assert.equal(
      canonicalJson({ b: [1, { d: null, c: 'é' }], a: true, u: undefined }),
      '{"a":true,"b":[1,{"c":"é","d":null}]}',
    );
  });

  it('has one key and one set of tools, though several processes make them at once', async () => {
    const program = `
      const { makeMark } = await import(${JSON.stringify(join(import.meta.dirname, '../../../src/tracking/mark.ts'))});
      const { installTools } = await import(${JSON.stringify(join(import.meta.dirname, '../../../src/tracking/tools.ts'))});
      const tools = installTools();
      console.log(makeMark({ v: 1 }), tools);
    `;
    const run = promisify(execFile);
    const options = { env: { ...process.env, NODE_OPTIONS: '' } };
    const outputs = await Promise.all(
      Array.from({ length: 6 }, () => run(process.execPath, ['--input-type=module', '-e', program], options)),
    );
    assert.equal(new Set(outputs.map(({ stdout }) => stdout)).size, 1);
    assert.match(outputs[0]?.stdout ?? '', /^[0-9a-f]{64} .*[0-9a-f]{16}\n$/);
  });
});
