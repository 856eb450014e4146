import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { ApiEvents } from '../../../src/contract/api.ts';
import type { ExamineProgress } from '../../../src/contract/store-report.ts';
import { openStore } from '../../../src/store/index.ts';
import { examine, ingest } from '../../../src/tracking/index.ts';
import { type RunningBackend, startBackend } from '../../support/backend.ts';
import { type Playground, playground } from '../../support/cli.ts';
import { exit, journal, supervisor, supervisorOpen, writeRun } from '../../support/run-folders.ts';
import { until } from '../../support/until.ts';

describe('the backend, asked by the window,', () => {
  let here: Playground;
  let backend: RunningBackend;
  let store: string;
  let ids: [string, string, ...string[]];

  beforeEach(async () => {
    here = playground();
    store = join(here.folder, '.trainyard');
    ids = [endedRun('first'), endedRun('second')];
    mkdirSync(join(here.folder, 'other'));
    backend = startBackend(here.environment);
    await open();
  });
  afterEach(async () => {
    await backend.stop();
    await here.remove();
  });

  const endedRun = (name: string) => {
    const id = writeRun(store, { name });
    supervisor(store, id, [supervisorOpen(id), exit({ code: 0 })]);
    journal(store, id, [
      { kind: 'name', id: 0, name: 'loss' },
      ...Array.from({ length: 50 }, (_, step) => [step, step, 0, 1 / (step + 1)]),
    ]);
    return id;
  };
  const open = (trusted = true) =>
    backend.call('open', {
      folders: [here.folder, join(here.folder, 'other')].map((path) => ({ path, name: path, trusted })),
    });
  const progress = (work: string) =>
    backend.events
      .filter(({ name, value }) => name === 'progress' && (value as ApiEvents['progress']).work === work)
      .map(({ value }) => value as ApiEvents['progress']);
  const rejects = (promise: Promise<unknown>, code: string) => assert.rejects(promise, { code });
  const path = () => join(here.folder, 'out');

  it('exports runs and imports them into another store, and tells how far it is', async () => {
    mkdirSync(join(here.folder, 'other', '.trainyard'));
    await backend.call('exportRuns', { folder: here.folder, runs: ids, path: path(), work: 'out' });
    assert.deepEqual(progress('out').at(-1), { work: 'out', done: 2, all: 2 });
    const folder = join(here.folder, 'other');
    const done = await backend.call('importRuns', { folder, path: path(), work: 'in' });
    assert.deepEqual(done.imported.map(({ id }) => id).sort(), [...ids].sort());
    assert.deepEqual(progress('in').at(-1), { work: 'in', done: 2, all: 2 });
    const found = await backend.call('run', { folder, run: ids[0] });
    assert.deepEqual([found.name, found.metrics.loss?.count], ['first', 50]);
    const again = await backend.call('importRuns', { folder, path: path(), work: 'again' });
    assert.deepEqual(again, { imported: [], unchanged: 2 });
  });

  it('brings deleted runs back while somebody looks at the store all the time', async () => {
    const { folder } = here;
    const more = Array.from({ length: 20 }, (_, index) => endedRun(`run ${index}`));
    const many: typeof ids = [...ids, ...more];
    await until('they are known', async () => (await backend.call('runs', { folder })).total === many.length);
    await backend.call('exportRuns', { folder, runs: many, path: path(), work: 'out' });
    await backend.call('delete', { folder, runs: many });
    assert.equal((await backend.call('runs', { folder })).total, 0);
    const looking = openStore(store);
    let over = false;
    const looks = (async () => {
      while (!over) {
        await ingest(looking);
        await setImmediate();
      }
    })();
    const { imported } = await backend.call('importRuns', { folder, path: path(), work: 'in' });
    over = true;
    await looks;
    looking.close();
    assert.equal(imported.length, many.length);
    assert.equal((await backend.call('runs', { folder })).total, many.length);
    for (const id of many) assert.ok(existsSync(join(store, 'runs', id, 'run.json')), id);
  });

  it('leaves nothing where an export is broken off or fails', async () => {
    const many = Array.from({ length: 60 }, (_, index) => endedRun(`run ${index}`)) as [string, ...string[]];
    await until('they are known', async () => {
      const { total } = await backend.call('runs', { folder: here.folder });
      return total === 62;
    });
    let exports = 0;
    await until('an export is broken off before it is done', async () => {
      const work = `out ${exports++}`;
      const broken = new AbortController();
      const request = { folder: here.folder, runs: many, path: path(), work };
      const how = backend.call('exportRuns', request, { signal: broken.signal }).then(
        () => 'done',
        (error: { code: string }) => error.code,
      );
      await until('it has begun', () => progress(work).length > 0);
      broken.abort();
      const end = await how;
      if (end === 'done') rmSync(path(), { recursive: true });
      else assert.equal(end, 'cancelled');
      return end === 'cancelled';
    });
    await until('the folder is gone', () => !existsSync(path()));

    writeFileSync(join(here.folder, 'file'), '');
    const inside = join(here.folder, 'file', 'out');
    await rejects(
      backend.call('exportRuns', { folder: here.folder, runs: ids, path: inside, work: 'x' }),
      'export-failed',
    );
  });

  it('exports no run that waits in the queue', async () => {
    await backend.call('pauseQueue', { folder: here.folder, paused: true });
    here.file('train.py', ['print("done")']);
    const target = { kind: 'script' as const, path: 'train.py' };
    const { run } = await backend.call('launch', { folder: here.folder, target, origin: 'window', queue: {} });
    await rejects(
      backend.call('exportRuns', { folder: here.folder, runs: [run], path: path(), work: 'x' }),
      'run-queued',
    );
    assert.ok(!existsSync(path()));
  });

  it('says what is no exported folder', async () => {
    await rejects(
      backend.call('importRuns', { folder: here.folder, path: join(here.folder, 'other'), work: 'x' }),
      'not-exported',
    );
  });

  it('checks a store in a process of its own, and settles and names what it finds', async () => {
    writeFileSync(join(store, 'runs', ids[1], 'run.json'), 'not json');
    writeFileSync(join(store, 'trainyard.db'), 'no database, whatever its name says\n'.repeat(500));
    const report = await backend.call('examine', { folder: here.folder, rebuild: true, work: 'b' });
    assert.deepEqual([report.store, report.rebuilt, report.runs], [store, true, 2]);
    assert.deepEqual(
      report.problems.map(({ run, code }) => [run, code]),
      [[ids[1], 'run-file-broken']],
    );
    assert.equal((await backend.call('runs', { folder: here.folder })).runs.length, 2);
  });

  it('can tell how far a check is', async () => {
    mkdirSync(join(store, 'runs', ids[0], 'artifacts'));
    writeFileSync(join(store, 'runs', ids[0], 'artifacts', 'model.bin'), 'a model');
    const artifact = { name: 'model', type: 'x', path: 'artifacts/model.bin', sha256: '0'.repeat(64), bytes: 7 };
    journal(store, ids[0], [{ kind: 'artifact', t: 1, ...artifact }]);
    const told: ExamineProgress[] = [];
    const { problems } = await examine(store, { rebuild: true, progress: (now) => told.push(now) });
    assert.deepEqual(
      problems.map(({ code }) => code),
      ['artifact-changed'],
    );
    assert.deepEqual(
      told.filter(({ stage }) => stage !== 'journals'),
      [
        { stage: 'index', done: 1, all: 2 },
        { stage: 'index', done: 2, all: 2 },
        { stage: 'files', done: 0, all: 1 },
      ],
    );
  });

  it('does none of it in a window that is not trusted', async () => {
    await backend.call('exportRuns', { folder: here.folder, runs: ids, path: path(), work: 'out' });
    await open(false);
    const before = readdirSync(store).sort();
    const { folder } = here;
    await rejects(backend.call('exportRuns', { folder, runs: ids, path: join(folder, 'b'), work: 'x' }), 'untrusted');
    await rejects(backend.call('importRuns', { folder, path: path(), work: 'x' }), 'untrusted');
    for (const rebuild of [false, true]) {
      await rejects(backend.call('examine', { folder, rebuild, work: 'x' }), 'untrusted');
    }
    assert.deepEqual(readdirSync(store).sort(), before);
  });
});
