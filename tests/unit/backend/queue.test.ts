import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { TreeRun } from '../../../src/contract/tree.ts';
import { type RunningBackend, startBackend } from '../../support/backend.ts';
import { type Playground, playground } from '../../support/cli.ts';
import { until } from '../../support/until.ts';

describe('the queue as a window sees it', () => {
  let here: Playground;
  let backends: RunningBackend[];
  beforeEach(() => {
    here = playground();
    backends = [];
    here.file('ledger', []);
  });
  afterEach(async () => {
    await Promise.all(backends.map((backend) => backend.stop()));
    await here.trainyard('queue', 'clear', '--yes');
    await here.remove();
  });

  const folder = () => here.folder;
  const open = async (trusted = true) => {
    const backend = startBackend(here.environment);
    backends.push(backend);
    await backend.call('open', { folders: [{ path: folder(), name: 'project', trusted }] });
    return backend;
  };
  const add = async (backend: RunningBackend, name: string, queue = {}) => {
    const target = { kind: 'program' as const, argv: ['sh', '-c', `echo ${name} >> ledger`] };
    return (await backend.call('launch', { folder: folder(), target, name, origin: 'window', queue })).run;
  };
  const ledger = () => readFileSync(join(folder(), 'ledger'), 'utf8').split('\n').filter(Boolean);
  const names = async (backend: RunningBackend) =>
    (await backend.call('queue', { folder: folder() })).waiting.map(({ name, position }) => [name, position]);
  const told = (backend: RunningBackend) => backend.events.filter(({ name }) => name === 'queue').length;

  it('is empty before there is a store, and its limits can be set then', async () => {
    const backend = await open();
    assert.deepEqual(await backend.call('queue', { folder: folder() }), {
      jobs: 1,
      paused: false,
      running: [],
      waiting: [],
    });
    assert.equal(existsSync(join(folder(), '.trainyard')), false);
    await backend.call('queueJobs', { folder: folder(), jobs: 4 });
    await backend.call('pauseQueue', { folder: folder(), paused: true });
    const { jobs, paused } = await backend.call('queue', { folder: folder() });
    assert.deepEqual([jobs, paused], [4, true]);
    await assert.rejects(backend.call('queueJobs', { folder: folder(), jobs: 0 }), { code: 'bad-input' });
  });

  it('is shown, changed and followed; runs wait in lists, trees and filters', async () => {
    const backend = await open();
    await backend.call('pauseQueue', { folder: folder(), paused: true });
    const [a, b, c] = [await add(backend, 'a'), await add(backend, 'b', { retries: 2 }), await add(backend, 'c')];
    assert.deepEqual(await names(backend), [
      ['a', 1],
      ['b', 2],
      ['c', 3],
    ]);
    const { runs } = await backend.call('runs', { folder: folder(), filter: 'status = queued' });
    assert.deepEqual(runs.map(({ name, position }) => [name, position]).sort(), [
      ['a', 1],
      ['b', 2],
      ['c', 3],
    ]);
    const view = { group: 'none' };
    const tree = await backend.call('tree', { folder: folder(), view, open: {}, unfold: 10 });
    assert.deepEqual((tree.rows as TreeRun[]).map(({ name, status, position }) => [name, status, position]).sort(), [
      ['a', 'queued', 1],
      ['b', 'queued', 2],
      ['c', 'queued', 3],
    ]);
    await until('it was told of', () => told(backend) > 0);
    const before = told(backend);
    await backend.call('moveQueued', { folder: folder(), run: c, position: 1 });
    await until('it was told of the move', () => told(backend) > before);
    assert.deepEqual(await names(backend), [
      ['c', 1],
      ['a', 2],
      ['b', 3],
    ]);
    const { waiting } = await backend.call('queue', { folder: folder() });
    const key = waiting.find(({ run }) => run === a)?.key ?? '';
    assert.deepEqual(await backend.call('clearQueue', { folder: folder(), keys: [key] }), { runs: [a], entries: 0 });
    assert.equal((await backend.call('run', { folder: folder(), run: a })).status, 'stopped');
    await backend.call('stop', { folder: folder(), run: b });
    assert.equal((await backend.call('run', { folder: folder(), run: b })).status, 'stopped');
    await backend.call('pauseQueue', { folder: folder(), paused: false });
    await until(
      'the last has run',
      async () => (await backend.call('run', { folder: folder(), run: c })).status === 'finished',
    );
    assert.deepEqual(ledger(), ['c']);
    const retried = await backend.call('retry', { folder: folder(), run: b, origin: 'window', queue: {} });
    await until(
      'it has run',
      async () => (await backend.call('run', { folder: folder(), run: retried.run })).status === 'finished',
    );
    const details = await backend.call('run', { folder: folder(), run: retried.run });
    assert.deepEqual([details.name, details.attempt], ['b-try2', { first: b, number: 2 }]);
    await assert.rejects(backend.call('retry', { folder: folder(), run: c, origin: 'window' }), {
      code: 'run-finished',
    });
  });

  it('runs each run once where two windows and a terminal are at it', async () => {
    const [one, two] = [await open(), await open()];
    const numbers = [1, 2, 3];
    await Promise.all([
      ...numbers.map((number) => add(one, `one-${number}`)),
      ...numbers.map((number) => add(two, `two-${number}`)),
      ...numbers.map((number) =>
        here.trainyard('run', '--queue', '--detach', '--', 'sh', '-c', `echo three-${number} >> ledger`),
      ),
    ]);
    await one.call('queueJobs', { folder: folder(), jobs: 2 });
    await until('all have run', async () => {
      const { runs } = await two.call('runs', { folder: folder(), filter: 'status = finished' });
      return runs.length === 9;
    });
    const expected = ['one', 'two', 'three'].flatMap((who) => numbers.map((number) => `${who}-${number}`));
    assert.deepEqual(ledger().sort(), expected.sort());
  });

  it('goes on when a window opens, where nobody else does', async () => {
    const first = await open();
    await first.call('pauseQueue', { folder: folder(), paused: true });
    await add(first, 'waits');
    await first.stop();
    // As if the machine had gone down after somebody let the queue go on.
    const paused = join(folder(), '.trainyard', 'queue', 'paused');
    renameSync(paused, `${paused}-no-more`);
    const second = await open();
    await until(
      'it has run',
      async () => (await second.call('runs', { folder: folder(), filter: 'status = finished' })).runs.length === 1,
    );
    assert.deepEqual(ledger(), ['waits']);
  });

  it('is left alone by a window that is not trusted', async () => {
    const trusted = await open();
    await trusted.call('pauseQueue', { folder: folder(), paused: true });
    const run = await add(trusted, 'waits');
    await trusted.stop();
    const store = join(folder(), '.trainyard', 'queue');
    renameSync(join(store, 'paused'), join(store, 'paused-no-more'));
    const before = readdirSync(store, { recursive: true }).sort();
    const backend = await open(false);
    assert.deepEqual(await names(backend), [['waits', 1]]);
    const refused = [
      backend.call('pauseQueue', { folder: folder(), paused: false }),
      backend.call('queueJobs', { folder: folder(), jobs: 2 }),
      backend.call('moveQueued', { folder: folder(), run, position: 1 }),
      backend.call('clearQueue', { folder: folder() }),
      backend.call('retry', { folder: folder(), run, origin: 'window' }),
      add(backend, 'other'),
    ];
    for (const call of refused) await assert.rejects(call, { code: 'untrusted' });
    assert.deepEqual(readdirSync(store, { recursive: true }).sort(), before);
    assert.deepEqual(ledger(), []);
  });
});
