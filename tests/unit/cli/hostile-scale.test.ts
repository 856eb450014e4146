import assert from 'node:assert/strict';
import { join } from 'node:path';
import { table } from '../../../src/cli/table.ts';
import { openStore } from '../../../src/store/index.ts';
import { ingest, runDetails, tree } from '../../../src/tracking/index.ts';
import { type Playground, playground } from '../../support/cli.ts';
import { flood, floods } from '../../support/hostile-scale.ts';
import { exit, supervisor, supervisorOpen, writeRun } from '../../support/run-folders.ts';

/** `npm run soak` does the same with a million. */
const many = 3_000;

describe('a run that says too much', () => {
  let here: Playground;
  let store: string;
  let id: string;
  before(async () => {
    here = playground();
    store = join(here.folder, '.trainyard');
    id = writeRun(store);
    supervisor(store, id, [supervisorOpen(id), exit()]);
    for (const what of Object.keys(floods) as (keyof typeof floods)[]) flood(store, id, what, many);
    const open = openStore(store);
    await ingest(open);
    open.close();
  });
  after(() => here.remove());

  it('is recorded, but for what no program means', () => {
    const open = openStore(store);
    const run = runDetails(open, id);
    open.close();
    const counts = [
      run.metrics,
      run.params,
      run.tags,
      run.artifacts,
      run.packages,
      run.warnings,
      run.datasets,
      run.seeds,
    ];
    assert.deepEqual(
      counts.map((items) => Object.keys(items).length),
      [many, many, many, many, many, many, 1_000, 500],
    );
  });

  it('is shown on a page that a person can read, and whole as JSON', async () => {
    const page = await here.trainyard('show', id);
    assert.equal(page.code, 0);
    assert.ok(page.stdout.split('\n').length < 2_000, page.stdout);
    assert.ok(page.stdout.includes(`… and ${many - 200} more, which --json has`));
    const list = await here.trainyard('runs');
    assert.ok(list.stdout.length < 5_000, list.stdout);
    const { value } = await here.json('show', id, '--json');
    const { metrics, params } = value as Record<string, object>;
    assert.deepEqual(
      [metrics, params].map((items) => Object.keys(items ?? {}).length),
      [many, many],
    );
  });

  it('is one row of the tree, with no more than a row has room for', () => {
    const open = openStore(store, { readOnly: true });
    const view = { metric: `metric/${many - 1}` };
    const { rows } = tree(open, { view, open: { 'e:credit': 10 }, unfold: 50 });
    const text = JSON.stringify(rows);
    assert.ok(text.includes(`"name":"${view.metric}"`), text.slice(0, 500));
    assert.ok(text.length < 30_000, `${text.length}`);
    open.close();
  });

  it('makes tables of more rows than a function takes arguments', () => {
    const rows = Array.from({ length: 150_000 }, (_, index) => [String(index)]);
    assert.equal(table([{ title: 'n' }], rows, 80).length, rows.length + 1);
  });
});
