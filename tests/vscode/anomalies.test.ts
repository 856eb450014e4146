import assert from 'node:assert/strict';
import type { WindowParts } from '../../src/extension.ts';
import { activate, answering, command, type Reference, rowOf, start, untilRow } from './support/window.ts';

describe('a loss that becomes NaN', () => {
  let window: WindowParts;
  const endless: Reference[] = [];

  before(async () => {
    window = await activate();
  });

  after(async () => {
    for (const reference of endless) {
      const row = await rowOf(window, reference);
      if (row?.run?.status === 'running') await command('stop', reference);
    }
  });

  const startSick = async (name: string, metric = 'loss') => {
    const reference = (await command('runTraining', {
      folder: (await start('train.py')).folder,
      target: { kind: 'script', path: 'becomes_nan.py' },
      args: ['--metric', metric],
      name,
    })) as Reference;
    endless.push(reference);
    return reference;
  };

  it('is told of once while it trains, and marked in the tree; its run can be stopped from there', async () => {
    const { said } = await answering(
      ({ buttons }) => buttons.find((button) => button === 'Stop Run'),
      async () => {
        const reference = await startSick('sick');
        const row = await untilRow(window, reference, 'stopped', ({ run }) => run?.status === 'stopped');
        assert.equal(row.run?.anomalies, 1);
        assert.match(row.description, /^⚠ 1 anomaly · /);
        assert.match(row.tooltip, /1 anomaly in its metrics/);
      },
    );
    const told = said.filter(({ text }) => text.includes('NaN'));
    assert.equal(told.length, 1);
    assert.match(told[0]?.text ?? '', /^“sick”: “loss” became NaN at step 12/);
    assert.deepEqual(told[0]?.buttons, ['Stop Run', 'Show', 'Turn Off for “loss”']);
  });

  it('is told of no more once it is turned off for its metric, in whichever run', async () => {
    const metric = 'x <b>loss</b>';
    const { said } = await answering(
      ({ buttons }) => buttons.find((button) => button.startsWith('Turn Off')),
      async () => {
        const first = await startSick('first', metric);
        await untilRow(window, first, 'turned off', ({ run, description }) => {
          return (
            run?.anomalies === 0 &&
            run.metric?.name === metric &&
            Number.isNaN(run.metric.value) &&
            !/⚠/.test(description)
          );
        });
      },
    );
    assert.equal(said.filter(({ text }) => text.includes('NaN')).length, 1);
    const again = await answering(
      () => undefined,
      async () => {
        const second = await startSick('second', metric);
        await untilRow(window, second, 'NaN', ({ run }) => Number.isNaN(run?.metric?.value));
        await command('stop', second);
        await untilRow(window, second, 'stopped', ({ run }) => run?.status === 'stopped' && run.anomalies === 0);
      },
    );
    assert.deepEqual(
      again.said.filter(({ text }) => text.includes('NaN')),
      [],
    );
  });
});
