import assert from 'node:assert/strict';
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { runFile } from '../../../../src/contract/run-file.ts';
import {
  clearQueue,
  deleteRuns,
  keepQueueGoing,
  moveQueued,
  openRuns,
  setPaused,
  stopRun,
  writeJobs,
} from '../../../../src/tracking/index.ts';
import { keptStartFile } from '../../../../src/tracking/queue/places.ts';
import { type QueueYard, queueYard } from '../../../support/queue-yard.ts';
import { until } from '../../../support/until.ts';

describe('the queue', () => {
  let here: QueueYard;
  beforeEach(() => {
    here = queueYard();
  });
  afterEach(() => here.remove());

  const goOn = async () => {
    setPaused(here.store, false);
    await here.idle();
  };
  /** Runs that wait in a queue that starts nothing yet. */
  const paused = async (...names: string[]) => {
    setPaused(here.store, true);
    const runs: string[] = [];
    for (const name of names) runs.push((await here.queue(name)).run);
    return runs as [string, string, string, string];
  };

  it('starts its runs in their order, one at a time, and shows where each stands', async () => {
    await paused();
    const names = ['a', 'b', 'c'];
    const runs: string[] = [];
    for (const name of names) runs.push((await here.queue(name, `echo begin >> ledger; sleep 0.1`)).run);
    const state = here.state();
    assert.deepEqual(
      state.waiting.map(({ name, run, position, problem }) => [name, run, position, problem]),
      names.map((name, at) => [name, runs[at], at + 1, null]),
    );
    const [, second] = runs as [string, string, string];
    const waiting = await here.details(second);
    assert.deepEqual([waiting.status, waiting.position, waiting.started, waiting.ended], ['queued', 2, null, null]);
    await goOn();
    assert.deepEqual(here.ledger(), ['begin', 'a', 'begin', 'b', 'begin', 'c']);
    const over = await here.details(second);
    assert.deepEqual([over.status, over.position, over.exitCode], ['finished', null, 0]);
    assert.equal(over.started !== null && over.started > waiting.created, true);
  });

  it('runs as many at once as it is told', async () => {
    await paused();
    writeJobs(here.store, 2);
    const both = 'touch "$0-$NAME"; while ! test -f sh-x || ! test -f sh-y; do sleep 0.02; done';
    for (const name of ['x', 'y']) await here.queue(name, both, { env: { NAME: name } });
    await goOn();
    assert.deepEqual(here.ledger().sort(), ['x', 'y']);
  });

  it('moves a run to another place, and takes runs out, which are stopped then', async () => {
    const [a, b, c, d] = await paused('a', 'b', 'c', 'd');
    moveQueued(here.store, d, 1);
    moveQueued(here.store, a, 3);
    assert.deepEqual(
      here.state().waiting.map(({ name }) => name),
      ['d', 'b', 'a', 'c'],
    );
    moveQueued(here.store, b, 99);
    const rows = here.state().waiting;
    assert.deepEqual(
      rows.map(({ name }) => name),
      ['d', 'a', 'c', 'b'],
    );
    assert.deepEqual(clearQueue(here.store, [rows[1]?.key ?? '']), { runs: [a], entries: 0 });
    await stopRun(join(here.store, 'runs', c));
    for (const run of [a, c]) {
      const { status, exitCode, started, failure } = await here.details(run);
      assert.deepEqual([status, exitCode, started, failure], ['stopped', null, null, null]);
      assert.equal(existsSync(keptStartFile(run)), false);
    }
    assert.throws(() => moveQueued(here.store, a, 1), { code: 'run-not-queued' });
    await goOn();
    assert.deepEqual(here.ledger(), ['d', 'b']);
    await assert.rejects(stopRun(join(here.store, 'runs', a)), { code: 'run-not-running' });
  });

  it('deletes a run that waits, and does not start it', async () => {
    const [run] = await paused('gone');
    const store = openRuns(here.store);
    try {
      await deleteRuns(store, [run]);
    } finally {
      store.close();
    }
    assert.deepEqual([here.state().waiting, existsSync(join(here.store, 'runs', run))], [[], false]);
    assert.equal(existsSync(keptStartFile(run)), false);
    await goOn();
    assert.deepEqual(here.ledger(), []);
  });

  it('fails what cannot be started any more, says why, and goes on', async () => {
    await paused();
    const script = here.file('vanishes.py', 'print(1)');
    const target = { kind: 'script' as const, path: 'vanishes.py' };
    const vanished = await here.launch({ target, queue: { retries: 3 } });
    const python = here.file('python', '#!/bin/sh', 'exec python3 "$@"');
    const present = here.file('stays.py', 'print(2)');
    chmodSync(python, 0o755);
    const broken = await here.launch({ target: { kind: 'script', path: present }, python, queue: {} });
    await here.queue('last');
    rmSync(script);
    writeFileSync(python, '#!/nowhere/python\n');
    await goOn();
    const first = await here.details(vanished.run);
    assert.deepEqual([first.status, first.exitCode, first.failure?.type], ['failed', null, 'StartError']);
    assert.match(first.failure?.message ?? '', /There is no script .*vanishes\.py/);
    const second = await here.details(broken.run);
    assert.equal(second.status, 'failed');
    assert.match(second.failure?.message ?? '', /interpreter .*project\/python does not start/);
    assert.deepEqual(here.ledger(), ['last']);
  });

  it('tries what fails again, as often as it is told, each try a run of its own', async () => {
    const count = 'echo try >> tries; test $(wc -l < tries) -ge 3 || exit 5';
    const { run } = await here.queue('thrice', count, { queue: { retries: 4 }, tags: { a: 'b' } });
    await here.idle();
    assert.deepEqual(here.ledger(), ['thrice']);
    const runs = await Promise.all(readdirSync(join(here.store, 'runs')).sort().map(here.details));
    assert.deepEqual(
      runs.map(({ name, status, exitCode, tags }) => [name, status, exitCode, tags]),
      [
        ['thrice', 'failed', 5, { a: 'b' }],
        ['thrice-try2', 'failed', 5, { a: 'b' }],
        ['thrice-try3', 'finished', 0, { a: 'b' }],
      ],
    );
    const [first, second, third] = runs;
    assert.deepEqual([first?.id, first?.attempt, second?.rerunOf, third?.rerunOf], [run, null, run, second?.id]);
    assert.deepEqual(
      [second?.attempt, third?.attempt],
      [
        { first: run, number: 2 },
        { first: run, number: 3 },
      ],
    );
    assert.deepEqual(readdirSync(join(process.env.TRAINYARD_HOME ?? '', 'queue')), []);
  });

  it('gives up after the last retry, and retries nothing that a person stopped', async () => {
    await here.queue('never', 'echo never >> tries; exit 1', { queue: { retries: 1 } });
    await here.idle();
    assert.equal(readFileSync(join(here.folder, 'tries'), 'utf8'), 'never\nnever\n');
    const { run, directory } = await here.queue('long', 'echo long >> tries; sleep 60', { queue: { retries: 3 } });
    await until(
      'it runs',
      () => here.state().running.includes(run) && readFileSync(join(here.folder, 'tries'), 'utf8').includes('long'),
    );
    await stopRun(directory);
    await here.idle();
    assert.equal((await here.details(run)).status, 'stopped');
    assert.equal(readdirSync(join(here.store, 'runs')).length, 3);
  });

  it('starts a run in the environment in which it was queued, and keeps secrets out of the workspace', async () => {
    await paused();
    process.env.COLOUR_OF_THE_DAY = 'green';
    const secret = 'sk-0123456789abcdefghijABCDEFGHIJ0123456789abcdefgh';
    try {
      const argv = ['sh', '-c', 'echo "$COLOUR_OF_THE_DAY $API_KEY $1" | tr a-z A-Z > seen', 'sh', `--token=${secret}`];
      const { run, directory } = await here.launch({
        target: { kind: 'program', argv },
        env: { API_KEY: secret },
        queue: {},
      });
      process.env.COLOUR_OF_THE_DAY = 'red';
      assert.equal(readFileSync(join(directory, 'run.json'), 'utf8').includes(secret), false);
      assert.equal(readFileSync(here.entry('waiting', run) ?? '', 'utf8').includes(secret), false);
      const kept = keptStartFile(run);
      assert.equal(readFileSync(kept, 'utf8').includes(secret), true);
      if (process.platform !== 'win32') {
        assert.equal(statSync(kept).mode & 0o777, 0o600);
        assert.equal(statSync(join(kept, '..')).mode & 0o777, 0o700);
      }
      await goOn();
      const seen = readFileSync(join(here.folder, 'seen'), 'utf8');
      assert.equal(seen, `green ${secret} --token=${secret}\n`.toUpperCase());
      assert.equal(existsSync(kept), false);
    } finally {
      delete process.env.COLOUR_OF_THE_DAY;
    }
  });

  it('records the code as it is when the run starts', async () => {
    await paused();
    here.file('train.py', 'print("old")');
    const { run, directory } = await here.launch({ target: { kind: 'script', path: 'train.py' }, queue: {} });
    assert.equal(existsSync(join(directory, 'code')), false);
    here.file('train.py', 'print("new")');
    await goOn();
    const { code } = await here.details(run);
    assert.equal(readFileSync(join(code?.copy ?? '', 'train.py'), 'utf8'), 'print("new")\n');
    assert.equal(readFileSync(join(directory, 'stdout.log'), 'utf8'), 'new\n');
  });

  it('does not count runs that are started directly, and goes on after nobody was there', async () => {
    await paused();
    const direct = await here.launch({ target: { kind: 'program', argv: ['sleep', '60'] } });
    await here.queue('waits');
    setPaused(here.store, false);
    assert.equal(keepQueueGoing(here.store), true);
    await here.idle();
    assert.deepEqual(here.ledger(), ['waits']);
    await stopRun(direct.directory);
  });

  it('leaves nothing behind of what could not be queued', async () => {
    await assert.rejects(here.launch({ target: { kind: 'script', path: 'none.py' }, queue: {} }), {
      code: 'script-missing',
    });
    assert.equal(existsSync(here.store), false);
    await assert.rejects(
      here.queue('debugged', '', { debugger: { address: '127.0.0.1:1', library: '/nowhere', processes: false } }),
      { code: 'not-queueable' },
    );
    assert.equal(existsSync(here.store), false);
  });

  it('writes down that a run was queued, signed with the rest', async () => {
    const [run] = await paused('first');
    const file = runFile.parse(JSON.parse(readFileSync(join(here.store, 'runs', run, 'run.json'), 'utf8')));
    assert.equal(file.queued, true);
    assert.match(file.mark ?? '', /^[0-9a-f]{64}$/);
  });
});
