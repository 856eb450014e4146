import assert from 'node:assert/strict';
import { type Playground, playground } from '../../support/cli.ts';

interface Listed {
  anomalies: { run: string; metric: string; kind: string; step: number; off: boolean; message: string }[];
  off: string[];
}

describe('trainyard anomalies', () => {
  let here: Playground;
  before(async () => {
    here = playground();
    here.file('train.py', [
      'import trainyard',
      'for step in range(20):',
      '    trainyard.log({"loss": 1 / (step + 1) if step < 12 else float("nan"), "-x loss": float("inf")}, step=step)',
    ]);
    assert.equal((await here.trainyard('run', '--name', 'sick', 'train.py')).code, 0);
  });
  after(() => here.remove());

  const listed = async (...more: string[]) => (await here.json('anomalies', ...more, '--json')).value as Listed;

  it('lists them with their sentences, of one run or of all', async () => {
    for (const { anomalies, off } of [await listed(), await listed('sick')]) {
      assert.deepEqual(off, []);
      assert.deepEqual(anomalies.map(({ metric, kind, step, message }) => [metric, kind, step, message]).sort(), [
        ['-x loss', 'infinity', 0, '“-x loss” became infinite at step 0; 20 values are infinite.'],
        ['loss', 'nan', 12, '“loss” became NaN at step 12; 8 values are NaN.'],
      ]);
    }
    const { stdout } = await here.trainyard('anomalies');
    assert.match(stdout, /^sick .*\n {2}! .*\n {2}! .*\n$/);
    assert.match((await here.trainyard('show', 'sick')).stdout, /! “loss” became NaN at step 12/);
  });

  it('switches them off by metric, and on again', async () => {
    assert.deepEqual((await listed('--off', 'loss')).off, ['loss']);
    assert.deepEqual((await listed('--off=-x loss')).off, ['-x loss', 'loss']);
    assert.equal((await here.trainyard('doctor', '--rebuild')).code, 0);
    const { anomalies, off } = await listed();
    assert.deepEqual(off, ['-x loss', 'loss']);
    assert.ok(anomalies.every((anomaly) => anomaly.off));
    assert.match((await here.trainyard('anomalies')).stdout, /switched off\)\nSwitched off: "-x loss", "loss"\n$/);
    await here.trainyard('anomalies', '--on', 'loss');
    assert.deepEqual((await listed('--on=-x loss')).off, []);
  });

  it('refuses what makes no sense, and finds nothing where nothing was run', async () => {
    assert.equal((await here.trainyard('anomalies', '--on', 'a', '--off', 'b')).code, 2);
    assert.equal((await here.trainyard('anomalies', 'sick', '--off', 'b')).code, 2);
    assert.equal((await here.trainyard('anomalies', 'nobody')).code, 2);
    const fresh = playground();
    try {
      assert.equal((await fresh.trainyard('anomalies')).stdout, 'No anomalies.\n');
      assert.deepEqual((await fresh.json('anomalies', '--json')).value, { anomalies: [], off: [] });
    } finally {
      await fresh.remove();
    }
  });
});
