import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { openStore } from '../../../src/store/index.ts';
import { ingest, points, runDetails } from '../../../src/tracking/index.ts';
import { makeStore, removeStore, writeRun } from '../../support/run-folders.ts';
import { skipBecause } from '../../support/skip.ts';

const writer = join(import.meta.dirname, '../../fixtures/journal-writer.pl');

describe('the documented writer in another language', () => {
  it('is read as it was meant', async function () {
    if (process.platform === 'win32') skipBecause(this, 'Windows comes without Perl');
    const place = makeStore();
    const store = openStore(place.store);
    try {
      const id = writeRun(place.store);
      const { TRAINYARD_RUN, TRAINYARD_RUN_DIR, TRAINYARD_PARENT_PID, ...env } = process.env;
      execFileSync('perl', [writer, join(place.store, 'runs', id)], { env });
      await ingest(store);
      const run = runDetails(store, id);
      assert.equal(run.status, 'finished');
      assert.deepEqual(run.params, { layers: [8, 4], rate: 0.1 });
      assert.deepEqual(run.tags, { language: 'perl' });
      assert.deepEqual(run.warnings, []);
      assert.ok(run.pid !== null && run.pid > 0);
      let error = 1;
      const expected = Array.from({ length: 10 }, () => {
        error -= 0.1 * error;
        return error;
      });
      assert.deepEqual([...points(store, id, 'loss').values], expected);
      assert.deepEqual(
        [...points(store, id, 'loss').steps],
        expected.map((_, step) => step),
      );
      assert.deepEqual([...points(store, id, 'val/loss').steps], [0, 5]);
      assert.deepEqual([...points(store, id, 'ratio').values], [Number.NaN]);
    } finally {
      store.close();
      removeStore(place);
    }
  });
});
