import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openStore } from '../../../src/store/index.ts';
import { examine, ingest, points, runDetails } from '../../../src/tracking/index.ts';
import { type SmallDisk, smallDisk } from '../../support/small-disk.ts';
import { until } from '../../support/until.ts';
import { exitOf, type Yard, yard } from '../../support/yard.ts';

/** Logs and prints in three parts; in the second, nothing can be written to the disk of the run. */
const script = [
  'import os, sys, time, trainyard',
  'def part(first, count):',
  '    for step in range(first, first + count):',
  '        trainyard.log(step=step, **{"loss": step + 0.125, "a metric with a long name, so that records are torn": step})',
  '        print("step", step)',
  '        print("warned", step, file=sys.stderr)',
  'def meet(name, other):',
  '    open(name, "w").close()',
  '    while not os.path.exists(other): time.sleep(0.01)',
  'part(0, 50)',
  'meet("first", "full")',
  'part(50, 400)',
  'meet("second", "free")',
  'part(450, 50)',
  'open("result", "w").write("whole")',
  'sys.exit(3)',
];

describe('a run whose disk is full for a while', () => {
  let here: Yard;
  let disk: SmallDisk | undefined;
  beforeEach(function () {
    disk = smallDisk(this, 1024);
    here = yard();
  });
  afterEach(() => {
    if (!disk) return;
    here.remove();
    disk.remove();
    disk = undefined;
  });

  it('ends as it would have ended, and has all that was logged and printed while there was room', async () => {
    assert.ok(disk);
    const folder = join(disk.path, '.trainyard');
    const { directory, run } = await here.python(script, { store: folder });
    const reached = (name: string) => until(`the script is ${name}`, () => existsSync(join(here.folder, name)));
    await reached('first');
    disk.fill();
    here.file('full');
    await reached('second');
    rmSync(join(disk.path, 'filler'));
    here.file('free');
    const exit = await exitOf(directory);
    assert.deepEqual([exit.code, exit.signal, exit.stopped], [3, null, false]);
    assert.equal(readFileSync(join(here.folder, 'result'), 'utf8'), 'whole');
    for (const [stream, word] of [
      ['stdout', 'step'],
      ['stderr', 'warned'],
    ]) {
      const printed = readFileSync(join(directory, `${stream}.log`), 'utf8');
      for (const step of [0, 49, 450, 499])
        assert.ok(
          printed.includes(`${word} ${step}
`),
          `${word} ${step}`,
        );
    }
    const store = openStore(folder);
    try {
      await ingest(store);
      const details = runDetails(store, run);
      assert.deepEqual([details.status, details.exitCode], ['failed', 3]);
      const values = new Set(points(store, run, 'loss').values);
      const known = Array.from({ length: 500 }, (_, step) => step).filter((step) => values.has(step + 0.125));
      assert.deepEqual(
        known.slice(0, 50),
        Array.from({ length: 50 }, (_, step) => step),
      );
      assert.deepEqual(
        known.slice(-50),
        Array.from({ length: 50 }, (_, step) => 450 + step),
      );
      assert.ok(known.length < 500, 'the disk was full');
      const codes = details.warnings.map(({ code }) => code);
      for (const code of ['journal-unwritable', 'output-unwritable', 'journal-damaged']) {
        assert.ok(codes.includes(code), `${code} in ${codes}`);
      }
    } finally {
      store.close();
    }
    const { problems } = await examine(folder);
    assert.deepEqual([...new Set(problems.map(({ code, mended }) => `${code} ${mended}`))], ['journal-damaged false']);
  });
});
