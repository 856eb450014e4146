import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import type { Reproduction } from '../../../src/contract/reproduction.ts';
import { type Playground, playground } from '../../support/cli.ts';
import { makeWheels, onlyFrom, wheelOf } from '../../support/wheels.ts';

const bin = process.platform === 'win32' ? 'Scripts' : 'bin';

describe('trainyard reproduce, with the packages of then', () => {
  let here: Playground;
  let wheels: string;
  let venv: string;
  before(() => {
    here = playground();
    wheels = join(dirname(here.folder), 'wheels');
    venv = join(here.folder, '.venv');
    makeWheels(wheels, [
      ['small', '1.0'],
      ['small', '1.1'],
      ['other', '2.0'],
    ]);
    Object.assign(here.environment, onlyFrom(wheels));
    execFileSync('python3', ['-m', 'venv', venv]);
    here.file('train.py', ['import small, trainyard', 'trainyard.log({"version": float(small.VERSION)})']);
  });
  after(() => here.remove());

  const install = (...packages: string[]) =>
    execFileSync(
      join(venv, bin, 'python'),
      ['-m', 'pip', 'install', '-q', '--disable-pip-version-check', ...packages],
      {
        env: here.environment,
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
  const reproduce = async (...options: string[]) => {
    const { code, value } = await here.json('reproduce', 'first', '--json', ...options);
    return { code, ...(value as Reproduction) };
  };
  const environments = () =>
    readdirSync(join(here.environment.TRAINYARD_HOME as string, 'environments'), { withFileTypes: true }).filter(
      (entry) => entry.isDirectory(),
    ).length;

  it('takes the recorded interpreter while it has what it had', async () => {
    install('small==1.0', 'other==2.0');
    const { code } = await here.trainyard('run', '--name', 'first', 'train.py');
    assert.equal(code, 0);
    const { same, python, causes } = await reproduce();
    assert.deepEqual([same, python.how, causes.filter(({ kind }) => kind === 'package')], [true, 'same', []]);
  });

  it('names the bumped package, in one line, where no environment is made', async () => {
    install('small==1.1');
    const { code, python, cause, causes } = await reproduce('--no-install');
    assert.deepEqual([code, python.how], [1, 'present']);
    assert.deepEqual(cause, { kind: 'package', name: 'small', was: '1.0', is: '1.1' });
    assert.equal(causes.filter(({ kind }) => kind === 'package').length, 1);
  });

  it('makes an environment from the lock, once', async () => {
    const { code, python, causes } = await reproduce();
    assert.deepEqual([code, python.how, causes.filter(({ kind }) => kind === 'package')], [0, 'rebuilt', []]);
    assert.notEqual(dirname(dirname(python.path as string)), venv);
    assert.deepEqual([(await reproduce()).python.path, environments()], [python.path, 1]);
    assert.equal(
      execFileSync(join(venv, bin, 'python'), ['-c', 'import small; print(small.VERSION)'], {
        encoding: 'utf8',
      }).trim(),
      '1.1',
    );
  });

  it('goes on with the present interpreter where none can be made, and says why', async () => {
    rmSync(join(here.environment.TRAINYARD_HOME as string, 'environments'), { recursive: true });
    rmSync(wheelOf(wheels, 'small', '1.0'));
    const { code, python, cause } = await reproduce();
    assert.deepEqual([code, python.how, cause?.name], [1, 'present', 'small']);
    assert.match(python.problem ?? '', /small/);
    assert.equal(environments(), 0);
  });

  it('has a lock that pip takes as it is', async () => {
    const { value } = await here.json('show', 'first', '--json');
    const { directory, environment } = value as { directory: string; environment: { lock: { path: string } } };
    const lock = join(directory, environment.lock.path);
    const pins = [...readFileSync(lock, 'utf8').matchAll(/^([\w.-]+)==(\S+)/gm)];
    const named = pins.map(([, name = '', version = '']): [string, string] => [name, version]);
    // Older Pythons put setuptools into every environment, and this index has only what is made for it.
    makeWheels(wheels, named);
    const target = join(dirname(here.folder), 'again');
    install('--target', target, '-r', lock);
    const found = readdirSync(target).filter((name) => name.endsWith('.dist-info'));
    assert.deepEqual(found.sort(), named.map(([name, version]) => `${name}-${version}.dist-info`).sort());
    assert.ok(named.some(([name, version]) => name === 'small' && version === '1.0'));
    assert.ok(named.some(([name]) => name === 'other'));
  });
}).timeout(120_000);
