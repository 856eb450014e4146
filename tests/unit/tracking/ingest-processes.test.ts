import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { splitRecords } from '../../../src/base/records.ts';
import { openStore, removeIndex } from '../../../src/store/index.ts';
import { ingest, listRuns, runDetails } from '../../../src/tracking/index.ts';
import { dumpIndex } from '../../support/dump-index.ts';
import {
  drivers,
  exit,
  journal,
  makeStore,
  removeStore,
  supervisor,
  supervisorOpen,
  writeRun,
} from '../../support/run-folders.ts';

const source = (path: string) => JSON.stringify(join(import.meta.dirname, '../../../src', path));

/** Starts a process that is ready to run `body` (with `store` open) at a word, and ends afterwards. */
async function helper(
  folder: string,
  driver: string,
  body: string,
): Promise<{ child: ChildProcess; ended: Promise<unknown> }> {
  const script = `
    const { openStore } = await import(${source('store/index.ts')});
    const { applyOps, ingest } = await import(${source('tracking/index.ts')});
    const store = openStore(${JSON.stringify(folder)}, { driver: ${JSON.stringify(driver)} });
    process.send('ready');
    process.once('message', async () => {
      ${body}
      store.close();
      process.disconnect();
    });`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  await once(child, 'message');
  return { child, ended: once(child, 'exit').then(([code]) => assert.equal(code, 0)) };
}

describe('several processes with one store', () => {
  let place: ReturnType<typeof makeStore>;
  beforeEach(() => {
    place = makeStore();
  });
  afterEach(() => removeStore(place));

  for (const driver of drivers) {
    it(`double nothing when they ingest at the same time, with ${driver}`, async () => {
      const pointsEach = 3000;
      const ids = Array.from({ length: 6 }, () => writeRun(place.store));
      const name = { kind: 'name', id: 0, name: 'loss' };
      for (const id of ids) {
        const logged = Array.from({ length: pointsEach }, (_, step) => [step, step, 0, Math.sin(step)]);
        journal(place.store, id, [name, ...logged]);
        supervisor(place.store, id, [supervisorOpen(id)]);
      }
      const body = `for (let round = 0; round < 12; round++) await ingest(store, { full: true });`;
      const helpers = await Promise.all([1, 2, 3].map(() => helper(place.store, driver, body)));
      for (const { child } of helpers) child.send('go');
      for (let round = 0; round < 10; round++) {
        for (const id of ids) journal(place.store, id, [name, [1, round, 0, round]], { pid: 4_194_306, role: 'child' });
        await new Promise(setImmediate);
      }
      for (const id of ids) supervisor(place.store, id, [exit()]);
      await Promise.all(helpers.map(({ ended }) => ended));
      const store = openStore(place.store, { driver });
      try {
        await ingest(store, { full: true });
        for (const run of listRuns(store).runs) {
          assert.equal(run.metrics.loss?.count, pointsEach + 10);
          assert.equal(run.status, 'finished');
        }
        const together = dumpIndex(store.db);
        store.close();
        removeIndex(place.store);
        const alone = openStore(place.store, { driver });
        await ingest(alone);
        assert.deepEqual(dumpIndex(alone.db), together);
        alone.close();
      } finally {
        store.close();
      }
    }).timeout(120_000);
  }

  it('tear no record of what people do', async () => {
    const id = writeRun(place.store);
    const first = openStore(place.store);
    await ingest(first);
    const note = 'n'.repeat(300);
    const body = `for (let index = 0; index < 500; index++)
      appendOps(store, [{ op: 'tag', run: ${JSON.stringify(id)}, key: process.pid + '-' + index, value: ${JSON.stringify(note)} }]);`;
    const load = `const { appendOps } = await import(${source('tracking/apply-ops.ts')});`;
    const helpers = await Promise.all(
      Array.from({ length: 8 }, () => helper(place.store, 'better-sqlite3', load + body)),
    );
    for (const { child } of helpers) child.send('go');
    await Promise.all(helpers.map(({ ended }) => ended));
    const [file] = readdirSync(join(place.store, 'ops'));
    const bytes = readFileSync(join(place.store, 'ops', file ?? ''));
    const framing = splitRecords(bytes);
    assert.deepEqual(framing.torn, []);
    assert.equal(framing.consumed, bytes.length);
    assert.equal(framing.records.length, 4000);
    await ingest(first);
    assert.equal(Object.keys(runDetails(first, id).tags).length, 4000);
    first.close();
  }).timeout(120_000);
});
