import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Playground, playground } from '../../support/cli.ts';
import { type Shown, showSchema } from './show-schema.ts';

/** Only a person who is not root can be refused by file modes. */
const root = process.getuid?.() === 0;

describe('what bad input gets on the command line', () => {
  let here: Playground;
  beforeEach(() => {
    here = playground();
  });
  afterEach(() => here.remove());

  const error = async (...args: string[]) => {
    const { code, value } = await here.json(...args, '--json');
    return {
      exit: code,
      ...(value as { error: { code: string; message: string; file?: string; hint?: string } }).error,
    };
  };
  const shown = async (reference = 'latest'): Promise<Shown> =>
    showSchema.parse((await here.json('show', reference, '--json')).value);

  it('a script that does not exist', async () => {
    const found = await error('run', 'nowhere.py');
    assert.deepEqual([found.exit, found.code, found.file], [2, 'script-missing', join(here.folder, 'nowhere.py')]);
    const { stdout, stderr } = await here.trainyard('run', 'nowhere.py');
    assert.equal(stdout, '');
    assert.equal(stderr.split('\n').length, 2);
    assert.ok(stderr.includes(join(here.folder, 'nowhere.py')), stderr);
    assert.ok(!existsSync(join(here.folder, '.trainyard')), 'nothing was written');
  });

  it('a folder, a module and a program that are not there, a missing working folder', async () => {
    mkdirSync(join(here.folder, 'folder.py'));
    here.file('ok.py', ['pass']);
    assert.equal((await error('run', 'folder.py')).code, 'script-is-folder');
    assert.equal((await error('run', '-m', 'no_such_module')).code, 'module-missing');
    assert.equal((await error('run', '--cwd', 'nowhere', 'ok.py')).code, 'cwd-missing');
    const { code, value } = await here.json('run', '--json', '--', 'no-such-program', 'x');
    assert.equal(code, 2);
    assert.equal((value as { error: { code: string } }).error.code, 'program-missing');
  });

  it('a script that does not parse: a failed run that names the line', async () => {
    here.file('broken.py', ['x = 1', 'def f(:', '  pass']);
    const { code, stderr } = await here.trainyard('run', 'broken.py');
    assert.equal(code, 1);
    assert.match(stderr, /SyntaxError/);
    assert.equal((await shown()).status, 'failed');
    assert.match((await here.trainyard('log', 'latest')).stdout, /broken\.py", line 2.*SyntaxError/s);
  });

  it('an uncaught exception: type, message, file and line', async () => {
    here.file('fails.py', ['def f():', '    raise ValueError("bad\\nlr \\x1b[31m")', 'f()']);
    assert.equal((await here.trainyard('run', 'fails.py')).code, 1);
    const { failure, status } = await shown();
    assert.equal(status, 'failed');
    assert.ok(failure);
    const { locals = [], ...said } = failure;
    assert.deepEqual(
      { ...said, file: said.file?.split('/').at(-1) },
      { type: 'ValueError', message: 'bad\nlr \u001b[31m', file: 'fails.py', line: 2 },
    );
    assert.deepEqual(
      locals.map((frame) => (frame as { function: string }).function),
      ['f', '<module>'],
    );
    const page = (await here.trainyard('show', 'latest')).stdout;
    assert.match(page, /✗ failed/);
    assert.match(page, /ValueError: bad/);
    assert.ok(!page.includes('\u001b'), 'escape sequences are made harmless');
  });

  it('a script that exits at once, and one that exits before any Python of ours', async () => {
    here.file('empty.py', []);
    assert.deepEqual(await here.trainyard('run', 'empty.py'), { code: 0, signal: null, stdout: '', stderr: '' });
    here.file('hard.py', ['import os', 'os._exit(9)']);
    assert.equal((await here.trainyard('run', 'hard.py')).code, 9);
    assert.equal((await shown()).exitCode, 9);
  });

  it('children that outlive or fork, binary output', async () => {
    here.file('forks.py', [
      'import os, sys, trainyard',
      'trainyard.log({"before": 1})',
      'pid = os.fork()',
      'trainyard.log({"child" if pid == 0 else "parent": 2})',
      'if pid == 0: os._exit(0)',
      'os.waitpid(pid, 0)',
      'sys.stdout.buffer.write(bytes(range(256)))',
    ]);
    const child = await here.trainyard('run', 'forks.py');
    assert.equal(child.code, 0, child.stderr);
    const run = await shown();
    assert.deepEqual(Object.keys(run.metrics).sort(), ['before', 'child', 'parent']);
    for (const metric of Object.values(run.metrics)) assert.equal(metric.count, 1);
  });

  it('a string as a metric, and names that want to be something else', async () => {
    const long = 'x'.repeat(300);
    const names = ['../../x', '<img src=x onerror=alert(1)>', '🚂 loss', long, '\u001b[31mred\u0007', 'a"b,c\nd'];
    here.file('odd.py', [
      'import json, trainyard',
      'trainyard.log({"loss": "not a number"})',
      `names = json.loads(${JSON.stringify(JSON.stringify(names))})`,
      'for name in names: trainyard.log({name: 1.5})',
      'trainyard.params({"../../p": "<b>", "\\x1b]0;t\\x07": "\\x1b[2J"})',
    ]);
    const ran = await here.trainyard('run', '--name', '<i>\u001b[5m../..', 'odd.py');
    assert.equal(ran.code, 0, ran.stderr);
    const run = await shown();
    for (const name of names) assert.equal(run.metrics[name]?.last, 1.5, name.slice(0, 20));
    assert.ok(
      run.warnings.some((text) => text.includes('loss') && text.includes('not a number')),
      run.warnings.join(),
    );
    assert.ok(!existsSync(join(here.folder, '.trainyard/x')));
    for (const args of [['runs'], ['show', 'latest'], ['metrics', 'latest']]) {
      const { stdout, code } = await here.trainyard(...args);
      assert.equal(code, 0);
      assert.doesNotMatch(stdout.replaceAll('\n', ''), /\p{Cc}/u);
    }
    const { stdout } = await here.trainyard('metrics', 'latest', '--csv');
    assert.ok(stdout.includes('"a""b,c\nd",1.5'));
  });

  it('a parameter of a megabyte', async () => {
    here.file('big.py', ['import trainyard', 'trainyard.params({"big": "y" * 1000000, "small": 1})']);
    assert.equal((await here.trainyard('run', 'big.py')).code, 0);
    const run = await shown();
    assert.equal(run.params.big, 'y'.repeat(1_000_000));
    assert.ok((await here.trainyard('runs')).stdout.length < 2000);
    assert.ok((await here.trainyard('show', 'latest')).stdout.length < 5000);
  });

  it('no Python, and a broken virtual environment', async () => {
    here.file('ok.py', ['pass']);
    const path = here.environment.PATH;
    here.environment.PATH = here.folder;
    assert.equal((await error('run', 'ok.py')).code, 'python-missing');
    here.environment.PATH = path;
    assert.equal((await error('run', '--python', 'no/such/python', 'ok.py')).exit, 2);
    mkdirSync(join(here.folder, '.venv/bin'), { recursive: true });
    writeFileSync(join(here.folder, '.venv/pyvenv.cfg'), 'home = /nowhere\n');
    symlinkSync('/nowhere/python3', join(here.folder, '.venv/bin/python'));
    const broken = await error('run', 'ok.py');
    assert.equal(broken.exit, 2);
    assert.equal(broken.code, 'python-broken');
    assert.match(broken.message, /\.venv/);
  });

  it('a folder that cannot be written', async () => {
    here.file('ok.py', ['pass']);
    if (root) writeFileSync(join(here.folder, '.trainyard'), 'a file where the store should be');
    else chmodSync(here.folder, 0o500);
    const found = await error('run', 'ok.py');
    chmodSync(here.folder, 0o700);
    assert.deepEqual([found.exit, found.code], [4, 'store-not-writable']);
    assert.ok(found.message.includes(join(here.folder, '.trainyard')), found.message);
    rmSync(join(here.folder, '.trainyard'), { force: true, recursive: true });
  });

  it('a folder of Trainyard’s own that cannot be made', async () => {
    here.file('ok.py', ['pass']);
    here.file('taken', ['a file']);
    const usual = here.environment.TRAINYARD_HOME;
    for (const home of [join(here.folder, 'taken'), process.platform === 'linux' ? '/proc/none' : '/dev/null/none']) {
      here.environment.TRAINYARD_HOME = home;
      const found = await error('run', 'ok.py');
      assert.deepEqual([found.exit, found.code], [4, 'user-folder-not-writable']);
      assert.ok(found.message.includes(home), found.message);
    }
    here.environment.TRAINYARD_HOME = usual;
  });

  it('an index that is broken, newer, or another program’s', async () => {
    here.file('ok.py', ['pass']);
    await here.trainyard('run', 'ok.py');
    writeFileSync(
      join(here.folder, '.trainyard/trainyard.db'),
      'this is no database, but it is rather long. '.repeat(300),
    );
    const broken = await error('runs');
    assert.deepEqual([broken.exit, broken.code], [4, 'store-broken']);
    assert.match(broken.hint ?? '', /doctor --rebuild/);
  });

  it('runs that are not there, or are many', async () => {
    here.file('ok.py', ['pass']);
    await here.trainyard('run', '--name', 'same', 'ok.py');
    await here.trainyard('run', '--name', 'same', 'ok.py');
    assert.deepEqual((await error('show', 'nobody')).code, 'run-missing');
    assert.deepEqual((await error('show', '0')).code, 'run-ambiguous');
    const { value, stderr } = await here.json('show', 'same', '--json');
    assert.equal((value as Shown).id, (await shown('latest')).id);
    assert.match(stderr, /same/);
    assert.equal((await error('metrics', 'latest', 'loss')).code, 'metric-missing');
    assert.deepEqual(
      [(await error('stop', 'latest')).code, (await error('stop', 'latest')).exit],
      ['run-not-running', 3],
    );
    assert.equal((await error('delete', 'latest')).exit, 3);
    assert.equal((await error('runs', '--filter', 'status =')).code, 'filter-syntax');
    assert.equal((await error('runs', '--sort', 'nonsense')).code, 'sort-key');
  });
});
