import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { array, asyncProperty, assert as check, constantFrom, integer, option, record as shape } from 'fast-check';
import { eventFileReader } from '../../../src/interop/index.ts';
import { openStore } from '../../../src/store/index.ts';
import { ingest, ingestRuns, provideEventFileReader, runDetails } from '../../../src/tracking/index.ts';
import { dumpIndex } from '../../support/dump-index.ts';
import {
  append,
  exit,
  journal,
  makeStore,
  removeStore,
  runStart,
  supervisor,
  supervisorOpen,
  writeRun,
} from '../../support/run-folders.ts';

const fixtures = join(import.meta.dirname, '../../fixtures/event-files');
const fixture = (name: string) => readFileSync(join(fixtures, `${name}.tfevents`));
const file = 'events/0001-events.out.tfevents.1.host.1.0';

describe('event files in the index', () => {
  let place: { root: string; store: string };
  beforeEach(() => {
    provideEventFileReader(eventFileReader);
    place = makeStore();
  });
  afterEach(() => removeStore(place));

  const told = (id: string, prefix: string) => [
    supervisorOpen(id),
    { kind: 'events', t: runStart, file, source: '/work/logs/a', prefix },
  ];
  const makeRun = (prefix = 'train/') => {
    const id = writeRun(place.store);
    mkdirSync(join(place.store, 'runs', id, 'events'));
    supervisor(place.store, id, told(id, prefix));
    return id;
  };
  const dump = async (ids: string[]) => {
    const store = openStore(place.store);
    try {
      await ingestRuns(store, ids);
      return dumpIndex(store.db);
    } finally {
      store.close();
    }
  };

  it('are the same however they grow, whole or damaged', async function () {
    this.timeout(60_000);
    await check(
      asyncProperty(
        constantFrom('torch', 'keras', 'tensorboardx'),
        array(integer({ min: 1, max: 20_000 }), { maxLength: 6 }),
        option(shape({ at: integer({ min: 0, max: 3_000 }), bytes: integer({ min: 1, max: 4_000 }) }), {
          nil: undefined,
        }),
        async (name, places, damage) => {
          const bytes = Buffer.from(fixture(name));
          const start = damage ? damage.at % bytes.length : 0;
          if (damage) bytes.fill(0xa5, start, Math.min(start + damage.bytes, bytes.length));
          const cuts = [...new Set([...places.map((at) => at % bytes.length), bytes.length])].sort((a, b) => a - b);
          const [grown, whole] = [makeRun(), makeRun()];
          let from = 0;
          for (const to of cuts) {
            append(place.store, grown, file, bytes.subarray(from, to));
            from = to;
            await dump([grown]);
          }
          append(place.store, whole, file, bytes);
          for (const id of [grown, whole]) supervisor(place.store, id, [exit()]);
          const index = await dump([grown, whole]);
          const about = (id: string) =>
            Object.entries(index).map(([table, rows]) => [
              table,
              JSON.parse(
                JSON.stringify(rows.filter((row) => (row as { id?: string }).id === id)).replaceAll(id, ''),
              ) as unknown,
            ]);
          assert.deepEqual(about(grown), about(whole));
        },
      ),
      { numRuns: 25 },
    );
  });

  it('are told of once where much is damaged', async () => {
    const id = makeRun('');
    append(place.store, id, file, Buffer.alloc(300_000, 0xa5));
    append(place.store, id, file, fixture('tensorboardx'));
    supervisor(place.store, id, [exit()]);
    const store = openStore(place.store);
    try {
      await ingest(store);
      const run = runDetails(store, id);
      assert.deepEqual(
        run.warnings.map(({ code, params }) => [code, params.offset, params.bytes]),
        [['journal-damaged', 0, 300_000]],
      );
      assert.equal(run.metrics.loss?.count, 10);
      assert.equal(run.status, 'finished');
    } finally {
      store.close();
    }
  });

  it('wait for what the supervisor says of them', async () => {
    const id = writeRun(place.store);
    mkdirSync(join(place.store, 'runs', id, 'events'));
    supervisor(place.store, id, [supervisorOpen(id)]);
    append(place.store, id, file, fixture('tensorboardx'));
    const store = openStore(place.store);
    try {
      await ingest(store, { liveness: () => 'alive' });
      assert.deepEqual(runDetails(store, id).metrics, {});
      supervisor(place.store, id, told(id, 'late/').slice(1));
      await ingest(store, { liveness: () => 'alive' });
      assert.deepEqual(Object.keys(runDetails(store, id).metrics), ['late/loss']);
    } finally {
      store.close();
    }
  });

  it('give way to the journal, whichever comes first', async () => {
    const id = makeRun('');
    append(place.store, id, file, fixture('tensorboardx'));
    const store = openStore(place.store);
    try {
      await ingest(store);
      assert.equal(runDetails(store, id).metrics.loss?.count, 10);
      journal(place.store, id, [{ kind: 'name', id: 0, name: 'loss' }, [1, 0, 0, 0.5]]);
      await ingestRuns(store, [id]);
      assert.equal(runDetails(store, id).metrics.loss?.count, 1);
      append(place.store, id, file, fixture('tensorboardx'));
      await ingestRuns(store, [id]);
      assert.equal(runDetails(store, id).metrics.loss?.last, 0.5);
    } finally {
      store.close();
    }
  });

  it('are not read through a link', async () => {
    const id = writeRun(place.store);
    supervisor(place.store, id, [...told(id, ''), exit()]);
    symlinkSync(fixtures, join(place.store, 'runs', id, 'events'));
    const other = makeRun('');
    symlinkSync(join(fixtures, 'torch.tfevents'), join(place.store, 'runs', other, file));
    const store = openStore(place.store);
    try {
      await ingest(store);
      for (const run of [id, other]) assert.deepEqual(runDetails(store, run).metrics, {});
    } finally {
      store.close();
    }
  });
});
