import assert from 'node:assert/strict';
import { type Playground, playground } from '../../support/cli.ts';
import { type AtOnceReport, manyAtOnce, wrongAfter } from '../../support/many-at-once.ts';

describe('sixteen runs at once', function () {
  this.timeout(240_000);
  let here: Playground;
  let report: AtOnceReport | undefined;

  before(() => {
    here = playground();
  });
  after(async () => {
    await Promise.all(report?.backends.map((backend) => backend.stop()) ?? []);
    await here.remove();
  });

  it('are seen by two windows and a terminal without a lock or another error, and no point is missing or there twice', async () => {
    report = await manyAtOnce(here, { runs: 16, reads: 6 });
    assert.deepEqual(report.complaints, []);
    for (const [what, count] of Object.entries(report.counts)) assert.ok(count > 0, `no ${what}`);
    assert.deepEqual(await wrongAfter(here, report), []);
  });
});
