import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { makeFolders } from '../../../src/base/files.ts';
import { newId } from '../../../src/base/ids.ts';
import type { MachineState } from '../../../src/supervisor/machine-watch.ts';
import { openSystemJournal } from '../../../src/supervisor/system-journal.ts';
import { samplePause, takeSystemSamples } from '../../../src/supervisor/system-samples.ts';
import { type UsageLook, unknownUsage } from '../../../src/supervisor/usage-watch.ts';
import { integral, type ReadSystem, readSystem } from '../../support/system-journal.ts';

const machine: MachineState = { cpuPercent: 50, memoryBytes: 1e9, networkReceived: undefined, networkSent: undefined };
const gpus = { take: () => ({}), found: () => [], stop: () => undefined };
const member = {
  ...{ pid: 1, parent: 0, group: 0, session: 0, start: '1', cpuSeconds: 0, childCpuSeconds: 0, memoryBytes: 0 },
  ...{ zombie: false, threads: 3 },
};

/** A look at a run that has used so much. */
function lookAt(cpuSeconds: number, memoryBytes: number | null = 1000): UsageLook {
  return {
    ...unknownUsage,
    cpuSeconds,
    diskReadBytes: cpuSeconds * 100,
    memoryBytes,
    members: memoryBytes ? [member] : [],
  };
}

describe('the samples of a run', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'trainyard-samples-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Samples of a run that is looked at after so many seconds each, and ends after the last. */
  const sample = (looks: { after: number; look: UsageLook }[]): ReadSystem => {
    let now = 0;
    const complaints: string[] = [];
    const journal = openSystemJournal(folder, newId(), 1_790_000_000_000_000, (text) => complaints.push(text));
    const samples = takeSystemSamples({ journal, machine: () => machine, gpus, elapsed: () => Math.round(now * 1e6) });
    for (const [index, { after, look }] of looks.entries()) {
      now += after;
      if (index < looks.length - 1) samples.look(look);
      else samples.finish(look);
    }
    assert.deepEqual(complaints, []);
    return readSystem(folder);
  };

  it('are one a second at first, and not more than 9,000 in a day', () => {
    const looks = Array.from({ length: 86_400 }, (_, index) => ({ after: 1, look: lookAt(index) }));
    const { samples, series } = sample(looks);
    const times = series['cpu/total']?.times ?? [];
    assert.equal(times.filter((time) => time <= 60).length, 60);
    assert.ok(samples > 5_000 && samples < 9_000, `${samples} samples`);
    assert.ok(times.every((time, index) => time - (times[index - 1] ?? 0) <= 16));
    assert.ok(samplePause(1e15) <= 15e6);
  });

  it('have rates whose sum over time is the total, whenever it was looked', () => {
    const looks = fc.array(
      fc.record({
        after: fc.double({ min: 0.001, max: 40, noNaN: true }),
        used: fc.double({ min: 0, max: 100, noNaN: true }),
      }),
      { minLength: 1, maxLength: 60 },
    );
    fc.assert(
      fc.property(looks, (steps) => {
        rmSync(folder, { recursive: true, force: true });
        makeFolders(folder);
        let used = 0;
        const seen = steps.map((step) => {
          used += step.used;
          return { after: step.after, look: lookAt(used) };
        });
        const { series } = sample(seen);
        assert.ok(series.cpu && series['disk/read']);
        const seconds = series.cpu.times.at(-1) as number;
        assert.ok(Math.abs(integral(series.cpu) / 100 - used) < 1e-3 + seconds * 1e-5);
        assert.ok(Math.abs(integral(series['disk/read']) - used * 100) < 1e-1 + seconds * 1e-3);
        assert.ok(Math.abs((series['cpu/total']?.values.at(-1) as number) - used) < 1e-3);
      }),
    );
  });

  it('lose no peak of memory between them', () => {
    const looks = Array.from({ length: 5_000 }, (_, index) => ({
      after: 1,
      look: lookAt(index, index === 4_321 ? 9e9 : 1e6),
    }));
    const { series } = sample([...looks, { after: 0.01, look: lookAt(5_000, null) }]);
    assert.equal(Math.max(...(series.memory?.values ?? [])), 9e9);
  });

  it('say no rate over a moment at the end', () => {
    const { series } = sample([
      { after: 1, look: lookAt(0.5) },
      { after: 1, look: lookAt(1) },
      { after: 0.001, look: lookAt(1.02, null) },
    ]);
    assert.deepEqual(series.cpu?.times, [1, 2.001]);
    assert.ok(series.cpu.values.every((value) => value < 60));
    assert.deepEqual(series.memory?.values, [1000, 1000]);
  });

  it('of a disk that takes nothing are left out, with one complaint, and go on when it takes something again', () => {
    const complaints: string[] = [];
    const absent = join(folder, 'absent');
    const run = newId();
    const journal = openSystemJournal(absent, run, 1, (text) => complaints.push(text));
    journal.write(1_000_000, { cpu: 1 });
    journal.write(2_000_000, { cpu: 2, memory: 3 });
    assert.equal(complaints.length, 1);
    assert.match(complaints[0] as string, /system-.*\.jsonl cannot be written: ENOENT/);
    makeFolders(absent);
    journal.write(3_000_000, { memory: 4, cpu: 5.00049 });
    journal.close();
    const { open, series } = readSystem(absent);
    assert.equal(open.run, run);
    assert.deepEqual(series, { memory: { times: [3], values: [4] }, cpu: { times: [3], values: [5] } });
  });
});
