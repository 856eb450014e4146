import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { chooseInterpreter } from '../../../src/tracking/index.ts';

describe('what an interpreter answered', () => {
  let folder: string;
  let earlier: NodeJS.ProcessEnv;
  const variables = ['HOME', 'TRAINYARD_HOME', 'PYENV_ROOT', 'PYENV_VERSION', 'PYENV_DIR', 'PYENV_PICK', 'VIRTUAL_ENV'];
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'trainyard-remembered-')));
    earlier = { ...process.env };
    for (const name of variables) delete process.env[name];
    process.env.HOME = folder;
    process.env.TRAINYARD_HOME = join(folder, 'user');
    process.env.PYENV_ROOT = join(folder, 'pyenv');
  });
  afterEach(() => {
    for (const name of variables) {
      if (earlier[name] === undefined) delete process.env[name];
      else process.env[name] = earlier[name];
    }
    rmSync(folder, { recursive: true, force: true });
  });

  const real = execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim();
  const memory = () => join(folder, 'user', 'interpreters.json');
  /** What is answered then comes from the memory. */
  const misremember = (version: string) => {
    const text = readFileSync(memory(), 'utf8');
    assert.ok(text.includes(`"version":"${version}"`));
    writeFileSync(memory(), text.replaceAll(`"version":"${version}"`, '"version":"3.77.7"'));
  };
  const choose = async (python: string) => {
    const { path, version } = await chooseInterpreter(folder, python);
    return { path, version };
  };
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
    return join(folder, path);
  };
  const install = (version: string) => {
    const python = join(folder, 'pyenv', 'versions', version, 'bin', 'python3');
    mkdirSync(dirname(python), { recursive: true });
    symlinkSync(real, python);
    return python;
  };
  /** A shim that keeps count, and takes the version of a variable, of a file in its folder, or of pyenv itself. */
  const shim = (name = 'pyenv/shims/python3') => {
    const root = join(folder, 'pyenv');
    const lines = [
      '#!/bin/sh',
      `echo asked >> ${join(folder, 'asked')}`,
      `version=$(cat .python-version 2>/dev/null || cat ${root}/version)`,
      `exec ${root}/versions/\${PYENV_VERSION:-$version}/bin/python3 "$@"`,
    ];
    const path = write(name, `${lines.join('\n')}\n`);
    chmodSync(path, 0o755);
    return path;
  };
  const timesAsked = () =>
    existsSync(join(folder, 'asked')) ? readFileSync(join(folder, 'asked'), 'utf8').split('\n').length - 1 : 0;

  it('is remembered for the next process, and asked for again where its file was replaced', async () => {
    mkdirSync(join(folder, 'bin'));
    const python = join(folder, 'bin', 'python');
    symlinkSync(real, python);
    const { version } = await choose(python);
    misremember(version);
    assert.deepEqual(await choose(python), { path: python, version: '3.77.7' });
    rmSync(python);
    await assert.rejects(choose(python), {
      code: 'python-broken',
      params: { python, problem: 'the file does not exist' },
    });
    execFileSync('cp', [realpathSync(real), python]);
    assert.notEqual((await choose(python).catch(() => undefined))?.version, '3.77.7');
  });

  it('of a virtual environment is forgotten when the environment changes or breaks', async () => {
    execFileSync(real, ['-m', 'venv', '--without-pip', join(folder, 'env')]);
    const python = join(folder, 'env', 'bin', 'python');
    const { version } = await choose('env');
    misremember(version);
    assert.equal((await choose('env')).version, '3.77.7');
    write('env/pyvenv.cfg', readFileSync(join(folder, 'env', 'pyvenv.cfg'), 'utf8').concat('changed = yes\n'));
    assert.equal((await choose('env')).version, version);
    rmSync(python);
    symlinkSync('/gone/bin/python3', python);
    await assert.rejects(choose('env'), {
      code: 'python-broken',
      params: { python, problem: 'it is a link to /gone/bin/python3, which does not exist' },
    });
  });

  it('spares pyenv’s shim, until something says another version', async () => {
    const [one, two] = [install('one'), install('two')];
    write('pyenv/version', 'one\n');
    const python = shim();
    for (let time = 0; time < 3; time++) assert.equal((await choose(python)).path, one);
    assert.equal(timesAsked(), 1);
    write('pyenv/version', 'two\n');
    assert.equal((await choose(python)).path, two);
    write('.python-version', 'one\n');
    assert.equal((await choose(python)).path, one);
    process.env.PYENV_VERSION = 'two';
    assert.equal((await choose(python)).path, two);
    delete process.env.PYENV_VERSION;
    assert.equal((await choose(python)).path, one);
    assert.equal(timesAsked(), 4);
  });

  it('behind pyenv’s shim is asked for again where a version came or went, or where pyenv looks elsewhere', async () => {
    const one = install('one');
    write('pyenv/version', 'one\n');
    const python = shim();
    await choose(python);
    install('two');
    assert.equal((await choose(python)).path, one);
    assert.equal(timesAsked(), 2);
    renameSync(one, `${one}-old`);
    await assert.rejects(choose(python), { code: 'python-broken' });
    renameSync(`${one}-old`, one);
    await choose(python);
    const before = timesAsked();
    process.env.PYENV_DIR = folder;
    assert.equal((await choose(python)).path, one);
    assert.equal(timesAsked(), before + 1);
  });

  it('is never remembered of a script that may choose by anything', async () => {
    install('one');
    write('pyenv/version', 'one\n');
    await choose(shim('other/python3'));
    assert.equal(existsSync(memory()), false);
  });

  it('is asked for where the memory holds nonsense or cannot be written', async () => {
    for (const nonsense of ['', '{', '{}', '[1, null, {"basis": 1}]']) {
      write('user/interpreters.json', nonsense);
      assert.equal((await choose(real)).path, real);
      rmSync(memory());
    }
    mkdirSync(memory());
    assert.equal((await choose(real)).path, real);
  });
});
