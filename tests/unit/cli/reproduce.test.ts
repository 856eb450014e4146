import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Playground, playground } from '../../support/cli.ts';

interface Reproduced {
  run: string;
  reproduced: string;
  same: boolean;
  metrics: { name: string; same: boolean; timed: boolean; first: { step: number } | null }[];
}

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

  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.c', ...args], {
      cwd: here.folder,
      encoding: 'utf8',
    });
  const reproduce = async (reference = 'first') => {
    const { code, value, stderr } = await here.json('reproduce', reference, '--json');
    return { code, stderr, ...(value as Reproduced) };
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
    assert.match(stdout, /^✗ differs {2}first .*\n {2}loss at step 0: 0\.8\d+ → 0\.8\d+\n/);
  });

  it('works without git, from the copied sources', async () => {
    await here.trainyard('run', '--name', 'first', 'train.py');
    here.file('train.py', ['raise SystemExit("the code has changed since")']);
    const { code, same } = await reproduce();
    assert.deepEqual([code, same], [0, true]);
  });
}).timeout(60_000);
