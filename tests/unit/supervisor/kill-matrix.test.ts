import assert from 'node:assert/strict';
import { type Playground, playground } from '../../support/cli.ts';
import { killMatrix, tableOf } from '../../support/kills/matrix.ts';
import { skipBecause } from '../../support/skip.ts';

/** Set it to repeat what failed. */
const seed = Number(process.env.TRAINYARD_KILL_SEED ?? Math.floor(Math.random() * 1e6));

describe('script, supervisor, backend and window, killed at random moments', function () {
  this.timeout(400_000);
  let here: Playground;
  before(function () {
    if (process.platform === 'win32') skipBecause(this, 'there is no keeper on Windows');
    here = playground();
  });
  after(() => here?.remove());

  it(`lose nothing that was acknowledged, and each run ends as it did (TRAINYARD_KILL_SEED=${seed})`, async () => {
    const rows = await killMatrix(here, { seed, trials: 20, atOnce: 4 });
    assert.deepEqual(
      rows.filter((row) => row.problems.length > 0),
      [],
      tableOf(rows),
    );
    assert.equal(rows.length, 20);
    assert.ok(rows.filter((row) => row.killed.length > 0).length >= 15, tableOf(rows));
    assert.ok(rows.reduce((sum, row) => sum + row.acknowledged, 0) > 20, tableOf(rows));
  });
});
