import assert from 'node:assert/strict';
import { join } from 'node:path';
import { ingest, openRuns, runDetails } from '../../../src/tracking/index.ts';
import { exitOf, type Yard, yard } from '../../support/yard.ts';

describe('what a run used', () => {
  let here: Yard;
  beforeEach(() => {
    here = yard();
  });
  afterEach(() => here.remove());

  it('holds a peak of memory that came just before the end', async () => {
    const { run, directory } = await here.python(['import os', 'block = bytearray(os.urandom(1 << 20)) * 200']);
    await exitOf(directory);
    const store = openRuns(join(here.folder, '.trainyard'));
    try {
      await ingest(store);
      const peak = runDetails(store, run).peakMemoryBytes ?? 0;
      assert.ok(peak > 200 * 2 ** 20 && peak < 250 * 2 ** 20, `${peak} bytes`);
    } finally {
      store.close();
    }
  });
});
