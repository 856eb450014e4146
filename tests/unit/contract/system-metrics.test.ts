import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import {
  gpuMetrics,
  peakOfGpus,
  type SystemUnit,
  systemMetric,
  systemMetrics,
  systemValueText,
} from '../../../src/contract/system-metrics.ts';

describe('system metrics', () => {
  it('are known by their names, those of every GPU too', () => {
    assert.deepEqual(systemMetric('cpu'), { scope: 'run', total: false, topic: 'cpu', unit: 'percent' });
    assert.equal(systemMetric('disk/written/total')?.total, true);
    assert.equal(systemMetric('network/sent')?.scope, 'machine');
    assert.equal(systemMetric('gpu0/temperature')?.unit, 'celsius');
    assert.equal(systemMetric('gpu12/memory/run')?.scope, 'run');
    for (const name of ['', 'gpu', 'gpu0', 'gpu0/', 'gpux/power', 'toString', 'gpu0/toString', 'loss'])
      assert.equal(systemMetric(name), undefined, name);
  });

  it('are all described in the protocol, with their scope', () => {
    const text = readFileSync(join(import.meta.dirname, '../../../docs/journal.md'), 'utf8');
    const rows = [...text.matchAll(/^\| (`.+`) \| .+? \| (run|machine) \|/gm)];
    const told = rows.flatMap(([, names, scope]) =>
      [...(names as string).matchAll(/`([^`]+)`/g)].map(([, name]) => [name as string, scope] as const),
    );
    const gpu = Object.entries(gpuMetrics).map(([name, { scope }]) => [`gpu<n>/${name}`, scope] as const);
    const all = Object.entries(systemMetrics).map(([name, { scope }]) => [name, scope] as const);
    assert.deepEqual(new Map(told), new Map([...all, ...gpu]));
    assert.equal(told.length, all.length + gpu.length);
  });

  it('of several GPUs have one peak', () => {
    const metrics = {
      'gpu0/memory': { max: 5 },
      'gpu10/memory': { max: 7 },
      'gpu0/memory/run': { max: 9 },
      memory: { max: 11 },
    };
    assert.equal(peakOfGpus(metrics, 'memory'), 7);
    assert.equal(peakOfGpus(metrics, 'memory/run'), 9);
    assert.equal(peakOfGpus(metrics, 'power'), null);
  });

  it('are written for the eye', () => {
    const cases: [number, SystemUnit, string][] = [
      [187.4, 'percent', '187 %'],
      [12.345, 'percent', '12.3 %'],
      [0, 'bytes', '0 B'],
      [999, 'bytes', '999 B'],
      [999_600, 'bytes', '1 MB'],
      [1_234_567_890, 'bytes', '1.23 GB'],
      [3.4e6, 'bytes/s', '3.4 MB/s'],
      [61, 'celsius', '61 °C'],
      [250.5, 'watts', '251 W'],
      [1234.5, 'seconds', '1,235 s'],
      [8, 'count', '8'],
      [Number.NaN, 'percent', 'NaN'],
    ];
    for (const [value, unit, text] of cases) assert.equal(systemValueText(value, unit), text);
    assert.equal(systemValueText(1.5e6, 'bytes', 'de'), '1,5 MB');
  });

  it('say a size to within half a percent', () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 9e17, noNaN: true }), (bytes) => {
        const [number, unit] = systemValueText(bytes, 'bytes').replaceAll(',', '').split(' ') as [string, string];
        const said = Number(number) * 1000 ** ['B', 'kB', 'MB', 'GB', 'TB', 'PB'].indexOf(unit);
        assert.ok(Math.abs(said - bytes) <= bytes * 0.005 + 1e-9, `${bytes} as ${number} ${unit}`);
      }),
    );
  });
});
