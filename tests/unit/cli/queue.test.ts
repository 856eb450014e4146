import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ended, type Playground, playground } from '../../support/cli.ts';
import { until } from '../../support/until.ts';
import { showSchema } from './show-schema.ts';

interface QueueDocument {
  jobs: number;
  paused: boolean;
  running: { id: string; name: string }[];
  waiting: { entry: string; id: string; name: string; position: number | null; problem: string | null }[];
}

describe('trainyard queue', () => {
  let here: Playground;
  beforeEach(() => {
    here = playground();
    here.file('train.py', ['import sys', 'print("trains", *sys.argv[1:])', 'sys.exit(int(sys.argv[1]))']);
  });
  afterEach(() => here.remove());

  const queue = async () => (await here.json('queue', '--json')).value as QueueDocument;
  const show = async (run: string) => showSchema.parse((await here.json('show', run, '--json')).value);
  const detached = async (...args: string[]) => {
    const { code, value } = await here.json('run', '--queue', '--detach', '--json', ...args);
    assert.equal(code, 0);
    return (value as { id: string }).id;
  };

  it('stays with a run until its turn has come and it ends, and ends with its exit code', async () => {
    const { code, stdout, stderr } = await here.trainyard('run', '--queue', '--name', 'mine', 'train.py', '--', '3');
    assert.deepEqual([code, stdout], [3, 'trains 3\n']);
    assert.match(stderr, /^(mine: 1 of 1 in the queue\n)?$/);
    const { status, exitCode, position } = await show('mine');
    assert.deepEqual([status, exitCode, position], ['failed', 3, null]);
  });

  it('shows what waits, changes the order and the limit, and goes on after a pause', async () => {
    assert.equal((await here.trainyard('queue', 'pause')).stdout, 'The queue is paused. What runs goes on.\n');
    const first = await detached('--name', 'first', 'train.py', '--', '0');
    const second = await detached('--name', 'second', 'train.py', '--', '0');
    const state = await queue();
    assert.deepEqual([state.jobs, state.paused, state.running], [1, true, []]);
    assert.deepEqual(
      state.waiting.map(({ id, name, position, problem }) => [id, name, position, problem]),
      [
        [first, 'first', 1, null],
        [second, 'second', 2, null],
      ],
    );
    const { status, position } = await show('second');
    assert.deepEqual([status, position], ['queued', 2]);
    const moved = await here.json('queue', 'move', 'second', '1', '--json');
    assert.deepEqual([moved.code, moved.value], [0, { id: second, position: 1 }]);
    const text = (await here.trainyard('queue')).stdout;
    assert.match(text, /^1 at once; paused, so nothing is started: trainyard queue resume\n/);
    assert.match(text, /\n1 +second .*\n2 +first /);
    assert.equal((await here.trainyard('queue', 'jobs')).stdout, '1\n');
    assert.deepEqual((await here.json('queue', 'jobs', '2', '--json')).value, { jobs: 2 });
    assert.deepEqual((await here.json('queue', 'resume', '--json')).value, { paused: false });
    await until(
      'both have run',
      async () => (await show('first')).status === 'finished' && (await show('second')).status === 'finished',
    );
    assert.equal((await queue()).jobs, 2);
  });

  it('takes runs out, which are stopped then, only where somebody says so', async () => {
    await here.trainyard('queue', 'pause');
    const ids = [
      await detached('--name', 'a', 'train.py', '--', '0'),
      await detached('--name', 'b', 'train.py', '--', '0'),
    ];
    const refused = await here.json('queue', 'clear', '--json');
    assert.equal(refused.code, 3);
    assert.equal((refused.value as { error: { code: string } }).error.code, 'clear-not-confirmed');
    assert.equal((await queue()).waiting.length, 2);
    assert.deepEqual((await here.json('queue', 'clear', 'b', '--yes', '--json')).value, { runs: [ids[1]], entries: 0 });
    assert.equal((await here.trainyard('queue', 'clear', '--yes')).stdout, '1 run was taken out of the queue.\n');
    assert.equal((await here.trainyard('queue', 'clear')).stdout, 'Nothing waits in the queue.\n');
    assert.deepEqual([(await show('a')).status, (await show('b')).status], ['stopped', 'stopped']);
    const gone = await here.json('queue', 'move', 'a', '1', '--json');
    assert.deepEqual([gone.code, (gone.value as { error: { code: string } }).error.code], [3, 'run-not-queued']);
  });

  it('stops a run that waits, and takes it out where an interrupt comes without a terminal', async () => {
    await here.trainyard('queue', 'pause');
    const id = await detached('train.py', '--', '0');
    assert.equal((await here.json('stop', id, '--json')).code, 0);
    assert.equal((await show(id)).status, 'stopped');
    const waiting = here.start('run', '--queue', '--name', 'other', '--json', 'train.py', '--', '0');
    const end = ended(waiting);
    await until('it waits', async () => (await queue()).waiting.length === 1);
    waiting.kill('SIGINT');
    const { code, stdout } = await end;
    assert.equal(code, 130);
    assert.equal((JSON.parse(stdout) as { status: string }).status, 'stopped');
    assert.deepEqual((await queue()).waiting, []);
  });

  it('retries what did not finish, and says why where it does not', async () => {
    await here.trainyard('run', '--name', 'bad', 'train.py', '--', '4');
    const retried = await here.trainyard('retry', 'bad');
    assert.deepEqual([retried.code, retried.stdout], [4, 'trains 4\n']);
    const queued = await here.trainyard('retry', '--queue', 'bad-try2');
    assert.deepEqual([queued.code, queued.stdout], [4, 'trains 4\n']);
    const [first, second, third] = [await show('bad'), await show('bad-try2'), await show('bad-try3')];
    assert.deepEqual([first.attempt, second.attempt], [null, { first: first.id, number: 2 }]);
    assert.deepEqual([third.attempt, third.rerunOf], [{ first: first.id, number: 3 }, second.id]);
    await here.trainyard('run', '--name', 'good', 'train.py', '--', '0');
    const refused = async (...args: string[]) => {
      const { code, value } = await here.json(...args, '--json');
      return [code, (value as { error: { code: string } }).error.code];
    };
    assert.deepEqual(await refused('retry', 'good'), [3, 'run-finished']);
    await here.trainyard('queue', 'pause');
    await detached('--name', 'waits', 'train.py', '--', '0');
    assert.deepEqual(await refused('retry', 'waits'), [3, 'run-queued']);
    assert.deepEqual(await refused('retry', 'nobody'), [2, 'run-missing']);
    const rerun = await here.json('rerun', 'good', '--queue', '--detach', '--json', '--', '0', 'more');
    assert.deepEqual([rerun.code, (await queue()).waiting.map(({ position }) => position)], [0, [1, 2]]);
    await here.trainyard('queue', 'clear', '--yes');
  });

  it('tries again by itself, shows every try, and ends with the exit code of the last', async () => {
    here.file('count.py', [
      'import pathlib, sys',
      'tries = pathlib.Path("tries")',
      'tries.write_text((tries.read_text() if tries.exists() else "") + "x")',
      'print("try", len(tries.read_text()))',
      'sys.exit(0 if len(tries.read_text()) == 3 else 9)',
    ]);
    const args = ['--queue', '--retries', '5', '--name', 'tries', '--json', 'count.py'];
    const { code, value, stderr } = await here.json('run', ...args);
    assert.equal(code, 0);
    const run = showSchema.parse(value);
    assert.deepEqual([run.name, run.status, run.attempt?.number], ['tries-try3', 'finished', 3]);
    assert.deepEqual(
      stderr.split('\n').filter((line) => line.startsWith('try ')),
      ['try 1', 'try 2', 'try 3'],
    );
    assert.equal(readFileSync(join(here.folder, 'tries'), 'utf8'), 'xxx');
  });

  it('says on standard error why a run could not be started any more', async () => {
    await here.trainyard('queue', 'pause');
    here.file('gone.py', ['print(1)']);
    const child = here.start('run', '--queue', 'gone.py');
    const end = ended(child);
    await until('it waits', async () => (await queue()).waiting.length === 1);
    rmSync(join(here.folder, 'gone.py'));
    await here.trainyard('queue', 'resume');
    const { code, stderr } = await end;
    assert.equal(code, 1);
    assert.match(stderr, /There is no script .*gone\.py/);
  });

  it('lets “log --follow” wait for a run that waits', async () => {
    await here.trainyard('queue', 'pause');
    const id = await detached('train.py', '--', '0');
    const end = ended(here.start('log', '--follow', id));
    await here.trainyard('queue', 'resume');
    assert.deepEqual(await end, { code: 0, signal: null, stdout: 'trains 0\n', stderr: '' });
  });

  it('refuses what makes no sense', async () => {
    const wrong = [
      ['queue', 'nonsense'],
      ['queue', 'jobs', '0'],
      ['queue', 'jobs', '65'],
      ['queue', 'jobs', 'x'],
      ['queue', 'jobs', '1', '2'],
      ['queue', 'pause', 'now'],
      ['queue', 'list', '--yes'],
      ['queue', 'move'],
      ['queue', 'move', 'latest', '0'],
      ['run', '--retries', '1', 'train.py'],
      ['run', '--queue', '--retries', '101', 'train.py'],
      ['run', '--queue', '--retries', 'x', 'train.py'],
      ['retry'],
      ['retry', 'a', 'b'],
    ];
    for (const args of wrong) {
      const { code, value } = await here.json(...args, '--json');
      assert.deepEqual([code, (value as { error: { code: string } }).error.code], [2, 'usage'], args.join(' '));
    }
    assert.equal(existsSync(join(here.folder, '.trainyard')), false);
    assert.deepEqual(await queue(), { jobs: 1, paused: false, running: [], waiting: [] });
    assert.equal(existsSync(join(here.folder, '.trainyard')), false);
  });
});
