import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { identify } from '../../../../src/base/process-identity.ts';
import { openStore, removeIndex, type Store } from '../../../../src/store/index.ts';
import {
  deleteRuns,
  examine,
  ingest,
  ingestRuns,
  points,
  runDetails,
  type SealedJournal,
  sealRuns,
} from '../../../../src/tracking/index.ts';
import type { Liveness } from '../../../../src/tracking/run-status.ts';
import { sealJournal } from '../../../../src/tracking/sealed/seal-journal.ts';
import { dumpIndex } from '../../../support/dump-index.ts';
import { anyJournal } from '../../../support/generated-journal.ts';
import {
  append,
  deadProcess,
  exit,
  journal,
  makeStore,
  record,
  removeStore,
  runStart,
  supervisor,
  supervisorOpen,
  writeRun,
} from '../../../support/run-folders.ts';

const later = runStart + 3_600_000_000;

describe('sealing the journals of a store', () => {
  let place: { root: string; store: string };
  let store: Store;
  beforeEach(() => {
    place = makeStore();
    store = openStore(place.store);
  });
  afterEach(() => {
    store.close();
    removeStore(place);
  });

  const filesOf = (run: string) => readdirSync(join(place.store, 'runs', run)).sort();

  function metricRecords(count: number, first = 0): unknown[] {
    return Array.from({ length: count }, (_, index) => [first + index * 13, index, 0, Math.sin(first + index)]);
  }

  /** A run that has ended, with two journals that are worth sealing and a small one. */
  function finishedRun(identity: object = deadProcess): string {
    const run = writeRun(place.store);
    supervisor(place.store, run, [supervisorOpen(run, identity), exit()]);
    const name = { kind: 'name', id: 0, name: 'loss' };
    const params = { kind: 'params', t: 7, source: 'client', values: { lr: 0.1 } };
    const tag = { kind: 'tag', t: 9000, key: 'late', value: 'ü' };
    journal(place.store, run, [name, params, ...metricRecords(3000), tag, [1, 2, 8, 3], ...metricRecords(9, 50_000)]);
    const second = { pid: deadProcess.pid + 1, start: runStart + 5, role: 'child' } as const;
    const damaged = journal(place.store, run, [name, ...metricRecords(2500, 7)], second);
    append(place.store, run, damaged, `garbage${record([40_000, 1, 0, 2])}\u001e[40001,2,0,`);
    journal(place.store, run, [name, ...metricRecords(5)], { pid: deadProcess.pid + 2 });
    return run;
  }

  async function seal(options: { liveness?: Liveness; restMicros?: number; now?: number } = {}) {
    const sealed: SealedJournal[] = [];
    for await (const one of sealRuns(store, { restMicros: 0, now: later, ...options })) if (one) sealed.push(one);
    return sealed;
  }

  async function rebuilt(): Promise<ReturnType<typeof dumpIndex>> {
    store.close();
    removeIndex(place.store);
    store = openStore(place.store);
    await ingest(store, { full: true });
    return dumpIndex(store.db);
  }

  it('seals what is long enough, and leaves the index as it was, now and when it is made again', async () => {
    const run = finishedRun();
    await ingest(store);
    const before = dumpIndex(store.db);
    const details = runDetails(store, run);
    const sealed = await seal();
    assert.deepEqual(
      sealed.map(({ file, problem }) => [file, problem]),
      [
        [`journal-here-4194305-${runStart}.jsonl`, null],
        [`journal-here-4194306-${runStart + 5}.jsonl`, null],
      ],
    );
    for (const { after, before: bytes } of sealed) assert.ok(after < bytes / 2);
    assert.deepEqual(filesOf(run), [
      `journal-here-4194305-${runStart}.sealed`,
      `journal-here-4194306-${runStart + 5}.sealed`,
      `journal-here-4194307-${runStart}.jsonl`,
      'run.json',
      'supervisor.jsonl',
    ]);
    assert.deepEqual(await ingest(store, { full: true }), [], 'nothing is read again');
    assert.deepEqual(await ingestRuns(store, [run]), []);
    assert.deepEqual(dumpIndex(store.db), before);
    assert.deepEqual(runDetails(store, run), details);
    assert.deepEqual(await rebuilt(), before);
    assert.deepEqual(await seal(), [], 'there is nothing more to do');
  });

  it('reads of a sealed journal what it read of the journal, whatever stands in it', async () => {
    await fc.assert(
      fc
        .asyncProperty(anyJournal, fc.nat(200), async (bytes, first) => {
          const run = writeRun(place.store);
          const names = Array.from({ length: 8 }, (_, id) => ({ kind: 'name', id, name: `m${id % 6}` }));
          const file = journal(place.store, run, names);
          append(place.store, run, file, bytes.subarray(0, first));
          await ingest(store);
          append(place.store, run, file, bytes.subarray(first));
          await ingest(store, { full: true });
          const before = dumpIndex(store.db);
          for await (const _ of sealJournal(join(place.store, 'runs', run, file)));
          assert.deepEqual(await ingest(store, { full: true }), []);
          assert.deepEqual(await rebuilt(), before);
        })
        .beforeEach(() => {
          rmSync(join(place.store, 'runs'), { recursive: true });
          mkdirSync(join(place.store, 'runs'));
        }),
      { numRuns: 60, endOnFailure: true },
    );
  }).timeout(120_000);

  it('counts no point twice where a journal still lies beside its sealed form', async () => {
    const run = finishedRun();
    await ingest(store);
    const before = dumpIndex(store.db);
    const name = `journal-here-4194305-${runStart}.jsonl`;
    const path = join(place.store, 'runs', run, name);
    const bytes = readFileSync(path);
    const { mtime } = statSync(path);
    await seal();
    writeFileSync(path, bytes);
    utimesSync(path, mtime, mtime);
    assert.deepEqual(await ingest(store, { full: true }), []);
    assert.deepEqual(await rebuilt(), before);
    assert.equal((await seal()).length, 1);
    assert.equal(existsSync(path), false);
    assert.deepEqual(await rebuilt(), before);
  });

  it('seals what the supervisor measured, too', async () => {
    const run = writeRun(place.store);
    supervisor(place.store, run, [supervisorOpen(run), exit()]);
    const open = {
      kind: 'open',
      v: 1,
      run,
      ...deadProcess,
      parent: null,
      role: 'supervisor',
      rank: null,
      start: runStart,
    };
    const name = `system-here-4194305-${runStart}.jsonl`;
    const head = [
      { ...open, language: 'x', client: 'test' },
      { kind: 'name', id: 0, name: 'cpu' },
    ];
    append(place.store, run, name, [...head, ...metricRecords(3000)].map(record).join(''));
    await ingest(store);
    const before = dumpIndex(store.db);
    assert.deepEqual(
      (await seal()).map(({ file }) => file),
      [name],
    );
    assert.deepEqual(await rebuilt(), before);
  });

  it('leaves a run that has not ended, or ended a moment ago', async () => {
    const run = finishedRun(identify());
    await ingest(store);
    assert.deepEqual(await seal(), []);
    assert.ok(filesOf(run).every((name) => !name.endsWith('.sealed')));
    const ended = finishedRun();
    await ingest(store);
    const now = runStart + 5_000_000 + 59_000_000;
    assert.deepEqual(await seal({ now, restMicros: 60_000_000 }), []);
    const sealed = await seal({ now: now + 1_000_000, restMicros: 60_000_000 });
    assert.deepEqual([...new Set(sealed.map((one) => one.run))], [ended]);
  });

  it('leaves a run while any process that is named in its files may be alive, and one of another machine', async () => {
    const run = finishedRun();
    await ingest(store);
    for (const answer of ['alive', 'elsewhere'] as const) {
      const liveness: Liveness = ({ pid }) => (pid === deadProcess.pid + 2 ? answer : 'dead');
      assert.deepEqual(await seal({ liveness }), []);
    }
    assert.equal((await seal({ liveness: () => 'dead' })).length, 2);
    assert.equal(runDetails(store, run).status, 'finished');
  });

  it('leaves a journal whose writer is not known, and one that belongs to another run', async () => {
    const run = writeRun(place.store);
    supervisor(place.store, run, [supervisorOpen(run), exit()]);
    const name = { kind: 'name', id: 0, name: 'loss' };
    append(place.store, run, 'journal-x-1-2.jsonl', [name, ...metricRecords(3000)].map(record).join(''));
    journal(place.store, run, [name, ...metricRecords(3000)], { run: '0192f0c1-7b3a-7000-8000-0123456789ab' });
    await ingest(store);
    assert.deepEqual(await seal(), []);
    assert.ok(filesOf(run).every((file) => !file.endsWith('.sealed')));
  });

  it('leaves a journal of which the index does not know all', async () => {
    const run = finishedRun();
    await ingest(store);
    append(place.store, run, `journal-here-4194305-${runStart}.jsonl`, record([1, 2, 0, 3]));
    assert.equal((await seal()).length, 1);
    assert.ok(filesOf(run).includes(`journal-here-4194305-${runStart}.jsonl`));
  });

  it('removes what broken-off sealing left, after an hour', async () => {
    const run = finishedRun();
    await ingest(store);
    const draft = join(place.store, 'runs', run, 'journal-x.sealed.123-0a1b2c3d.tmp');
    writeFileSync(draft, 'half');
    utimesSync(draft, runStart / 1e6, runStart / 1e6);
    await seal({ now: runStart + 1_800_000_000 });
    assert.ok(existsSync(draft));
    await seal({ now: later + 1 });
    assert.equal(existsSync(draft), false);
  });

  it('keeps what the index knows of a sealed journal that was damaged since, and says what is wrong', async () => {
    const run = finishedRun();
    await ingest(store);
    const count = points(store, run, 'loss').values.length;
    const [first] = await seal();
    const path = join(place.store, 'runs', run, (first?.file ?? '').replace('.jsonl', '.sealed'));
    truncateSync(path, statSync(path).size - 1);
    await ingest(store, { full: true });
    assert.equal(points(store, run, 'loss').values.length, count);
    const { problems } = await examine(place.store);
    const [problem] = problems.filter(({ code }) => code === 'file-unreadable');
    assert.match(String(problem?.params.problem), /^The sealed journal is damaged: it has \d+ bytes instead of \d+\.$/);
    rmSync(path);
    await ingest(store, { full: true });
    assert.ok(points(store, run, 'loss').values.length < count);
  });

  it('is read again by an examination once it is whole again', async () => {
    const run = finishedRun();
    await ingest(store);
    const count = points(store, run, 'loss').values.length;
    const [first] = await seal();
    const path = join(place.store, 'runs', run, (first?.file ?? '').replace('.jsonl', '.sealed'));
    const whole = readFileSync(path);
    truncateSync(path, whole.length - 1);
    const codes = async (rebuild: boolean) =>
      (await examine(place.store, { rebuild })).problems.map(({ code }) => code);
    assert.ok((await codes(true)).includes('file-unreadable'));
    assert.ok((await codes(false)).includes('file-unreadable'));
    store.refresh();
    assert.ok(points(store, run, 'loss').values.length < count);
    writeFileSync(path, whole);
    assert.ok(!(await codes(false)).includes('file-unreadable'));
    assert.equal(points(store, run, 'loss').values.length, count);
  });

  it('goes with its run', async () => {
    const run = finishedRun();
    await ingest(store);
    await seal();
    assert.ok((await deleteRuns(store, [run])) > 0);
    assert.equal(existsSync(join(place.store, 'runs', run)), false);
  });

  it('is done by an examination, which says so', async () => {
    const run = finishedRun();
    const report = await examine(place.store);
    assert.deepEqual(
      report.sealed.map((one) => one.run),
      [run, run],
    );
    assert.deepEqual(
      report.problems.map(({ code }) => code),
      ['journal-damaged', 'journal-damaged', 'journal-damaged'],
    );
    assert.deepEqual((await examine(place.store, { rebuild: true })).sealed, []);
  });
});
