import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { identify } from '../../../src/base/process-identity.ts';
import { openStore, type Store } from '../../../src/store/index.ts';
import { applyOps, curves, ingest, listRuns, points, runDetails, stopRun } from '../../../src/tracking/index.ts';
import {
  exit,
  journal,
  makeStore,
  removeStore,
  runStart,
  supervisor,
  supervisorOpen,
  writeRun,
} from '../../support/run-folders.ts';

const hour = 3_600_000_000;
const lossId = { kind: 'name', id: 0, name: 'loss' };

describe('a clock that was set while a run went on', () => {
  let place: ReturnType<typeof makeStore>;
  let store: Store;
  beforeEach(() => {
    place = makeStore();
    store = openStore(place.store);
  });
  afterEach(() => {
    store.close();
    removeStore(place);
  });

  const runWithExitAt = (t: number) => {
    const id = writeRun(place.store);
    const started = { kind: 'started', t: runStart, process: supervisorOpen(id).supervisor };
    supervisor(place.store, id, [supervisorOpen(id), started, exit({ t })]);
    return id;
  };

  it('makes it no shorter than nothing', async () => {
    const id = runWithExitAt(runStart - hour);
    await ingest(store);
    const { status, started, ended } = runDetails(store, id);
    assert.deepEqual([status, started, ended], ['finished', runStart, runStart]);
    assert.equal(listRuns(store, { filter: 'duration < 0' }).total, 0);
  });

  it('loses no point of several processes that disagree about the time', async () => {
    const id = runWithExitAt(runStart + hour);
    const steps = Array.from({ length: 200 }, (_, step) => [step * 1000, step, 0, step]);
    for (const [index, shift] of [-24 * hour, 0, 24 * hour].entries()) {
      journal(place.store, id, [lossId, ...steps], { start: runStart + shift, pid: 4_194_305 + index, role: 'child' });
    }
    await ingest(store);
    assert.equal(points(store, id, 'loss').values.length, 600);
    assert.equal(curves(store, id, { buckets: 50 })[0]?.count, 600);
  });

  it('lets what a person does last count', async () => {
    const id = runWithExitAt(runStart + hour);
    await ingest(store);
    const { now } = Date;
    try {
      Date.now = () => now() + 365 * 24 * 3_600_000;
      await applyOps(store, [{ op: 'name', run: id, name: 'in a year' }]);
    } finally {
      Date.now = now;
    }
    await applyOps(store, [{ op: 'name', run: id, name: 'now' }]);
    assert.equal(runDetails(store, id).name, 'now');
  });
});

describe('a process id that was given to another process', () => {
  let place: ReturnType<typeof makeStore>;
  beforeEach(() => {
    place = makeStore();
  });
  afterEach(() => removeStore(place));

  it('is not taken for the run’s, and nothing is sent to its new owner', async () => {
    const stranger = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000); process.send("ready")'], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    try {
      await once(stranger, 'message');
      const own = identify(stranger.pid);
      assert.notEqual(own.procStart, null);
      const earlier = { ...own, host: hostname(), procStart: 'an hour ago' };
      const id = writeRun(place.store);
      supervisor(place.store, id, [supervisorOpen(id, earlier), { kind: 'started', t: runStart, process: earlier }]);
      const store = openStore(place.store);
      try {
        await ingest(store);
        const { status, directory } = runDetails(store, id);
        assert.equal(status, 'lost');
        await assert.rejects(stopRun(directory), /run-not-running/);
      } finally {
        store.close();
      }
      assert.equal(stranger.exitCode, null);
      assert.equal(stranger.signalCode, null);
    } finally {
      stranger.kill('SIGKILL');
    }
  });
});
