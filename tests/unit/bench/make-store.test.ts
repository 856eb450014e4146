import assert from 'node:assert/strict';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeStore } from '../../../bench/make-store.ts';
import { writeStore } from '../../../bench/run-folders.ts';
import { openStore, type Store } from '../../../src/store/index.ts';
import { examine, ingest, listRuns, runDetails } from '../../../src/tracking/index.ts';

describe('the store that benches make', () => {
  let folder: string;
  let store: Store | undefined;
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'trainyard-bench-')));
  });
  afterEach(() => {
    store?.close();
    store = undefined;
    rmSync(folder, { recursive: true });
  });

  it('is folded like real runs', async () => {
    const ids = writeStore(folder, { runs: 14, metrics: 3, points: 20, params: 4, running: 1 });
    store = openStore(join(folder, '.trainyard'));
    await ingest(store);
    assert.equal(ids.length, 14);
    assert.deepEqual(
      listRuns(store, { limit: 100 }).runs.map((run) => run.status),
      ['running', 'failed', ...Array(12).fill('finished')],
    );
    const run = runDetails(store, ids[12] as string);
    assert.deepEqual(Object.keys(run.params).sort(), ['batch', 'lr', 'model', 'seed']);
    assert.deepEqual(
      Object.entries(run.metrics).map(([name, { count }]) => [name, count]),
      [
        ['accuracy', 20],
        ['loss', 20],
        ['val/loss', 20],
      ],
    );
    assert.equal(run.failure?.type, 'ValueError');
    assert.deepEqual((await examine(join(folder, '.trainyard'))).problems, []);
  });

  it('says what it wants instead of a wrong number', () => {
    const said: unknown[] = [];
    const print = console.error;
    console.error = (line) => said.push(line);
    try {
      assert.equal(makeStore([folder, '--runs', 'many']), 2);
    } finally {
      console.error = print;
    }
    assert.deepEqual(said, ['--runs needs a whole number.']);
  });
});
