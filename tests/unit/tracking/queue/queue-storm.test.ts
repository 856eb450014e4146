import assert from 'node:assert/strict';
import { join } from 'node:path';
import { ingest, listRuns, openRuns } from '../../../../src/tracking/index.ts';
import { queueStorm } from '../../../support/queue-storm.ts';
import { type Yard, yard } from '../../../support/yard.ts';

describe('a queue whose supervisors are killed', function () {
  this.timeout(320_000);
  let here: Yard;
  beforeEach(() => {
    here = yard();
  });
  afterEach(() => here.remove());

  it('runs each of its runs once, never more at a time than it may', async () => {
    const storm = { runs: 16, adders: 3, jobs: 3, kills: 8, seed: 7 };
    const { begun, ended, most, killed, ids } = await queueStorm(here.folder, storm);
    const all = Array.from({ length: storm.runs }, (_, at) => at + 1);
    const sorted = (numbers: number[]) => numbers.toSorted((a, b) => a - b);
    assert.deepEqual([sorted(begun), sorted(ended)], [all, all]);
    assert.ok(most <= storm.jobs, `${most} at once`);
    assert.ok(killed.supervisors + killed.starters > 0, 'nobody was killed');
    const store = openRuns(join(here.folder, '.trainyard'));
    try {
      await ingest(store, { full: true });
      const { runs } = listRuns(store);
      assert.deepEqual(runs.map(({ id }) => id).sort(), ids.sort());
      assert.deepEqual([...new Set(runs.map(({ status }) => status))], ['finished']);
    } finally {
      store.close();
    }
  });
});
