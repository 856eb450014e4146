import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Fault } from '../../../src/base/fault.ts';
import { type Backend, type BackendState, createBackend } from '../../../src/window/backend-process.ts';
import { until } from '../../support/until.ts';

const isGone = (error: unknown) => error instanceof Fault && error.code === 'backend-gone';

describe('the background process', () => {
  let folder: string;
  let backend: Backend;
  let prepared: number;

  const begin = (program: string) => {
    const entry = join(folder, 'backend.mjs');
    writeFileSync(entry, program);
    prepared = 0;
    backend = createBackend({
      entry,
      log: () => undefined,
      async prepare(call) {
        await call('open', { folders: [] });
        prepared += 1;
      },
    });
  };

  /** Answers `open`; dies of `stop`. */
  const mortal = `process.on('message', ({ kind, id, name }) => {
    if (kind !== 'call') return;
    if (name === 'stop') process.exit(1);
    process.send({ kind: 'done', id, value: name === 'open' ? [] : process.pid });
  });`;
  const victim = { folder: '/', run: 'x' };

  const reach = (state: BackendState) =>
    new Promise<void>((resolve) => {
      if (backend.state === state) return resolve();
      const stop = backend.onState((now) => {
        if (now !== state) return;
        stop();
        resolve();
      });
    });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'trainyard-backend-'));
  });

  afterEach(() => {
    backend.dispose();
    rmSync(folder, { recursive: true });
  });

  it('starts at the first call, and is told the folders before anything else', async () => {
    begin(mortal);
    assert.equal(backend.state, 'idle');
    assert.equal(backend.pid, undefined);
    assert.equal(await backend.call('scripts', { folder: '/' }), backend.pid);
    assert.equal(prepared, 1);
  });

  it('fails open calls when it dies, starts again by itself, and is told the folders again', async () => {
    begin(mortal);
    await backend.call('scripts', { folder: '/' });
    const first = backend.pid;
    await assert.rejects(backend.call('stop', victim), isGone);
    const next: unknown = await backend.call('scripts', { folder: '/' });
    assert.notEqual(next, first);
    assert.equal(next, backend.pid);
    assert.equal(prepared, 2);
  });

  it('is given up after five ends within three minutes, until somebody restarts it', async function () {
    this.timeout(60_000);
    begin(mortal);
    for (let death = 0; death < 5; death++) await assert.rejects(backend.call('stop', victim), isGone);
    await reach('gone');
    await assert.rejects(backend.call('scripts', { folder: '/' }), isGone);
    backend.restart();
    assert.equal(typeof (await backend.call('scripts', { folder: '/' })), 'number');
  });

  it('that cannot even be loaded is given up too', async function () {
    this.timeout(60_000);
    begin('throw new Error("broken");');
    await assert.rejects(backend.call('scripts', { folder: '/' }), isGone);
    await reach('gone');
  });

  it('goes with the window', async () => {
    begin(mortal);
    await backend.call('scripts', { folder: '/' });
    const pid = backend.pid as number;
    backend.dispose();
    await until('the process is gone', () => !isAlive(pid));
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
