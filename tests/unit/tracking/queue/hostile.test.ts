import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import process from 'node:process';
import { newId } from '../../../../src/base/ids.ts';
import { clearQueue, ingest, keepQueueGoing, openRuns, queueState, setPaused } from '../../../../src/tracking/index.ts';
import { type QueueYard, queueYard } from '../../../support/queue-yard.ts';
import { until } from '../../../support/until.ts';

describe('what lies in a queue and is not this user’s own', () => {
  let here: QueueYard;
  beforeEach(() => {
    here = queueYard();
    setPaused(here.store, true);
  });
  afterEach(() => here.remove());

  /** Changes the entry of a queued run, as one who has no key. */
  const edited = async (name: string, change: (entry: Record<string, unknown>) => object) => {
    const { run } = await here.queue(name);
    const file = here.entry('waiting', run) ?? '';
    writeFileSync(file, JSON.stringify(change(JSON.parse(readFileSync(file, 'utf8')))));
    return run;
  };
  const problems = () =>
    Object.fromEntries(here.state().waiting.map(({ name, problem, position }) => [name, problem?.code ?? position]));
  const goOn = async () => {
    setPaused(here.store, false);
    await here.idle();
  };

  it('is shown with the reason, never started, and does not hold up the rest', async () => {
    await edited('another machine', (entry) => ({ ...entry, host: 'elsewhere' }));
    await edited('another user', (entry) => ({ ...entry, user: 'mallory', mark: '0'.repeat(64) }));
    await edited('edited', (entry) => ({ ...entry, retries: 100 }));
    const { run: record, directory } = await here.queue('another command');
    const file = join(directory, 'run.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace(/"echo|:\\necho/g, 'touch hacked; echo'));
    const { run: renamed } = await here.queue('another run');
    const own = here.entry('waiting', renamed) ?? '';
    renameSync(own, own.replace(renamed, record));
    await here.queue('mine');
    const waiting = join(here.store, 'queue', 'waiting');
    writeFileSync(join(waiting, 'garbage.json'), 'x');
    writeFileSync(join(waiting, `${'1'.repeat(16)}-${newId()}.json`), '{"kind":"queue-entry"');
    writeFileSync(join(waiting, `${'2'.repeat(16)}-${newId()}.json`), Buffer.alloc(100_000, 0x20));
    mkdirSync(join(waiting, `${'3'.repeat(16)}-${newId()}.json`));
    symlinkSync(here.entry('waiting', record) ?? '', join(waiting, `${'4'.repeat(16)}-${newId()}.json`));
    if (process.platform !== 'win32') execFileSync('mkfifo', [join(waiting, `${'5'.repeat(16)}-${newId()}.json`)]);
    const codes = here.state().waiting.map(({ problem }) => problem?.code);
    assert.equal(codes.filter((code) => code === 'queued-unreadable').length, process.platform === 'win32' ? 5 : 6);
    const found = problems();
    assert.deepEqual(
      ['another machine', 'another user', 'edited', 'another command', 'mine'].map((name) => found[name]),
      ['queued-elsewhere', 'queued-by-another', 'queued-changed', 'queued-changed', 1],
    );
    await goOn();
    assert.deepEqual(here.ledger(), ['mine']);
    assert.equal(existsSync(join(here.folder, 'hacked')), false);
    const before = readdirSync(waiting).length;
    const { runs, entries } = clearQueue(here.store);
    // The run whose entry alone was edited is this user's own.
    assert.deepEqual([runs.length, entries], [1, before - 3]);
    assert.deepEqual(Object.values(problems()).sort(), ['queued-by-another', 'queued-elsewhere']);
  });

  it('is not started where the folder was moved or copied', async () => {
    const { run } = await here.queue('moved');
    const moved = `${here.folder}-moved`;
    cpSync(here.folder, moved, { recursive: true });
    const store = join(moved, '.trainyard');
    setPaused(store, false);
    const [row] = queueState(store).waiting;
    assert.deepEqual([row?.run, row?.position, row?.problem?.code], [run, null, 'queued-moved']);
    assert.equal(keepQueueGoing(store), false);
    assert.deepEqual(clearQueue(store), { runs: [run], entries: 0 });
    const copy = openRuns(store);
    try {
      await ingest(copy);
      assert.equal(copy.db.prepare<{ status: string }>('SELECT status FROM runs').get()?.status, 'stopped');
    } finally {
      copy.close();
    }
  });

  it('is not started once more where an old entry comes back', async () => {
    const { run } = await here.queue('once');
    const file = here.entry('waiting', run) ?? '';
    const bytes = readFileSync(file);
    await goOn();
    assert.deepEqual(here.ledger(), ['once']);
    writeFileSync(file, bytes);
    assert.deepEqual(problems(), { once: 'queued-spent' });
    assert.equal(keepQueueGoing(here.store), false);
    assert.equal((await here.details(run)).status, 'finished');
  });

  it('is not started twice where an entry was copied', async () => {
    const { run } = await here.queue('once', 'sleep 0.5', { queue: { retries: 2 } });
    const file = here.entry('waiting', run) ?? '';
    writeFileSync(join(file, '..', `${'9'.repeat(16)}-${run}.json`), readFileSync(file));
    writeFileSync(join(here.store, 'queue', 'jobs'), '3');
    setPaused(here.store, false);
    keepQueueGoing(here.store);
    await until(
      'the copy alone is left',
      () => problems().once === 'queued-spent' && here.state().running.length === 0,
    );
    assert.deepEqual(here.ledger(), ['once']);
  });

  it('makes nobody write or start anything, also among what is claimed, started or taken', async () => {
    const { run, directory } = await here.queue('mine');
    const entry = here.entry('waiting', run) ?? '';
    const forged = JSON.stringify({ ...JSON.parse(readFileSync(entry, 'utf8')), mark: 'f'.repeat(64) });
    const queue = join(here.store, 'queue');
    rmSync(entry);
    for (const folder of ['claimed', 'started', 'taken']) {
      mkdirSync(join(queue, folder), { recursive: true });
      writeFileSync(join(queue, folder, basename(entry)), forged);
    }
    setPaused(here.store, false);
    assert.equal(keepQueueGoing(here.store), false);
    await here.queue('other');
    setPaused(here.store, false);
    await here.queue('last');
    keepQueueGoing(here.store);
    for (const folder of ['claimed', 'started', 'taken']) rmSync(join(queue, folder, basename(entry)));
    await here.idle();
    assert.deepEqual(here.ledger(), ['other', 'last']);
    assert.equal(readFileSync(join(directory, 'supervisor.jsonl'), 'utf8'), '');
  });

  it('changes limits at most where somebody put garbage there', async () => {
    writeFileSync(join(here.store, 'queue', 'jobs'), '1e9');
    assert.equal(here.state().jobs, 1);
    rmSync(join(here.store, 'queue', 'jobs'));
    symlinkSync('/etc/hostname', join(here.store, 'queue', 'jobs'));
    assert.equal(here.state().jobs, 1);
    rmSync(join(here.store, 'queue', 'jobs'));
    writeFileSync(join(here.store, 'queue', 'jobs'), '999');
    assert.equal(here.state().jobs, 64);
  });
});
