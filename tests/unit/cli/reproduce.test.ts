import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Reproduction } from '../../../src/contract/reproduction.ts';
import { ended, type Playground, playground } from '../../support/cli.ts';
import { until } from '../../support/until.ts';

const script = [
  'import pathlib, random, time, trainyard',
  'random.seed(7)',
  'scale = float(pathlib.Path("data.csv").read_text())',
  'for step in range(5): trainyard.log({"loss": random.random() * scale, "seconds": time.time()}, step=step)',
  'pathlib.Path("out.txt").write_text("written")',
];

describe('trainyard reproduce', () => {
  let here: Playground;
  beforeEach(() => {
    here = playground();
    here.file('train.py', script);
    here.file('data.csv', ['2.5']);
  });
  afterEach(() => here.remove());

  const isSetting = ({ kind }: { kind: string }) => kind === 'setting';
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.c', ...args], {
      cwd: here.folder,
      encoding: 'utf8',
    });
  const reproduce = async (reference = 'first', ...options: string[]) => {
    const { code, value, stderr } = await here.json('reproduce', reference, '--json', ...options);
    return { code, stderr, ...(value as Reproduction) };
  };

  it('runs the recorded code, changes that were not committed included, and finds the same to the bit', async () => {
    here.file('.gitignore', ['data.csv']);
    git('init', '-q');
    git('add', '.');
    git('commit', '-qm', 'first');
    here.file('train.py', [...script, '# not committed']);
    assert.equal((await here.trainyard('run', '--name', 'first', 'train.py')).code, 0);
    here.file('train.py', ['raise SystemExit("the code has changed since")']);
    here.file('out.txt', ['mine']);
    const before = git('status', '--porcelain');
    const { code, same, metrics, run, reproduced } = await reproduce();
    assert.deepEqual([code, same], [0, true]);
    assert.deepEqual(
      metrics.map(({ name, same: alike, timed }) => [name, alike, timed]),
      [
        ['loss', true, false],
        ['seconds', false, true],
      ],
    );
    assert.notEqual(run, reproduced);
    assert.equal(readFileSync(join(here.folder, 'out.txt'), 'utf8'), 'mine\n', 'the folder itself is not touched');
    assert.equal(git('status', '--porcelain'), before);
    assert.equal(git('worktree', 'list').trim().split('\n').length, 1);
    const { value } = await here.json('show', reproduced, '--json');
    const shown = value as { cwd: string; status: string };
    assert.equal(shown.status, 'finished');
    assert.ok(!existsSync(shown.cwd));
    assert.match(
      (await here.trainyard('reproduce', 'first')).stdout,
      /^✓ reproduced {2}first .*\n {2}loss same, 5 points\n/,
    );
  });

  it('says where it differs, and ends with 1', async () => {
    await here.trainyard('run', '--name', 'first', 'train.py');
    here.file('data.csv', ['2.6']);
    const { code, same, metrics } = await reproduce();
    assert.deepEqual([code, same], [1, false]);
    assert.equal(metrics.find(({ name }) => name === 'loss')?.first?.step, 0);
    const { code: again, stdout } = await here.trainyard('reproduce', 'first');
    assert.equal(again, 1);
    assert.match(stdout, /^✗ differs {2}first .*\n {2}first cause data: .*data\.csv /);
    assert.match(stdout, /\n {2}loss at step 0: 0\.8\d+ → 0\.8\d+\n/);
  });

  it('names a changed input as the cause, and what it was', async () => {
    await here.trainyard('run', '--name', 'first', 'train.py');
    here.file('data.csv', ['2.6']);
    const { cause, same, outputs } = await reproduce();
    assert.equal(same, false);
    assert.deepEqual([cause?.kind, cause?.name], ['data', join(here.folder, 'data.csv')]);
    assert.match(String(cause?.was), /^[0-9a-f]{64}$/);
    assert.notEqual(cause?.was, cause?.is);
    assert.deepEqual(
      outputs.map(({ path, verdict }) => [path, verdict]),
      [[join(here.folder, 'out.txt'), 'identical']],
    );
    rmSync(join(here.folder, 'data.csv'));
    const gone = await reproduce();
    assert.deepEqual([gone.code, gone.cause?.kind, gone.cause?.is, gone.status.is], [1, 'data', null, 'failed']);
  });

  it('takes a kept copy of an input that has changed', async () => {
    here.file('keep.py', ['import trainyard', 'trainyard.artifact("data.csv")']);
    await here.trainyard('run', '--name', 'kept', 'keep.py');
    await here.trainyard('run', '--name', 'first', 'train.py');
    here.file('data.csv', ['2.6']);
    const { code, restored, cause } = await reproduce();
    assert.deepEqual([code, restored, cause], [0, [join(here.folder, 'data.csv')], null]);
    assert.equal(readFileSync(join(here.folder, 'data.csv'), 'utf8'), '2.6\n');
  });

  it('compares outputs by their bytes, except where they may hold times, and starts without those of the first run', async () => {
    here.file('train.py', [
      'import os, pathlib, time',
      'assert not os.path.exists("a.csv"), "left over"',
      'for name in ("a.csv", "b.pkl"): pathlib.Path(name).write_text("x" if name == "a.csv" else str(time.time_ns()))',
    ]);
    await here.trainyard('run', '--name', 'first', 'train.py');
    const first = await reproduce();
    assert.deepEqual([first.code, ...first.outputs.map(({ verdict }) => verdict)], [0, 'identical', 'bytes']);
    here.file('train.py', ['import os, time', 'open("a.csv", "w").write(str(time.time_ns()))']);
    await here.trainyard('run', '--name', 'second', 'train.py');
    const second = await reproduce('second');
    assert.deepEqual([second.code, second.outputs.at(0)?.verdict, second.cause?.kind], [1, 'differs', 'seed']);
    assert.equal(second.cause?.name, 'none');
  });

  it('sets what was set in the environment, and names it where it cannot', async () => {
    here.file('train.py', [
      'import os, trainyard',
      'trainyard.log({"loss": float(os.environ.get("OMP_NUM_THREADS", "0")) + len(os.environ.get("TF_NEW", ""))})',
    ]);
    here.environment.OMP_NUM_THREADS = '3';
    await here.trainyard('run', '--name', 'first', 'train.py');
    here.environment.OMP_NUM_THREADS = '5';
    assert.deepEqual(await reproduce().then(({ code, causes }) => [code, causes.filter(isSetting)]), [0, []]);
    here.environment.TF_NEW = 'xx';
    const { code, cause } = await reproduce();
    assert.deepEqual([code, cause], [1, { kind: 'setting', name: 'TF_NEW', was: null, is: 'xx' }]);
  });

  it('names the seed where it is another each time', async () => {
    here.file('train.py', [
      'import random, time, trainyard',
      'random.seed(time.time_ns())',
      'trainyard.log({"loss": random.random()})',
    ]);
    await here.trainyard('run', '--name', 'first', 'train.py');
    const { code, cause } = await reproduce();
    assert.deepEqual([code, cause?.kind, cause?.name], [1, 'seed', 'random']);
  });

  it('takes the noise of seeds from runs that differ in nothing else', async () => {
    here.file('train.py', [
      'import argparse, os, trainyard',
      'parser = argparse.ArgumentParser(); parser.add_argument("--seed", type=int)',
      'seed = parser.parse_args().seed',
      'trainyard.log({"loss": seed + 0.4 * os.urandom(1)[0] / 256, "steady": 1.5})',
    ]);
    git('init', '-q');
    git('add', '.');
    git('commit', '-qm', 'first');
    await here.trainyard('run', '--name', 'first', 'train.py', '--', '--seed', '1');
    assert.equal((await reproduce()).metrics.find(({ name }) => name === 'loss')?.verdict, 'differs');
    for (const seed of ['2', '3']) await here.trainyard('run', 'train.py', '--', '--seed', seed);
    const { code, metrics } = await reproduce();
    assert.equal(code, 0);
    assert.deepEqual(
      metrics.map(({ name, verdict, noise }) => [name, verdict, noise?.runs]),
      [
        ['loss', 'noise', 3],
        ['steady', 'identical', undefined],
      ],
    );
  });

  it('asks for a secret by the name of its variable', async () => {
    here.file('train.py', ['import sys', 'print(len(sys.argv[2]))']);
    await here.trainyard('run', '--name', 'first', 'train.py', '--', '--api-key', 'k3y-of-the-test');
    const { code, value } = await here.json('reproduce', 'first', '--json');
    assert.equal(code, 3);
    assert.match(JSON.stringify(value), /secret-missing.*API_KEY/);
    here.environment.API_KEY = 'another';
    assert.equal((await reproduce()).code, 0);
  });

  it('leaves nothing behind when it is broken off', async () => {
    here.file('train.py', ['import pathlib, time', 'while not pathlib.Path("go").exists(): time.sleep(0.05)']);
    git('init', '-q');
    git('add', '.');
    git('commit', '-qm', 'first');
    await here.trainyard('run', '--name', 'first', '--detach', 'train.py');
    await here.trainyard('stop', 'first');
    const child = here.start('reproduce', 'first', '--json');
    const done = ended(child);
    const running = await until(
      'the second run is there',
      async () => {
        const { value } = await here.json('runs', '--filter', 'status = running', '--json');
        return (value as { id: string }[])[0];
      },
      30,
    );
    assert.ok(git('worktree', 'list').includes('trainyard-reproduce-'));
    child.kill('SIGINT');
    assert.equal((await done).code, 130);
    const { value } = await here.json('show', running.id, '--json');
    assert.equal((value as { status: string }).status, 'stopped');
    assert.equal(git('worktree', 'list').trim().split('\n').length, 1);
    assert.ok(!existsSync((value as { cwd: string }).cwd));
  });

  it('works without git, from the copied sources', async () => {
    await here.trainyard('run', '--name', 'first', 'train.py');
    here.file('train.py', ['raise SystemExit("the code has changed since")']);
    const { code, same } = await reproduce();
    assert.deepEqual([code, same], [0, true]);
  });
});
