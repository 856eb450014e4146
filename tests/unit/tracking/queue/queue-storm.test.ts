import assert from 'node:assert/strict';
import { queueStorm, wrongWith } from '../../../support/queue-storm.ts';
import { type Yard, yard } from '../../../support/yard.ts';

describe('a queue whose supervisors are killed', () => {
  let here: Yard;
  beforeEach(() => {
    here = yard();
  });
  afterEach(() => here.remove());

  it('runs each of its runs once, never more at a time than it may', async () => {
    const storm = { runs: 16, adders: 3, jobs: 3, kills: 8, seed: 7 };
    assert.deepEqual(await wrongWith(here.folder, storm, await queueStorm(here.folder, storm)), []);
  });
});
