import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import process from 'node:process';
import { newId } from '../../../../src/base/ids.ts';
import { keeperFile } from '../../../../src/base/keeper-log.ts';
import { identify } from '../../../../src/base/process-identity.ts';
import { encodeRecord } from '../../../../src/base/records.ts';
import { nowMicros } from '../../../../src/base/time.ts';
import { examine, keepQueueGoing, setPaused, writeJobs } from '../../../../src/tracking/index.ts';
import { keptStartFile, queuePlaces } from '../../../../src/tracking/queue/places.ts';
import { holderName, takeSlot } from '../../../../src/tracking/queue/slots.ts';
import { nextTryId } from '../../../../src/tracking/queue/try-again.ts';
import { bootSupervisor } from '../../../../src/tracking/start-supervisor.ts';
import { installTools } from '../../../../src/tracking/tools.ts';
import { type QueueYard, queueYard } from '../../../support/queue-yard.ts';

/** The states that a queue is left in by whoever is killed between two steps. */
describe('a queue that was left in the middle of something', () => {
  let here: QueueYard;
  beforeEach(() => {
    here = queueYard();
    setPaused(here.store, true);
  });
  afterEach(() => here.remove());

  /** This process's number, with the start of another: whoever had it is dead. */
  const dead = () => ({ ...identify(), procStart: '1' });

  /** As if a process that is dead now had taken a slot for a run. */
  const leaveSlot = (run: string | null, number = 1) => {
    const slot = takeSlot(here.store, number);
    const folder = join(queuePlaces(here.store).slots, String(number));
    slot?.release();
    for (const name of readdirSync(folder))
      renameSync(join(folder, name), join(folder, holderName({ run, process: dead() })));
  };
  const moveEntry = (run: string, folder: 'claimed' | 'started' | 'taken') => {
    const from = here.entry('waiting', run) ?? '';
    const to = join(here.store, 'queue', folder);
    mkdirSync(to, { recursive: true });
    const name = basename(from).replace(/\.json$/, folder === 'taken' ? '.json' : '.0badcafe.json');
    renameSync(from, join(to, name));
  };
  /** What a supervisor wrote that is dead now. */
  const leaveSupervisor = (directory: string, ...more: object[]) => {
    const run = basename(directory);
    const machine = { os: 'test', cpu: 'test', cores: 1, memoryBytes: 1 };
    const open = { kind: 'open', v: 1, run, t: nowMicros(), supervisor: dead(), ...machine };
    const records = [open, { kind: 'started', t: nowMicros(), process: dead(), keeper: dead() }, ...more];
    writeFileSync(join(directory, 'supervisor.jsonl'), Buffer.concat(records.map(encodeRecord)));
  };
  const goOn = async () => {
    setPaused(here.store, false);
    await here.idle();
  };
  const isClean = () => {
    const places = queuePlaces(here.store);
    for (const folder of [places.waiting, places.claimed, places.started, places.taken]) {
      if (existsSync(folder)) assert.deepEqual(readdirSync(folder), [], folder);
    }
  };

  it('goes on where a slot was taken, and nothing claimed yet', async () => {
    const { run } = await here.queue('one');
    leaveSlot(run);
    await goOn();
    assert.deepEqual(here.ledger(), ['one']);
    isClean();
  });

  it('goes on where a run was claimed and its supervisor was never told, at the old place', async () => {
    const { run } = await here.queue('one');
    await here.queue('two');
    leaveSlot(run);
    moveEntry(run, 'claimed');
    assert.deepEqual([(await here.details(run)).status, here.state().running], ['queued', []]);
    await goOn();
    assert.deepEqual(here.ledger(), ['one', 'two']);
    isClean();
  });

  it('goes on where a supervisor was killed after the script was to begin, and before it began', async () => {
    const { run, directory } = await here.queue('one');
    leaveSlot(run);
    moveEntry(run, 'started');
    leaveSupervisor(directory);
    writeFileSync(join(directory, keeperFile), 'ended 125\n');
    assert.equal((await here.details(run)).status, 'queued');
    await goOn();
    assert.deepEqual(here.ledger(), ['one']);
    assert.equal((await here.details(run)).status, 'finished');
    isClean();
  });

  it('does not start again what has begun, as its keeper says', async () => {
    const { run, directory } = await here.queue('one', '', { queue: { retries: 1 } });
    await here.queue('two');
    leaveSlot(run);
    moveEntry(run, 'started');
    leaveSupervisor(directory);
    writeFileSync(join(directory, keeperFile), 'started 1\n');
    await goOn();
    const names = here.ledger();
    assert.deepEqual(names.toSorted(), ['one', 'two']);
    const again = await here.details(nextTryId(run));
    assert.deepEqual([(await here.details(run)).status, again.name, again.status], ['lost', 'one-try2', 'finished']);
    assert.equal(existsSync(keptStartFile(run)), false);
    isClean();
  });

  it('does not start what has begun without a keeper, of which nobody can tell', async () => {
    const { run, directory } = await here.queue('one');
    leaveSlot(run);
    moveEntry(run, 'started');
    leaveSupervisor(directory);
    await goOn();
    assert.deepEqual(here.ledger(), []);
    assert.equal((await here.details(run)).status, 'lost');
    isClean();
  });

  it('queues the next try once, also where that was broken off behind it', async () => {
    const { run, directory } = await here.queue('one', '', { queue: { retries: 1 } });
    const exit = { code: 1, signal: null, stopped: false, error: null, cpuSeconds: null, peakMemoryBytes: null };
    const settleAgain = () => {
      leaveSlot(run);
      writeFileSync(join(here.store, 'queue', 'started', basename(entry)), bytes);
    };
    const entry = here.entry('waiting', run) ?? '';
    const bytes = readFileSync(entry);
    const kept = readFileSync(keptStartFile(run));
    moveEntry(run, 'started');
    rmSync(here.entry('started', run) ?? '');
    leaveSupervisor(directory, { kind: 'exit', t: nowMicros(), ...exit });
    settleAgain();
    await here.idle();
    assert.equal(here.entry('waiting', nextTryId(run)) !== undefined, true);
    writeFileSync(keptStartFile(run), kept, { mode: 0o600 });
    settleAgain();
    await here.idle();
    assert.deepEqual(
      here.state().waiting.map(({ name, attempt, retries }) => [name, attempt, retries]),
      [['one-try2', 2, 0]],
    );
    await goOn();
    assert.deepEqual(here.ledger(), ['one']);
    isClean();
  });

  it('stops what was taken out where nobody wrote that down', async () => {
    const { run } = await here.queue('one');
    moveEntry(run, 'taken');
    assert.equal((await here.details(run)).status, 'queued');
    await goOn();
    assert.equal((await here.details(run)).status, 'stopped');
    assert.deepEqual(here.ledger(), []);
    assert.equal(existsSync(keptStartFile(run)), false);
    isClean();
  });

  it('passes by an entry without its run, and starts the run when it comes', async () => {
    const { run, directory } = await here.queue('one');
    await here.queue('two');
    renameSync(directory, `${directory}.away`);
    assert.deepEqual(
      here.state().waiting.map(({ problem }) => problem?.code ?? null),
      [null, 'queued-without-run'],
    );
    await goOn();
    assert.deepEqual(here.ledger(), ['two']);
    renameSync(`${directory}.away`, directory);
    await here.idle();
    assert.deepEqual(here.ledger(), ['two', 'one']);
    assert.equal((await here.details(run)).status, 'finished');
  });

  it('goes on where somebody removed the slots', async () => {
    const { run } = await here.queue('one');
    moveEntry(run, 'claimed');
    rmSync(queuePlaces(here.store).slots, { recursive: true, force: true });
    await goOn();
    assert.deepEqual(here.ledger(), ['one']);
    isClean();
  });

  it('looks after what a slot beyond the limit has left, and leaves the slot', async () => {
    const { run } = await here.queue('one');
    writeJobs(here.store, 3);
    for (const number of [1, 2]) leaveSlot(null, number);
    leaveSlot(run, 3);
    moveEntry(run, 'claimed');
    writeJobs(here.store, 1);
    await goOn();
    assert.deepEqual(here.ledger(), ['one']);
    assert.deepEqual(readdirSync(join(queuePlaces(here.store).slots, '3')), ['free']);
    isClean();
  });

  it('lets nobody who adopts a run say how it ended that waits again', async () => {
    const { run, directory } = await here.queue('one');
    leaveSupervisor(directory);
    writeFileSync(join(directory, keeperFile), 'ended 125\n');
    const supervisor = join(installTools(), 'supervisor.mjs');
    const adopt = () => spawnSync(process.execPath, [supervisor, '--adopt', directory], { encoding: 'utf8' });
    const records = readFileSync(join(directory, 'supervisor.jsonl'), 'utf8');
    assert.deepEqual([adopt().stderr, readFileSync(join(directory, 'supervisor.jsonl'), 'utf8')], ['', records]);
    rmSync(join(directory, keeperFile));
    assert.deepEqual([adopt().stderr, readFileSync(join(directory, 'supervisor.jsonl'), 'utf8')], ['', records]);
    await goOn();
    assert.deepEqual([here.ledger(), (await here.details(run)).status], [['one'], 'finished']);
  });

  it('lets no supervisor start a run that is claimed for another, or for nobody', async () => {
    const { run, directory } = await here.queue('one');
    const tools = installTools();
    const secret = { command: ['touch', join(here.folder, 'twice')], env: {} };
    const start = (claim?: string) =>
      bootSupervisor(directory, tools).start({ directory, warnings: [], secret, claim });
    await assert.rejects(start(), { code: 'start-failed' });
    moveEntry(run, 'claimed');
    await assert.rejects(start(basename(here.entry('claimed', run) ?? '').replace('0badcafe', '0badcaff')), {
      code: 'start-failed',
    });
    assert.equal(existsSync(join(here.folder, 'twice')), false);
    leaveSlot(run);
    await goOn();
    assert.deepEqual(here.ledger(), ['one']);
  });

  it('fails what no supervisor can start, after some tries', async () => {
    const { run, directory } = await here.queue('one');
    await here.queue('two');
    // The supervisor cannot open what the script shall print to.
    rmSync(join(directory, 'stdout.log'));
    mkdirSync(join(directory, 'stdout.log'));
    await goOn();
    assert.deepEqual(here.ledger(), ['two']);
    const { status, failure } = await here.details(run);
    assert.deepEqual([status, failure?.type], ['failed', 'StartError']);
    isClean();
  });

  it('is looked after by an examination, which says what will never be started', async () => {
    const { run } = await here.queue('one');
    leaveSlot(run);
    moveEntry(run, 'claimed');
    const { run: old } = await here.queue('old');
    const entry = here.entry('waiting', old) ?? '';
    writeFileSync(entry, readFileSync(entry, 'utf8').replace('"retries":0', '"retries":9'));
    const kept = JSON.parse(readFileSync(keptStartFile(old), 'utf8'));
    const left = newId();
    writeFileSync(keptStartFile(left), JSON.stringify({ ...kept, run: left, added: 1 }), { mode: 0o600 });
    setPaused(here.store, false);
    const { problems } = await examine(here.store);
    assert.deepEqual(
      problems.map(({ run: about, code, mended }) => [about, code, mended]),
      [
        [old, 'queued-changed', false],
        [null, 'queue-starts-left', true],
        [null, 'queue-stuck', true],
      ],
    );
    assert.deepEqual([existsSync(keptStartFile(left)), existsSync(keptStartFile(old))], [false, true]);
    await here.idle();
    assert.deepEqual(here.ledger(), ['one']);
  });

  it('is no state of its own where nobody does anything', () => {
    assert.equal(keepQueueGoing(here.store), false);
    assert.equal(keepQueueGoing(join(here.folder, 'nowhere')), false);
    assert.deepEqual(here.state(), { jobs: 1, paused: true, running: [], waiting: [] });
  });
});
