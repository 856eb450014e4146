import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { chooseInterpreter, findInterpreters } from '../../../src/tracking/index.ts';

describe('the interpreter of a run', () => {
  let folder: string;
  let earlier: NodeJS.ProcessEnv;
  const cleared = ['VIRTUAL_ENV', 'CONDA_PREFIX', 'PYENV_ROOT', 'PYENV_VERSION', 'HOME'];
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'trainyard-python-')));
    earlier = { ...process.env };
    for (const name of cleared) delete process.env[name];
    process.env.HOME = folder;
  });
  afterEach(() => {
    for (const name of [...cleared, 'PATH']) {
      if (earlier[name] === undefined) delete process.env[name];
      else process.env[name] = earlier[name];
    }
    rmSync(folder, { recursive: true, force: true });
  });

  const real = execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim();
  const environment = (name: string) => {
    execFileSync(real, ['-m', 'venv', '--without-pip', join(folder, name)]);
    return join(folder, name, 'bin', 'python');
  };
  const fake = (path: string, answer: string) => {
    const file = join(folder, path);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, `#!/bin/sh\n${answer}\n`);
    chmodSync(file, 0o755);
    return file;
  };

  it('is the one asked for, by path, by folder of an environment, or by name', async () => {
    const python = environment('env');
    const { path, version, source } = await chooseInterpreter(folder, 'env');
    assert.deepEqual([path, source], [python, 'asked']);
    assert.match(version, /^3\.\d+\.\d+$/);
    assert.equal((await chooseInterpreter(folder, 'env/bin/python')).path, python);
    process.env.PATH = join(folder, 'env', 'bin');
    assert.equal((await chooseInterpreter(folder, 'python')).path, python);
  });

  it('is the folder’s own environment before the active one, and .venv before others', async () => {
    const active = environment('elsewhere/active');
    mkdirSync(join(folder, 'project', 'sub'), { recursive: true });
    mkdirSync(join(folder, 'project', '.git'));
    process.env.VIRTUAL_ENV = join(folder, 'elsewhere', 'active');
    const sub = join(folder, 'project', 'sub');
    assert.deepEqual(await chooseInterpreter(sub).then(({ path, source }) => [path, source]), [active, 'venv']);
    const odd = environment('project/aenv');
    assert.equal((await chooseInterpreter(sub)).path, odd);
    const usual = environment('project/.venv');
    assert.equal((await chooseInterpreter(sub)).path, usual);
    assert.deepEqual(
      (await findInterpreters(sub)).slice(0, 3).map(({ path }) => path),
      [usual, odd, active],
    );
  });

  it('is what is on the PATH, past what does not work', async () => {
    fake('broken/python3', 'exit 1');
    mkdirSync(join(folder, 'good'));
    symlinkSync(real, join(folder, 'good', 'python'));
    process.env.PATH = `${join(folder, 'broken')}:${join(folder, 'good')}`;
    const { path, source } = await chooseInterpreter(folder);
    assert.deepEqual([path, source], [join(folder, 'good', 'python'), 'path']);
  });

  it('behind a shim is the one that the shim leads to', async () => {
    fake('shims/python3', `exec ${real} "$@"`);
    process.env.PATH = join(folder, 'shims');
    assert.equal((await chooseInterpreter(folder)).path, real);
  });

  it('is the version that pyenv is told to take', async () => {
    process.env.PYENV_ROOT = join(folder, 'pyenv');
    const python = fake('pyenv/versions/3.99.1/bin/python', 'echo trainyard 3.99.1; echo me');
    writeFileSync(join(folder, '.python-version'), '3.99.1\n');
    assert.deepEqual(await chooseInterpreter(folder), { path: python, version: '3.99.1', source: 'pyenv' });
  });

  it('of conda is found, and preferred when active', async () => {
    const python = fake('conda/envs/ml/bin/python', 'echo trainyard 3.98.0; echo me');
    mkdirSync(join(folder, '.conda'));
    writeFileSync(join(folder, '.conda', 'environments.txt'), `${join(folder, 'conda/envs/ml')}\n/gone\n`);
    const found = (await findInterpreters(folder)).filter(({ source }) => source === 'conda');
    assert.deepEqual(found, [{ path: python, version: '3.98.0', source: 'conda' }]);
    process.env.CONDA_PREFIX = join(folder, 'conda/envs/ml');
    assert.equal((await chooseInterpreter(folder)).path, python);
  });

  it('cannot be nothing', async () => {
    process.env.PATH = join(folder, 'nothing');
    await assert.rejects(chooseInterpreter(folder), { code: 'python-missing' });
    await assert.rejects(chooseInterpreter(folder, 'python3'), { code: 'python-broken' });
    assert.deepEqual(await findInterpreters(folder), []);
  });

  const problem = async (asked?: string) => {
    const error = await chooseInterpreter(folder, asked).then(
      () => assert.fail('it was taken'),
      (reason: { code: string; params: { problem?: string } }) => reason,
    );
    return [error.code, error.params.problem];
  };

  it('of a broken environment is refused with the reason, not passed over', async () => {
    mkdirSync(join(folder, '.venv', 'bin'), { recursive: true });
    writeFileSync(join(folder, '.venv', 'pyvenv.cfg'), 'home = /gone/bin\nversion = 3.9.1\n');
    assert.deepEqual(await problem(), [
      'python-broken',
      'its virtual environment was made with the Python in /gone/bin, which does not exist any more',
    ]);
    symlinkSync('/gone/bin/python3', join(folder, '.venv', 'bin', 'python'));
    assert.deepEqual(await problem(), ['python-broken', 'it is a link to /gone/bin/python3, which does not exist']);
    rmSync(join(folder, '.venv', 'bin', 'python'));
    writeFileSync(join(folder, '.venv', 'pyvenv.cfg'), `home = ${folder}\n`);
    assert.deepEqual(await problem(), [
      'python-broken',
      `the virtual environment ${join(folder, '.venv')} has no interpreter`,
    ]);
  });

  it('is refused where it is too old, answers nonsense, fails or may not be executed', async () => {
    await assert.rejects(chooseInterpreter(folder, fake('old', 'echo trainyard 3.7.9')), {
      code: 'python-too-old',
      params: { python: join(folder, 'old'), version: '3.7' },
    });
    assert.deepEqual(await problem(fake('cat', 'echo meow')), ['python-broken', 'it does not answer like a Python']);
    assert.deepEqual(await problem(fake('fails', 'echo first >&2; echo no encodings >&2; exit 1')), [
      'python-broken',
      'no encodings',
    ]);
    writeFileSync(join(folder, 'plain'), 'text');
    assert.deepEqual(await problem('./plain'), ['python-broken', 'the file may not be executed']);
    assert.deepEqual(await problem('./none'), ['python-broken', 'the file does not exist']);
    assert.deepEqual(await problem(fake('shim', 'exit 127')), [
      'python-broken',
      'it ended with exit code 127: it is a script that did not find its Python',
    ]);
    const foreign = Buffer.alloc(64);
    foreign.write('\x7fELF', 'latin1');
    foreign.writeUInt16LE(8, 18);
    writeFileSync(join(folder, 'mips'), foreign, { mode: 0o755 });
    assert.deepEqual(await problem('./mips'), [
      'python-broken',
      `it is a program for another processor than this machine’s (${process.arch})`,
    ]);
  });

  it('is asked again when its file has changed', async () => {
    const python = fake('changing', 'echo trainyard 3.20.0');
    assert.equal((await chooseInterpreter(folder, python)).version, '3.20.0');
    fake('changing', 'echo trainyard 3.21.0');
    utimesSync(python, new Date(), new Date(Date.now() + 5_000));
    assert.equal((await chooseInterpreter(folder, python)).version, '3.21.0');
  });
});
