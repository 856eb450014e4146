import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { newId } from '../../../src/base/ids.ts';
import { identify } from '../../../src/base/process-identity.ts';
import { openStore, removeIndex, type Store } from '../../../src/store/index.ts';
import { applyOps, curves, ingest, listRuns, points, runDetails } from '../../../src/tracking/index.ts';
import { dumpIndex } from '../../support/dump-index.ts';
import {
  append,
  deadProcess,
  drivers,
  exit,
  journal,
  makeStore,
  record,
  removeStore,
  runStart,
  supervisor,
  supervisorOpen,
  writeRun,
} from '../../support/run-folders.ts';

const lossId = { kind: 'name', id: 0, name: 'loss' };

for (const driver of drivers) {
  describe(`ingest with ${driver}`, () => {
    let place: ReturnType<typeof makeStore>;
    let store: Store;
    const reopen = () => {
      store.close();
      store = openStore(place.store, { driver });
    };
    beforeEach(() => {
      place = makeStore();
      store = openStore(place.store, { driver });
    });
    afterEach(() => {
      store.close();
      removeStore(place);
    });

    it('keeps parameters whose names mean something in JavaScript', async () => {
      const id = writeRun(place.store);
      const values = JSON.parse('{"__proto__":1,"constructor":{"__proto__":[2],"toString":null}}') as object;
      journal(place.store, id, [{ kind: 'params', t: 1, source: 'client', values }]);
      await ingest(store);
      assert.equal(JSON.stringify(runDetails(store, id).params), JSON.stringify(values));
    });

    it('shows everything that the files of a finished run say', async () => {
      const id = writeRun(place.store, { name: 'ridge', tags: { data: 'german' }, env: { SEED: '1' } });
      supervisor(place.store, id, [
        supervisorOpen(id),
        { kind: 'started', t: runStart + 10, process: { ...deadProcess, pid: 77 } },
        { kind: 'usage', t: runStart + 20, cpuSeconds: 1, peakMemoryBytes: 500 },
        exit(),
      ]);
      journal(place.store, id, [
        lossId,
        { kind: 'params', t: 1, source: 'argparse', values: { lr: 0.1, layers: [1, 2], model: 'ridge', zero: -0 } },
        { kind: 'params', t: 2, source: 'client', values: { lr: 0.2 } },
        { kind: 'environment', t: 3, python: '3.11.2', packages: { numpy: '2.4.6' } },
        { kind: 'tag', t: 4, key: 'kind', value: 'linear' },
        { kind: 'artifact', t: 5, name: 'model', type: 'pickle', path: 'artifacts/m.pkl', sha256: 'ab', bytes: 9 },
        { kind: 'warning', t: 6, code: 'metric-not-a-number', params: { name: 'x', value: 'y' } },
        [10, 0, 0, 0.5],
        [20, 1, 0, 0.25],
        { kind: 'end', t: 30, exitCode: null, peakMemoryBytes: null, cpuSeconds: null },
      ]);
      mkdirSync(join(place.store, 'runs', id, 'code'));
      const state = { version: 1, kind: 'git', root: '/work', commit: 'c0', branch: 'main', dirty: true };
      const code = { ...state, patch: 'code/patch.diff', copy: null, omitted: [] };
      writeFileSync(join(place.store, 'runs', id, 'code', 'state.json'), JSON.stringify(code));
      writeFileSync(join(place.store, 'runs', id, 'code', 'patch.diff'), 'x');
      assert.deepEqual(await ingest(store), [id]);
      const run = runDetails(store, id);
      assert.equal(run.status, 'finished');
      assert.equal(run.title, 'train.py');
      assert.equal(run.started, runStart + 10);
      assert.equal(run.ended, runStart + 5_000_000);
      assert.deepEqual([run.exitCode, run.signal, run.pid, run.supervisorPid], [0, null, 77, deadProcess.pid]);
      assert.deepEqual([run.cpuSeconds, run.peakMemoryBytes, run.cores, run.os], [1.5, 1000, 2, 'Linux']);
      assert.deepEqual(run.params, { layers: [1, 2], lr: 0.2, model: 'ridge', zero: -0 });
      assert.deepEqual(run.tags, { data: 'german', kind: 'linear' });
      assert.deepEqual(run.packages, { numpy: '2.4.6' });
      assert.equal(run.python, '3.11.2');
      assert.deepEqual(run.env, { SEED: '1' });
      assert.deepEqual(run.artifacts, [
        { name: 'model', kind: 'pickle', path: 'artifacts/m.pkl', sha256: 'ab', bytes: 9 },
      ]);
      assert.deepEqual(run.warnings, [
        { time: runStart + 6, code: 'metric-not-a-number', params: { name: 'x', value: 'y' } },
      ]);
      assert.equal(run.code?.patch, join(place.store, 'runs', id, 'code', 'patch.diff'));
      assert.deepEqual(run.metrics, { loss: { last: 0.25, lastStep: 1, min: 0.25, max: 0.5, best: 0.25, count: 2 } });
      const logged = points(store, id, 'loss');
      assert.deepEqual([...logged.steps], [0, 1]);
      assert.deepEqual([...logged.times], [runStart + 10, runStart + 20]);
      assert.deepEqual(await ingest(store), []);
    });

    it('follows a run that goes on, and takes no record twice', async () => {
      const id = writeRun(place.store);
      supervisor(place.store, id, [supervisorOpen(id, identify())]);
      const name = journal(place.store, id, [lossId, [1, 0, 0, 1]]);
      await ingest(store);
      assert.equal(runDetails(store, id).status, 'running');
      const half = record([2, 1, 0, 2]);
      append(place.store, id, name, half.slice(0, 5));
      assert.deepEqual(await ingest(store), [id]);
      assert.deepEqual([...points(store, id, 'loss').values], [1]);
      append(place.store, id, name, half.slice(5));
      reopen();
      assert.deepEqual(await ingest(store), [id]);
      assert.deepEqual(await ingest(store), []);
      assert.deepEqual([...points(store, id, 'loss').values], [1, 2]);
      assert.deepEqual(runDetails(store, id).warnings, []);
    });

    it('keeps reading what a child writes after its run has ended', async () => {
      const id = writeRun(place.store);
      supervisor(place.store, id, [supervisorOpen(id), exit()]);
      const own = identify();
      const open = { kind: 'open', v: 1, run: id, ...own, parent: null, role: 'child', rank: 1, start: runStart };
      const name = 'journal-here-1-5.jsonl';
      append(place.store, id, name, record({ ...open, language: 'python', client: 'test' }) + record(lossId));
      await ingest(store);
      assert.equal(runDetails(store, id).status, 'finished');
      append(place.store, id, name, record([1, 0, 0, 3]));
      assert.deepEqual(await ingest(store), [id]);
      assert.deepEqual([...points(store, id, 'rank1/loss').values], [3]);
    });

    it('misses nothing that is written between the look at the files and the look at the processes', async () => {
      const id = writeRun(place.store);
      supervisor(place.store, id, [supervisorOpen(id), exit()]);
      const name = journal(place.store, id, [lossId, [1, 0, 0, 1]]);
      let looks = 0;
      const liveness = () => {
        if (looks++ === 0) append(place.store, id, name, record([2, 1, 0, 2]));
        return 'dead' as const;
      };
      await ingest(store, { liveness });
      await ingest(store, { liveness });
      assert.deepEqual([...points(store, id, 'loss').values], [1, 2]);
    });

    it('passes settled runs by, and looks at all when asked to', async () => {
      const id = writeRun(place.store);
      supervisor(place.store, id, [supervisorOpen(id), exit()]);
      const name = journal(place.store, id, [lossId, [1, 0, 0, 1]]);
      await ingest(store);
      append(place.store, id, name, record([2, 1, 0, 2]));
      assert.deepEqual(await ingest(store), []);
      assert.deepEqual(await ingest(store, { full: true }), [id]);
      assert.deepEqual([...points(store, id, 'loss').values], [1, 2]);
    });

    it('keeps ranks apart in the files, and together by time in what is shown', async () => {
      const id = writeRun(place.store);
      journal(place.store, id, [lossId, [10, 0, 0, 1], [30, 1, 0, 3]], { pid: 4_194_306, start: runStart });
      journal(place.store, id, [{ ...lossId, id: 5 }, [10, 0, 5, 2], [11, 1, 5, 'NaN']], {
        pid: 4_194_307,
        start: runStart + 5,
        role: 'child',
      });
      await ingest(store);
      assert.deepEqual([...points(store, id, 'loss').values], [1, 2, Number.NaN, 3]);
      assert.deepEqual(runDetails(store, id).metrics.loss, { last: 3, lastStep: 1, min: 1, max: 3, best: 1, count: 4 });
    });

    it("takes a child's own parameters, not the ones that it was started with", async () => {
      const id = writeRun(place.store);
      journal(place.store, id, [{ kind: 'params', t: 9, source: 'argparse', values: { lr: 1 } }]);
      journal(
        place.store,
        id,
        [
          { kind: 'params', t: 99, source: 'argparse', values: { lr: 2, local_rank: 1 } },
          { kind: 'params', t: 99, source: 'client', values: { shard: 3 } },
        ],
        { role: 'child', pid: 4_194_306 },
      );
      await ingest(store);
      assert.deepEqual(runDetails(store, id).params, { lr: 1, shard: 3 });
    });

    it('tells what is damaged with its place, and keeps what is around it', async () => {
      const id = writeRun(place.store);
      const name = journal(place.store, id, [lossId]);
      const good = record([1, 0, 0, 1]);
      const damage = [
        '\u001e{"kind":"par',
        good,
        'garbage',
        good,
        '\u001enot json\n',
        good,
        record([1, 0, 9, 1]),
        good,
      ];
      append(place.store, id, name, damage.join(''));
      append(place.store, id, name, record({ kind: 'tag', t: 'soon', key: 'a', value: 'b' }));
      append(place.store, id, name, record({ kind: 'hologram', t: 1, anything: {} }));
      append(
        place.store,
        id,
        name,
        record({ kind: 'end', t: 5, exitCode: 0, peakMemoryBytes: null, cpuSeconds: null }),
      );
      append(place.store, id, name, '\u001e[9,9,0,');
      await ingest(store);
      const run = runDetails(store, id);
      assert.equal(points(store, id, 'loss').values.length, 4);
      const told = run.warnings.map(({ code, params }) => [code, params.bytes]);
      assert.deepEqual(told, [
        ['journal-damaged', 13],
        ['journal-damaged', 7],
        ['journal-damaged', 10],
        ['journal-damaged', Buffer.byteLength(record([1, 0, 9, 1]))],
        ['journal-damaged', Buffer.byteLength(record({ kind: 'tag', t: 'soon', key: 'a', value: 'b' }))],
        ['journal-damaged', 8],
      ]);
      const [first] = run.warnings;
      assert.equal(first?.params.file, `runs/${id}/${name}`);
      assert.equal(typeof first?.params.offset, 'number');
      assert.equal(run.status, 'finished');
    });

    it('takes a torn end back once the rest of it has come', async () => {
      const id = writeRun(place.store);
      const name = journal(place.store, id, [lossId]);
      const text = record([1, 0, 0, 1]);
      append(place.store, id, name, text.slice(0, 4));
      await ingest(store);
      assert.equal(runDetails(store, id).warnings.length, 1);
      append(place.store, id, name, text.slice(4));
      await ingest(store, { full: true });
      assert.deepEqual(runDetails(store, id).warnings, []);
      assert.deepEqual([...points(store, id, 'loss').values], [1]);
    });

    it('ignores a folder that is no run, and shows one whose run.json is broken as lost, until it is mended', async () => {
      const empty = newId();
      mkdirSync(join(place.store, 'runs', empty));
      mkdirSync(join(place.store, 'runs', 'notes'));
      const broken = writeRun(place.store);
      writeFileSync(join(place.store, 'runs', broken, 'run.json'), '{"version":1,');
      const renamed = writeRun(place.store);
      const other = newId();
      renameSync(join(place.store, 'runs', renamed), join(place.store, 'runs', other));
      await ingest(store);
      const { runs } = listRuns(store);
      assert.deepEqual(runs.map((run) => run.id).sort(), [broken, other].sort());
      assert.deepEqual(
        runs.map((run) => run.status),
        ['lost', 'lost'],
      );
      assert.ok(Math.abs(runDetails(store, broken).created / 1000 - Date.now()) < 60_000, 'the id says when');
      const [warning] = runDetails(store, broken).warnings;
      assert.equal(warning?.code, 'run-file-broken');
      assert.equal(warning?.params.file, `runs/${broken}/run.json`);
      assert.match(String(runDetails(store, other).warnings[0]?.params.problem), new RegExp(renamed));
      assert.deepEqual(await ingest(store), []);
      writeRun(place.store, { id: broken, name: 'mended' });
      assert.deepEqual(await ingest(store), [broken]);
      assert.equal(runDetails(store, broken).name, 'mended');
      assert.deepEqual(runDetails(store, broken).warnings, []);
    });

    it('follows no link out of the store', async () => {
      const outside = makeStore();
      try {
        const away = writeRun(outside.store);
        journal(outside.store, away, [lossId, [1, 0, 0, 1]]);
        symlinkSync(join(outside.store, 'runs', away), join(place.store, 'runs', away));
        const id = writeRun(place.store);
        journal(place.store, id, []);
        const target = writeRun(outside.store);
        const name = journal(outside.store, target, [lossId, [1, 0, 0, 1]], { run: id });
        symlinkSync(join(outside.store, 'runs', target, name), join(place.store, 'runs', id, 'journal-a-1-1.jsonl'));
        mkdirSync(join(outside.root, 'code'));
        const state = { version: 1, kind: 'git', root: '/', commit: 'x', branch: null, dirty: false, patch: null };
        writeFileSync(join(outside.root, 'code', 'state.json'), JSON.stringify({ ...state, copy: null, omitted: [] }));
        symlinkSync(join(outside.root, 'code'), join(place.store, 'runs', id, 'code'));
        await ingest(store);
        assert.deepEqual(
          listRuns(store).runs.map((run) => run.id),
          [id],
        );
        assert.deepEqual(runDetails(store, id).metrics, {});
        assert.equal(runDetails(store, id).code, null);
      } finally {
        removeStore(outside);
      }
    });

    it('leaves out artifacts outside the run, and journals of other runs or later protocols', async () => {
      const id = writeRun(place.store);
      const artifact = { kind: 'artifact', t: 1, type: 'x', sha256: 'a', bytes: 1 };
      journal(place.store, id, [
        { ...artifact, name: 'up', path: '../../../secret' },
        { ...artifact, name: 'root', path: '/etc/passwd' },
        { ...artifact, name: 'drive', path: 'C:\\x' },
        { ...artifact, name: 'fine', path: 'artifacts/x' },
      ]);
      journal(place.store, id, [lossId, [1, 0, 0, 1]], { pid: 4_194_306, run: newId() });
      append(place.store, id, 'journal-a-1-1.jsonl', record({ kind: 'open', v: 2, run: id }) + record(lossId));
      append(place.store, id, 'notes.jsonl', record(lossId));
      await ingest(store);
      const run = runDetails(store, id);
      assert.deepEqual(
        run.artifacts.map((one) => one.name),
        ['fine'],
      );
      assert.deepEqual(run.metrics, {});
      assert.deepEqual(run.warnings.map((warning) => warning.code).sort(), [
        'artifact-outside',
        'artifact-outside',
        'artifact-outside',
        'journal-foreign',
        'journal-newer',
      ]);
    });

    it('reads a run again whose file was replaced by a shorter one, and forgets one whose folder has gone', async () => {
      const id = writeRun(place.store);
      const gone = writeRun(place.store);
      const name = journal(place.store, id, [lossId, [1, 0, 0, 1], [2, 1, 0, 2]]);
      await ingest(store);
      truncateSync(join(place.store, 'runs', id, name), 0);
      journal(place.store, id, [lossId, [1, 0, 0, 7]]);
      rmSync(join(place.store, 'runs', gone), { recursive: true });
      assert.deepEqual((await ingest(store, { full: true })).sort(), [id, gone].sort());
      assert.deepEqual([...points(store, id, 'loss').values], [7]);
      assert.deepEqual(
        listRuns(store).runs.map((run) => run.id),
        [id],
      );
    });

    it('keeps hostile names and large values as they are', async () => {
      const id = writeRun(place.store, { name: '<img onerror=alert(1)>' });
      const names = [
        '../../x',
        '<img onerror>',
        '🎈',
        'x'.repeat(300),
        "a'); DROP TABLE runs; --",
        '__proto__',
        'a\0b',
      ];
      const large = 'y'.repeat(1_000_000);
      journal(place.store, id, [
        ...names.map((name, index) => ({ kind: 'name', id: index, name })),
        [1, 0, ...names.flatMap((_, index) => [index, index])],
        { kind: 'params', t: 1, source: 'client', values: { large, hostile: names } },
      ]);
      await ingest(store);
      const run = runDetails(store, id);
      assert.deepEqual(Object.keys(run.metrics).sort(), [...names].sort());
      for (const [index, name] of names.entries()) assert.deepEqual([...points(store, id, name).values], [index]);
      assert.deepEqual(run.params, { hostile: names, large });
      assert.deepEqual(listRuns(store, { filter: `metrics."a'); DROP TABLE runs; --" >= 0` }).total, 1);
    });

    it('survives what only a hostile or broken writer says', async () => {
      const id = writeRun(place.store);
      const far = Number.MAX_SAFE_INTEGER;
      const name = journal(place.store, id, [lossId, { kind: 'tag', t: far, key: 'far', value: 'x' }], { start: far });
      append(
        place.store,
        id,
        name,
        `\u001e{"kind":"params","t":1,"source":"client","values":{"deep":${'['.repeat(50_000)}${']'.repeat(50_000)}}}\n`,
      );
      append(place.store, id, name, '\u001e[1e999,1e999,0,1e999]\n\u001e[-1e300,-0,0,5]\n\u001e[[[]],0,0,1]\n');
      const last = 'ffffffff-ffff-7fff-bfff-ffffffffffff';
      mkdirSync(join(place.store, 'runs', last));
      writeFileSync(join(place.store, 'runs', last, 'run.json'), '[]');
      mkdirSync(join(place.store, 'ops'));
      const op = { v: 1, t: far, by: 'x', run: id, op: 'note', note: 'n' };
      writeFileSync(join(place.store, 'ops', 'a.jsonl'), record(op));
      await ingest(store);
      const run = runDetails(store, id);
      assert.deepEqual([run.tags, run.note], [{ far: 'x' }, 'n']);
      assert.equal(run.warnings.length, 2);
      assert.deepEqual([...points(store, id, 'loss').values], [Number.POSITIVE_INFINITY, 5]);
      assert.equal(curves(store, id, { buckets: 5 })[0]?.count, 1, 'a step without a place is left out of the curve');
      assert.equal(listRuns(store, { filter: 'not params.deep = 1' }).total, 2);
      await applyOps(store, [{ op: 'star', run: id, starred: true }]);
      assert.equal(runDetails(store, id).starred, true);
    });

    it('is the same after the index was taken away', async () => {
      for (let index = 0; index < 4; index++) {
        const id = writeRun(place.store, { name: `run ${index}`, tags: { a: '1', b: '2' } });
        journal(place.store, id, [
          lossId,
          ...Array.from({ length: 5000 }, (_, step) => [step, step, 0, 1 / (step + 1)]),
        ]);
        journal(place.store, id, [lossId, [1, 0, 0, 'NaN']], { pid: 4_194_306, role: 'child' });
        if (index > 0) supervisor(place.store, id, [supervisorOpen(id), exit({ code: index - 1 })]);
        await ingest(store);
        await applyOps(store, [{ op: 'name', run: id, name: `renamed ${index}` }]);
        await applyOps(store, [{ op: 'note', run: id, note: 'good\n✓' }]);
        await applyOps(store, [{ op: 'tag', run: id, key: 'a', value: null }]);
        await applyOps(store, [{ op: 'tag', run: id, key: 'c', value: '3' }]);
        await applyOps(store, [{ op: 'star', run: id, starred: index % 2 === 0 }]);
      }
      await applyOps(store, [{ op: 'archive', run: listRuns(store).runs[0]?.id ?? '', archived: true }]);
      const before = dumpIndex(store.db);
      assert.equal(before.runs?.length, 4);
      const shown = listRuns(store, { archived: true });
      assert.deepEqual(shown.runs[0]?.tags, { b: '2', c: '3' });
      removeIndex(place.store);
      reopen();
      assert.equal((await ingest(store)).length, 4);
      assert.deepEqual(dumpIndex(store.db), before);
      assert.deepEqual(listRuns(store, { archived: true }), shown);
    });

    it('reads the ops again when one of their files was replaced or taken away', async () => {
      const id = writeRun(place.store, { tags: { a: 'asked' } });
      await ingest(store);
      await applyOps(store, [{ op: 'name', run: id, name: 'new' }]);
      await applyOps(store, [{ op: 'tag', run: id, key: 'a', value: 'mine' }]);
      assert.deepEqual([runDetails(store, id).name, runDetails(store, id).tags], ['new', { a: 'mine' }]);
      rmSync(join(place.store, 'ops'), { recursive: true });
      assert.deepEqual(await ingest(store), [id]);
      assert.deepEqual([runDetails(store, id).name, runDetails(store, id).tags], ['a run', { a: 'asked' }]);
    });

    it('says nothing but the truth to a reader who may not write', async () => {
      const id = writeRun(place.store);
      journal(place.store, id, [lossId, [1, 0, 0, 1]]);
      const reader = openStore(place.store, { driver, readOnly: true });
      try {
        assert.deepEqual(await ingest(reader), [], 'nobody has folded anything yet');
        await ingest(store);
        assert.deepEqual(await ingest(reader), [id]);
        assert.deepEqual([...points(reader, id, 'loss').values], [1]);
        await assert.rejects(applyOps(reader, [{ op: 'note', run: id, note: 'x' }]), /untrusted/);
      } finally {
        reader.close();
      }
    });

    it('folds the files into memory for a reader of a store without an index', async () => {
      store.close();
      removeIndex(place.store);
      const id = writeRun(place.store);
      journal(place.store, id, [lossId, [1, 0, 0, 1]]);
      store = openStore(place.store, { driver, readOnly: true });
      assert.deepEqual(await ingest(store), [id]);
      assert.deepEqual([...points(store, id, 'loss').values], [1]);
      assert.equal(store.index, null);
    });

    it('ends with a fault when it is cancelled, and goes on from there', async () => {
      for (let index = 0; index < 50; index++) journal(place.store, writeRun(place.store), [lossId, [1, 0, 0, 1]]);
      const abort = new AbortController();
      abort.abort();
      await assert.rejects(ingest(store, { signal: abort.signal }), /cancelled/);
      await ingest(store);
      assert.equal(listRuns(store).total, 50);
    });
  });
}

