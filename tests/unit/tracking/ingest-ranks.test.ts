import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from '../../../src/store/driver.ts';
import { openStore, removeIndex, type Store } from '../../../src/store/index.ts';
import { applicationId, migrations } from '../../../src/store/migrate.ts';
import { ingest, points, runDetails } from '../../../src/tracking/index.ts';
import { dumpIndex } from '../../support/dump-index.ts';
import {
  exit,
  journal,
  makeStore,
  removeStore,
  runFile,
  runStart,
  supervisor,
  supervisorOpen,
  writeRun,
} from '../../support/run-folders.ts';

const loss = { kind: 'name', id: 0, name: 'loss' };
const exception = (t: number, type: string) => ({
  kind: 'exception',
  t,
  type,
  message: '',
  file: '/elsewhere/train.py',
  line: 3,
  traceback: `${type}\n`,
});

describe('the ranks of a distributed training', () => {
  let place: ReturnType<typeof makeStore>;
  let store: Store;
  let id: string;

  beforeEach(() => {
    place = makeStore();
    id = writeRun(place.store);
    store = openStore(place.store);
  });
  afterEach(() => {
    store.close();
    removeStore(place);
  });

  const rank = (number: number, records: unknown[], start = runStart + number) =>
    journal(place.store, id, records, {
      role: number === 0 ? 'main' : 'child',
      rank: number,
      start,
      pid: 4_194_305 + number,
    });

  it('have curves of their own, also when their files grow', async () => {
    rank(0, [loss, [1, 0, 0, 1.5]]);
    const second = rank(1, [loss, [1, 0, 0, 2.5]]);
    await ingest(store);
    journal(place.store, id, [[2, 1, 0, 2.25]], { role: 'child', rank: 1, start: runStart + 1, pid: 4_194_306 });
    assert.equal(second, `journal-here-4194306-${runStart + 1}.jsonl`);
    await ingest(store, { full: true });
    assert.deepEqual(Object.keys(runDetails(store, id).metrics), ['loss', 'rank1/loss']);
    assert.deepEqual([...points(store, id, 'loss').values], [1.5]);
    assert.deepEqual([...points(store, id, 'rank1/loss').values], [2.5, 2.25]);
  });

  it('let rank 0 speak for the run, whoever spoke last', async () => {
    const say = (value: number) => [
      { kind: 'params', t: value, source: 'client', values: { device: value, [`only${value}`]: value } },
      { kind: 'params', t: value, source: 'argparse', values: { lr: value } },
      { kind: 'tag', t: value, key: 'host', value: String(value) },
      {
        kind: 'artifact',
        t: value,
        name: 'model.pt',
        type: 'model',
        path: `artifacts/m${value}`,
        sha256: 'x',
        bytes: 1,
      },
    ];
    rank(1, say(9));
    rank(0, say(1));
    rank(2, say(5));
    await ingest(store);
    const run = runDetails(store, id);
    assert.deepEqual(run.params, { device: 1, lr: 1, only1: 1, only5: 5, only9: 9 });
    assert.deepEqual(run.tags, { host: '1' });
    assert.deepEqual(Object.fromEntries(run.artifacts.map(({ name, path }) => [name, path])), {
      'model.pt': 'artifacts/m1',
      'rank1/model.pt': 'artifacts/m9',
      'rank2/model.pt': 'artifacts/m5',
    });
  });

  it('count the arguments of a rank 0 that another script started', async () => {
    journal(place.store, id, [{ kind: 'params', t: 1, source: 'argparse', values: { gpus: 2 } }]);
    const arguments_ = [{ kind: 'params', t: 1, source: 'argparse', values: { lr: 0.5 } }];
    journal(place.store, id, arguments_, { role: 'child', rank: 0, pid: 4_194_306 });
    await ingest(store);
    assert.deepEqual(runDetails(store, id).params, { gpus: 2, lr: 0.5 });
  });

  it('fail for the earliest reason of any of them, with what its variables held', async () => {
    const locals = [{ function: 'f', file: '/a.py', line: 1, variables: [{ name: 'x', type: 'int' }], omitted: 0 }];
    rank(0, [exception(2000, 'ConnectionError')]);
    rank(1, [{ ...exception(1000, 'ValueError'), locals }]);
    journal(place.store, id, [exception(1, 'OfAWorker')], { role: 'child', pid: 4_194_309 });
    supervisor(place.store, id, [supervisorOpen(id), exit({ code: 1 })]);
    await ingest(store);
    const { failure } = runDetails(store, id);
    assert.equal(failure?.type, 'ValueError');
    assert.deepEqual(failure?.locals, locals);
  });

  it('have the seeds that were set first', async () => {
    const seed = (t: number, source: string, value: unknown) => ({ kind: 'seed', t, source, value });
    rank(0, [seed(1, 'numpy', 7), seed(2, 'numpy', 8), seed(3, 'random', 'abc')]);
    rank(0, [seed(1, 'numpy', 9), seed(1, 'torch', 2 ** 53 + 2)], runStart + 50);
    await ingest(store);
    assert.deepEqual(runDetails(store, id).seeds, { numpy: 7, random: 'abc', torch: 2 ** 53 + 2 });
  });

  it('are told apart in an index of a version that mixed them', async () => {
    const asked = runFile();
    const old = writeRun(place.store, asked);
    const main = journal(place.store, old, [loss, [1, 0, 0, 1]], { rank: 0 });
    const child = journal(place.store, old, [loss, [2, 0, 0, 2]], { role: 'child', rank: 1, pid: 4_194_306 });
    supervisor(place.store, old, [supervisorOpen(old), exit()]);
    store.close();
    removeIndex(place.store);
    const db = connect(join(place.store, 'trainyard.db'));
    for (const { version, sql } of migrations()) if (version <= 7) db.exec(sql);
    db.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = 7`);
    db.prepare(
      `INSERT INTO runs (key, id, name, experiment, status, created, title, target, asked, settled)
       VALUES (1, ?, 'a run', 'credit', 'finished', ?, 'train.py', '{"kind":"script","path":"src/train.py"}', ?, 1)`,
    ).run(old, asked.created, JSON.stringify(asked));
    for (const [file, role] of [
      [main, 'main'],
      [child, 'child'],
    ] as const) {
      const { size } = statSync(join(place.store, 'runs', old, file));
      db.prepare('INSERT INTO files (run, name, offset, size, facts) VALUES (1, ?, ?, ?, ?)').run(
        file,
        size,
        size,
        JSON.stringify({ role }),
      );
    }
    db.close();
    store = openStore(place.store);
    await ingest(store);
    assert.deepEqual([...points(store, old, 'rank1/loss').values], [2]);
    const found = dumpIndex(store.db);
    store.close();
    removeIndex(place.store);
    store = openStore(place.store);
    await ingest(store);
    assert.deepEqual(found, dumpIndex(store.db));
  });
});
