import assert from 'node:assert/strict';
import { platform } from 'node:process';
import { type Playground, playground } from '../../support/cli.ts';
import { skipBecause } from '../../support/skip.ts';
import { showSchema } from './show-schema.ts';

interface Measured {
  unit: string | null;
  scope: string | null;
  last: number;
  min: number;
  max: number;
  count: number;
}

describe('what the command line says of what was measured', () => {
  let here: Playground;
  before(async function () {
    if (platform === 'win32') skipBecause(this, 'a short script is over before Windows has told of it once');
    here = playground();
    here.file('train.py', [
      'import time, trainyard',
      'trainyard.log(cpu=-5, loss=1)',
      'while time.process_time() < 0.6: pass',
      'time.sleep(0.5)',
    ]);
    assert.equal((await here.trainyard('run', '--name', 'measured', 'train.py')).code, 0);
  });
  after(() => here?.remove());

  const measured = async () =>
    (await here.json('metrics', 'measured', '--system', '--json')).value as Record<string, Measured>;

  it('metrics --system has names with units, and last, min, max and count', async () => {
    const { cpu, memory } = await measured();
    assert.deepEqual([cpu?.unit, cpu?.scope, memory?.unit], ['percent', 'run', 'bytes']);
    assert.ok(cpu && cpu.count >= 1 && cpu.min <= cpu.last && cpu.last <= cpu.max && cpu.max < 200);
    assert.ok(memory && memory.max > 1e6);
    const { stdout } = await here.trainyard('metrics', 'measured', '--system');
    assert.match(stdout, /^metric +last +min +max +count +of\n/);
    assert.match(stdout, /\ncpu\/total +[\d.]+ s .* the run\n/);
    assert.match(stdout, /\nmachine\/memory +[\d.]+ [MGT]B .* the machine\n/);
    const [heading, ...rows] = (await here.trainyard('metrics', 'measured', '--system', '--csv')).stdout.split('\n');
    assert.equal(heading, 'name,last,min,max,count');
    assert.ok(rows.some((row) => /^memory,\d+,\d+,\d+,\d+$/.test(row)));
  });

  it('metrics --system NAME has its points, with which a metric of the same name has nothing to do', async () => {
    const { value } = await here.json('metrics', 'measured', 'cpu', '--system', '--json');
    const { name, count, points } = value as { name: string; count: number; points: [number, string, number][] };
    assert.deepEqual([name, count], ['cpu', points.length]);
    assert.deepEqual(
      points.map(([step]) => step),
      [...points.keys()],
    );
    assert.ok(points.every(([, , percent]) => percent >= 0));
    const buckets = await here.json('metrics', 'measured', 'cpu', '--system', '--buckets', '1', '--json');
    const [bucket] = (buckets.value as { buckets: { count: number }[] }).buckets;
    assert.equal(bucket?.count, count);
    const logged = (await here.json('metrics', 'measured', 'cpu', '--json')).value as typeof value;
    assert.deepEqual(
      (logged as { points: number[][] }).points.map((point) => point[2]),
      [-5],
    );
  });

  it('is not among the metrics, nor found by a filter', async () => {
    const run = showSchema.parse((await here.json('show', 'measured', '--json')).value);
    assert.deepEqual(Object.keys(run.metrics), ['cpu', 'loss']);
    assert.equal(run.metrics.cpu?.count, 1);
    const { code, stdout } = await here.trainyard('metrics', 'measured', 'memory', '--json');
    assert.deepEqual([code, (JSON.parse(stdout) as { error: { code: string } }).error.code], [2, 'metric-missing']);
    for (const filter of ['metrics.memory > 0', 'metrics.cpu > 0'])
      assert.deepEqual((await here.json('runs', '--filter', filter, '--json')).value, []);
  });

  it('show has the totals', async () => {
    const run = showSchema.parse((await here.json('show', 'measured', '--json')).value);
    const { 'cpu/total': cpu } = await measured();
    assert.ok(Math.abs((run.system.cpuSeconds ?? 0) - (cpu?.last ?? 0)) < 0.001);
    if (platform !== 'linux') return;
    assert.ok(run.system.diskReadBytes !== null && run.system.diskWrittenBytes !== null);
    assert.match((await here.trainyard('show', 'measured')).stdout, /disk +[\d.]+ k?M?B read, [\d.]+ k?M?B written/);
  });

  it('comes back when the index is built again', async () => {
    const before = await measured();
    assert.equal((await here.trainyard('doctor', '--rebuild')).code, 0);
    assert.deepEqual(await measured(), before);
  });
});