describe('a run whose supervisor was killed', () => {
  const end = { kind: 'end', t: 30, exitCode: null, peakMemoryBytes: null, cpuSeconds: null };
  const exception = { kind: 'exception', t: 20, type: 'KeyError', message: 'x', file: null, line: null, traceback: '' };
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

  async function statusAfter(records: unknown[]) {
    const id = writeRun(place.store);
    supervisor(place.store, id, [supervisorOpen(id), { kind: 'started', t: runStart, process: deadProcess }]);
    journal(place.store, id, records);
    await ingest(store);
    const { status, exitCode, ended } = runDetails(store, id);
    return { status, exitCode, ended };
  }

  it('is lost where the script reached its end with an exit code that nobody saw', async () => {
    assert.deepEqual(await statusAfter([end]), { status: 'lost', exitCode: null, ended: runStart + 30 });
  });

  it('failed where the script told of its exception', async () => {
    assert.deepEqual(await statusAfter([exception, end]), { status: 'failed', exitCode: null, ended: runStart + 30 });
  });
});

describe('a run of another machine', () => {
  it('runs while its files grow, and is lost after a silence', async () => {
    const place = makeStore();
    const store = openStore(place.store);
    try {
      const id = writeRun(place.store);
      supervisor(place.store, id, [supervisorOpen(id, { ...deadProcess, host: `not-${hostname()}` })]);
      await ingest(store);
      assert.equal(runDetails(store, id).status, 'running');
      const old = Date.now() / 1000 - 3600;
      utimesSync(join(place.store, 'runs', id, 'supervisor.jsonl'), old, old);
      assert.deepEqual(await ingest(store), [id]);
      assert.equal(runDetails(store, id).status, 'lost');
      supervisor(place.store, id, [exit()]);
      assert.deepEqual(await ingest(store), [id]);
      assert.equal(runDetails(store, id).status, 'finished');
    } finally {
      store.close();
      removeStore(place);
    }
  });
});
