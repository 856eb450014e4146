import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ended, type Playground, playground } from '../../support/cli.ts';
import { type Shown, showSchema } from './show-schema.ts';

const script = [
  'import argparse, sys, trainyard',
  'parser = argparse.ArgumentParser()',
  'parser.add_argument("--lr", type=float, default=0.1)',
  'lr = parser.parse_args().lr',
  'for step in range(10):',
  '    trainyard.log({"loss": lr / (step + 1), "accuracy": step / 10 + lr / 100}, step=step)',
  'trainyard.log({"odd": -0.0}, step=0); trainyard.log({"odd": float("nan")}, step=1)',
  'trainyard.log({"odd": float("inf")}, step=2); trainyard.log({"odd": 5e-324}, step=3)',
  'open("model.txt", "w").write("weights"); trainyard.artifact("model.txt")',
  'print("done", lr)',
  'print("warned", file=sys.stderr)',
];

describe('what the command line says about recorded runs', () => {
  let here: Playground;
  before(async () => {
    here = playground();
    here.file('train.py', script);
    for (const [name, lr] of [
      ['low', '0.1'],
      ['high', '0.5'],
    ] as const) {
      const { code, stderr } = await here.trainyard('run', '--name', name, 'train.py', '--', '--lr', lr);
      assert.deepEqual([code, stderr], [0, 'warned\n']);
    }
  });
  after(() => here.remove());

  const shown = async (reference: string): Promise<Shown> =>
    showSchema.parse((await here.json('show', reference, '--json')).value);

  it('show --json has exactly the promised keys, with the values', async () => {
    const run = await shown('low');
    assert.equal(run.status, 'finished');
    assert.equal(run.exitCode, 0);
    assert.deepEqual(run.params, { lr: 0.1 });
    assert.deepEqual(run.metrics.loss, { last: 0.01, lastStep: 9, min: 0.01, max: 0.1, best: 0.01, count: 10 });
    assert.deepEqual(run.metrics.accuracy?.best, 0.901);
    assert.equal(run.git, null);
    assert.equal(run.failure, null);
    assert.deepEqual(run.warnings, []);
    assert.match(run.python ?? '', /^3\.\d+/);
    assert.ok((run.system.cpuSeconds ?? 0) > 0 && (run.system.peakMemoryBytes ?? 0) > 1e6);
    assert.ok(run.started && run.ended && run.created <= run.started && run.started <= run.ended);
    assert.equal(run.durationMs !== null && run.durationMs > 0, true);
    const [model] = run.artifacts;
    assert.equal(run.artifacts.length, 1);
    assert.deepEqual([model?.name, model?.bytes], ['model.txt', 7]);
    assert.ok(existsSync(join(run.directory, model?.path ?? '')));
  });

  it('runs --json is the array of the same, newest first', async () => {
    const { value } = await here.json('runs', '--json');
    assert.deepEqual(value, [await shown('high'), await shown('low')]);
    const limited = await here.json('runs', '--json', '--limit', '1', '--sort', 'created:asc');
    assert.deepEqual(limited.value, [await shown('low')]);
    const filtered = await here.json('runs', '--json', '--filter', 'params.lr > 0.3');
    assert.deepEqual(filtered.value, [await shown('high')]);
  });

  it('finds a run by id, by a unique beginning of it, by name, and as latest', async () => {
    const { id } = await shown('low');
    assert.equal((await shown(id)).id, id);
    assert.equal((await shown(id.slice(0, -1))).id, id);
    assert.equal((await shown('latest')).name, 'high');
  });

  it('runs prints a table', async () => {
    const { stdout } = await here.trainyard('runs');
    const [heading, newest, older] = stdout.split('\n');
    assert.match(heading ?? '', /name +id +age +took +metrics +parameters/);
    assert.match(newest ?? '', /^✓ finished +high +[0-9a-f-]+ .*accuracy 0\.905.* lr=0\.5$/);
    assert.match(older ?? '', /^✓ finished +low +[0-9a-f-]+ .*accuracy 0\.901.* lr=0\.1$/);
    const prefix = /high +([0-9a-f-]+)/.exec(stdout)?.[1] ?? '';
    assert.equal((await shown(prefix)).name, 'high');
  });

  it('show prints a page', async () => {
    const { stdout } = await here.trainyard('show', 'low');
    for (const part of [
      /^✓ finished {2}low$/m,
      /exit code +0/,
      /lr +0\.1/,
      /loss +0\.01 +0\.01 +0\.01 +0\.1 +10/,
      /model\.txt +.*7 B/,
    ])
      assert.match(stdout, part);
  });

  it('metrics without a name', async () => {
    const { metrics } = await shown('low');
    assert.deepEqual((await here.json('metrics', 'low', '--json')).value, metrics);
    assert.match((await here.trainyard('metrics', 'low')).stdout, /^metric +last +best +min +max +count\n/);
    const [heading, ...rows] = (await here.trainyard('metrics', 'low', '--csv')).stdout.trimEnd().split('\n');
    assert.equal(heading, 'name,last,lastStep,min,max,best,count');
    assert.ok(rows.includes('loss,0.01,9,0.01,0.1,0.01,10'), rows.join('\n'));
  });

  it('every point of a metric, to the bit', async () => {
    const odd = await here.trainyard('metrics', 'low', 'odd', '--json');
    assert.match(odd.stdout, /-0\.0\b/);
    const { name, count, points } = JSON.parse(odd.stdout) as { name: string; count: number; points: unknown[][] };
    assert.deepEqual([name, count], ['odd', 4]);
    assert.deepEqual(
      points.map(([step, , value]) => [step, value]),
      [
        [0, -0],
        [1, 'NaN'],
        [2, 'Infinity'],
        [3, 5e-324],
      ],
    );
    for (const [, time] of points) assert.match(String(time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.deepEqual(Object.keys(JSON.parse(odd.stdout)), ['name', 'count', 'points']);
    const csv = (await here.trainyard('metrics', 'low', 'odd', '--csv')).stdout.trimEnd().split('\n');
    assert.deepEqual(
      csv.map((line) => line.replace(/,[^,]*,/, ',')),
      ['step,value', '0,-0.0', '1,NaN', '2,Infinity', '3,5e-324'],
    );
  });

  it('a stretch of steps, and buckets', async () => {
    const part = (await here.json('metrics', 'low', 'loss', '--from', '2', '--to', '4', '--json')).value;
    assert.deepEqual(
      (part as { points: unknown[][] }).points.map(([step]) => step),
      [2, 3, 4],
    );
    const { value } = await here.json('metrics', 'low', 'loss', '--buckets', '2', '--json');
    const { name, count, buckets } = value as { name: string; count: number; buckets: Record<string, number>[] };
    assert.deepEqual([name, count, buckets.length], ['loss', 10, 2]);
    assert.deepEqual(buckets[0], {
      fromStep: 0,
      toStep: 4,
      count: 5,
      min: 0.02,
      max: 0.1,
      first: 0.1,
      last: 0.02,
      nonFinite: 0,
    });
    const [heading, ...rows] = (await here.trainyard('metrics', 'low', 'loss', '--buckets', '2', '--csv')).stdout.split(
      '\n',
    );
    assert.equal(heading, 'fromStep,toStep,count,min,max,first,last,nonFinite');
    assert.equal(rows[0], '0,4,5,0.02,0.1,0.1,0.02,0');
  });

  it('log gives what was printed, one stream of it, or JSON', async () => {
    assert.deepEqual((await here.trainyard('log', 'low')).stdout.split('\n').sort(), ['', 'done 0.1', 'warned']);
    assert.equal((await here.trainyard('log', 'low', '--stream', 'stdout')).stdout, 'done 0.1\n');
    assert.equal((await here.trainyard('log', 'low', '--stream', 'stderr')).stdout, 'warned\n');
    assert.equal((await here.trainyard('log', 'low', '--follow', '--stream', 'stdout')).stdout, 'done 0.1\n');
    const { value } = await here.json('log', 'low', '--json');
    const { chunks } = value as { chunks: { stream: string; text: string }[] };
    assert.ok(chunks.some(({ stream, text }) => stream === 'stderr' && text === 'warned\n'));
  });

  it('a run that its script opened by itself is there, too, without output', async () => {
    const client = join(import.meta.dirname, '../../../python');
    const alone = spawnSync('python3', ['train.py', '--lr', '0.2'], {
      cwd: here.folder,
      env: { ...here.environment, PYTHONPATH: client },
      encoding: 'utf8',
    });
    assert.equal(alone.status, 0, alone.stderr);
    const run = await shown('latest');
    assert.deepEqual([run.status, run.supervisorPid, run.metrics.loss?.count], ['finished', null, 10]);
    const log = await here.trainyard('log', 'latest', '--follow');
    assert.deepEqual([log.code, log.stdout], [0, '']);
    assert.match(log.stderr, /opened by its script itself/);
    assert.equal((await here.trainyard('rerun', 'latest')).code, 3);
    await here.trainyard('delete', 'latest', '--yes');
  });

  it('compare shows what differs and marks the better one', async () => {
    const { stdout } = await here.trainyard('compare', 'low', 'high');
    assert.match(stdout, /^run +low +high$/m);
    assert.match(stdout, /^lr +0\.1 +0\.5$/m);
    assert.match(stdout, /^loss ↓ +0\.01 ★ +0\.05$/m);
    assert.match(stdout, /^accuracy ↑ +0\.901 +0\.905 ★$/m);
    const { value } = await here.json('compare', 'low', 'high', '--json');
    const { runs, params, metrics } = value as {
      runs: { name: string }[];
      params: unknown[];
      metrics: { name: string; better: string; values: number[]; best: string[] }[];
    };
    assert.deepEqual(
      runs.map(({ name }) => name),
      ['low', 'high'],
    );
    assert.deepEqual(params, [{ name: 'lr', values: [0.1, 0.5] }]);
    const loss = metrics.find(({ name }) => name === 'loss');
    assert.deepEqual(loss, { name: 'loss', better: 'lower', values: [0.01, 0.05], best: [(await shown('low')).id] });
  });

  it('name, note, tag, star, archive, restore change what is said', async () => {
    const { id } = await shown('low');
    for (const args of [
      ['name', id, ' renamed '],
      ['note', 'renamed', 'first\nsecond'],
      ['tag', id, 'team=ours', 'kind=a=b'],
      ['star', id],
    ]) {
      assert.deepEqual(await here.json(...args, '--json'), { code: 0, value: { runs: [id] }, stderr: '' });
    }
    const changed = await shown('renamed');
    assert.deepEqual(
      [changed.name, changed.note, changed.tags, changed.starred],
      ['renamed', 'first\nsecond', { team: 'ours', kind: 'a=b' }, true],
    );
    await here.trainyard('tag', id, '-team', 'kind=');
    await here.trainyard('star', '--off', id);
    await here.trainyard('archive', id);
    const back = await shown(id);
    assert.deepEqual([back.tags, back.starred, back.archived], [{}, false, true]);
    assert.deepEqual(
      ((await here.json('runs', '--json')).value as Shown[]).map(({ name }) => name),
      ['high'],
    );
    assert.equal(((await here.json('runs', '--json', '--archived')).value as Shown[]).length, 2);
    await here.trainyard('restore', id);
    await here.trainyard('name', id, 'low');
    const other = (await shown('high')).id;
    const many = await here.json('tag', 'low', 'high', 'both=yes', 'sweep=3', '--json');
    assert.deepEqual(many, { code: 0, value: { runs: [id, other] }, stderr: '' });
    for (const one of ['low', 'high']) assert.deepEqual((await shown(one)).tags, { both: 'yes', sweep: '3' });
    await here.trainyard('tag', 'low', 'high', '-both', '-sweep');
    for (const one of ['low', 'high']) assert.deepEqual((await shown(one)).tags, {});
    assert.equal((await shown('low')).archived, false);
  });

  it('delete asks, and frees the disk', async () => {
    here.file('quick.py', ['print("x" * 100000)']);
    await ended(here.start('run', '--name', 'doomed', 'quick.py'));
    const { id, directory } = await shown('doomed');
    const refused = await here.json('delete', 'doomed', '--json');
    assert.equal(refused.code, 3);
    assert.equal((refused.value as { error: { code: string } }).error.code, 'not-confirmed');
    assert.ok(existsSync(directory));
    const { code, value } = await here.json('delete', 'doomed', '--yes', '--json');
    assert.equal(code, 0);
    const { runs, bytes } = value as { runs: string[]; bytes: number };
    assert.deepEqual(runs, [id]);
    assert.ok(bytes > 100_000);
    assert.ok(!existsSync(directory));
    assert.equal((await here.trainyard('show', id)).code, 2);
  });
});
