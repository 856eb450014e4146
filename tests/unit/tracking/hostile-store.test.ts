import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { newId } from '../../../src/base/ids.ts';
import { identify } from '../../../src/base/process-identity.ts';
import { safeHostName } from '../../../src/base/safe-host-name.ts';
import { createStore } from '../../../src/project/index.ts';
import { connect } from '../../../src/store/driver.ts';
import { openStore } from '../../../src/store/index.ts';
import {
  applyOps,
  deleteRuns,
  examine,
  exportRuns,
  ingest,
  listRuns,
  media,
  readOutput,
  runBytes,
  runDetails,
  stopRun,
} from '../../../src/tracking/index.ts';
import { ingestRuns } from '../../../src/tracking/ingest.ts';
import {
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
} from '../../support/run-folders.ts';

describe('a store that somebody else made', () => {
  let place: ReturnType<typeof makeStore>;
  let precious: string;
  beforeEach(() => {
    place = makeStore();
    precious = join(place.root, 'precious');
    mkdirSync(precious);
    writeFileSync(join(precious, 'thesis'), 'x');
  });
  afterEach(() => {
    assert.deepEqual(readdirSync(precious), ['thesis']);
    removeStore(place);
  });

  /** Ids that would lead out of the folder of runs. */
  const ways = () => ['../../precious', '../../../precious', precious, `${newId()}/../../../precious`, '..', '.', ''];

  describe('with ids of runs that are paths', () => {
    it('deletes nothing that its ops name', async () => {
      mkdirSync(join(place.store, 'ops'));
      const lines = ways().map((run) => record({ v: 1, t: 1, by: 'mallory', run, op: 'delete' }));
      const kept = writeRun(place.store);
      writeFileSync(join(place.store, 'ops', 'mallory.jsonl'), lines.join(''));
      const store = openStore(place.store);
      await ingestRuns(store, []);
      await ingest(store, { full: true });
      assert.deepEqual(readdirSync(join(place.store, 'runs')), [kept]);
      store.close();
    });

    it('deletes nothing that its index names, and forgets it', async () => {
      const kept = writeRun(place.store);
      openStore(place.store).close();
      const database = connect(join(place.store, 'trainyard.db'));
      for (const id of ways()) {
        database
          .prepare(
            `INSERT INTO runs (id, name, experiment, status, created, title, target, deleted, settled)
             VALUES (?, 'x', '', 'finished', 1, '', '{"kind":"program","argv":["?"]}', 1, 1)`,
          )
          .run(id);
        database
          .prepare(
            "INSERT INTO ops (run, op, item, value, time, by, file, offset) VALUES (?, 'delete', '', 'true', 1, 'x', 'x', 0)",
          )
          .run(id);
      }
      database.close();
      const store = openStore(place.store);
      await ingest(store);
      assert.deepEqual(
        listRuns(store, {}).runs.map(({ id }) => id),
        [kept],
      );
      assert.deepEqual(readdirSync(join(place.store, 'runs')), [kept]);
      store.close();
    });

    it('neither deletes nor tells of one that a person asks for', async () => {
      openStore(place.store).close();
      const database = connect(join(place.store, 'trainyard.db'));
      for (const id of ways()) {
        database
          .prepare(
            `INSERT INTO runs (id, name, experiment, status, created, title, target, settled)
             VALUES (?, 'x', '', 'finished', 1, '', '{"kind":"program","argv":["?"]}', 1)`,
          )
          .run(id);
      }
      database.close();
      const reader = openStore(place.store, { readOnly: true });
      for (const id of ways()) assert.throws(() => runDetails(reader, id), { code: 'run-missing' });
      reader.close();
      const store = openStore(place.store);
      for (const id of ways()) await assert.rejects(deleteRuns(store, [id]), { code: 'run-missing' });
      store.close();
    });
  });

  describe('with links and pipes in the place of files', () => {
    const secret = 'my-very-own-secret';
    let outside: string;
    let id: string;
    beforeEach(() => {
      outside = join(place.root, 'outside');
      writeFileSync(outside, `${secret}\n`);
      id = writeRun(place.store);
      journal(place.store, id, [
        { kind: 'artifact', t: 1, name: 'model', type: 'file', path: 'artifacts/model.bin', sha256: 'ab', bytes: 1 },
        {
          kind: 'artifact',
          t: 2,
          name: 'picture',
          type: 'image',
          path: 'artifacts/a.png',
          sha256: 'ab',
          bytes: 1,
          step: 0,
        },
      ]);
      supervisor(place.store, id, [supervisorOpen(id), exit()]);
    });

    const files = [
      'run.json',
      'supervisor.jsonl',
      `journal-here-${deadProcess.pid}-${runStart}.jsonl`,
      `journal-here-1-1.sealed`,
      'system-here-1-1.jsonl',
      'stdout.log',
      'stderr.log',
      'code/state.json',
      'artifacts/model.bin',
      'artifacts/a.png',
      'events/0001-x',
    ];
    const kinds: Record<string, (path: string) => void> = {
      'a link': (path) => symlinkSync(outside, path),
      'a pipe': (path) => void execFileSync('mkfifo', [path]),
      'a folder': (path) => mkdirSync(path),
      'a link to a device': (path) => symlinkSync('/dev/zero', path),
    };

    /** Everything that is read of a run, as text. */
    async function everything(): Promise<string> {
      const store = openStore(place.store);
      try {
        await ingest(store, { full: true });
        const run = runDetails(store, id);
        const output = await readOutput(run.directory, { stream: 'both' });
        const pictures = media(store, id, { kind: 'image', tag: 'picture', indexes: [0] });
        const problems = await examine(place.store);
        const copy = join(place.root, 'export');
        const signal = new AbortController().signal;
        await exportRuns(store, { runs: [id], folder: copy, signal });
        const exported = readdirSync(copy, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
        await stopRun(run.directory).catch((error: Error) => error.message);
        return JSON.stringify([run, output, pictures, problems, runBytes(store, [id]), exported]);
      } finally {
        store.close();
      }
    }

    for (const file of files) {
      for (const [what, make] of Object.entries(kinds)) {
        it(`neither reads nor waits for ${what} at ${file}`, async () => {
          const path = join(place.store, 'runs', id, file);
          rmSync(path, { recursive: true, force: true });
          mkdirSync(dirname(path), { recursive: true });
          make(path);
          const text = await everything();
          assert.ok(!text.includes(secret), text);
          assert.equal(readFileSync(outside, 'utf8'), `${secret}\n`);
        });
      }
    }

    it('reads nothing through links in the place of folders', async () => {
      const elsewhere = join(place.root, 'elsewhere');
      mkdirSync(elsewhere);
      for (const name of ['state.json', 'model.bin', 'a.png', '0001-x', 'run.json'])
        writeFileSync(join(elsewhere, name), secret);
      for (const folder of ['code', 'artifacts', 'events', 'environment']) {
        symlinkSync(elsewhere, join(place.store, 'runs', id, folder));
      }
      const other = newId();
      symlinkSync(elsewhere, join(place.store, 'runs', other));
      assert.ok(!(await everything()).includes(secret));
      const store = openStore(place.store);
      await deleteRuns(store, [id]);
      await ingestRuns(store, [other]);
      assert.equal(listRuns(store, {}).total, 0);
      store.close();
      assert.equal(readdirSync(elsewhere).length, 5);
    });

    for (const part of ['runs', 'ops', 'queue', 'queue/waiting', 'queue/claimed', 'queue/slots']) {
      it(`uses no store whose ${part} is a link`, () => {
        const elsewhere = join(place.root, 'elsewhere');
        mkdirSync(elsewhere);
        rmSync(join(place.store, part), { recursive: true, force: true });
        mkdirSync(dirname(join(place.store, part)), { recursive: true });
        symlinkSync(elsewhere, join(place.store, part));
        for (const readOnly of [true, false]) {
          assert.throws(() => openStore(place.store, { readOnly }), { code: 'store-link' });
        }
        assert.throws(() => createStore(place.store), { code: 'store-link' });
        assert.deepEqual(readdirSync(elsewhere), []);
      });
    }

    it('uses a link in the place of a whole store only where it leads to a store or an empty folder', () => {
      const link = join(place.root, 'project', '.trainyard');
      mkdirSync(dirname(link));
      symlinkSync(precious, link);
      assert.throws(() => openStore(link), { code: 'store-link' });
      assert.throws(() => createStore(link), { code: 'store-link' });
      rmSync(link);
      symlinkSync(join(place.root, 'nothing'), link);
      assert.throws(() => createStore(link), { code: 'store-link' });
      rmSync(link);
      createStore(place.store);
      symlinkSync(place.store, link);
      createStore(link);
      openStore(link).close();
    });

    it('appends no op through a link or to a pipe', async () => {
      const path = join(place.store, 'ops', `${safeHostName(hostname())}.jsonl`);
      for (const make of Object.values(kinds)) {
        rmSync(path, { recursive: true, force: true });
        mkdirSync(dirname(path), { recursive: true });
        make(path);
        const store = openStore(place.store);
        await ingest(store);
        await assert.rejects(applyOps(store, [{ op: 'star', run: id, starred: true }]), { code: 'store-not-writable' });
        store.close();
        assert.equal(readFileSync(outside, 'utf8'), `${secret}\n`);
      }
    });
  });

  it('with copies that lie elsewhere has none', async () => {
    const id = writeRun(place.store);
    const known = { bytes: 1, sha256: 'ab', sampled: false, changed: false, modified: 1, files: null, problem: null };
    const names = { format: null, by: 'open', what: 'model' };
    const file = (path: string, kept: string) => ({
      kind: 'file',
      t: runStart,
      access: 'write',
      path,
      kept,
      ...known,
      ...names,
    });
    supervisor(place.store, id, [
      supervisorOpen(id),
      file('/x/a', '../../../../etc/passwd'),
      file('/x/b', '/etc/passwd'),
      file('/x/c', 'artifacts/c'),
      exit(),
    ]);
    const store = openStore(place.store);
    await ingest(store);
    const run = runDetails(store, id);
    store.close();
    assert.deepEqual(
      run.outputs.map(({ kept }) => kept),
      [null, null, 'artifacts/c'],
    );
    assert.deepEqual(
      run.warnings.map(({ code }) => code),
      ['artifact-outside', 'artifact-outside'],
    );
  });

  describe('with numbers of processes that are none of its', () => {
    for (const role of ['script', 'supervisor'] as const) {
      it(`stops no process that it only knows the number of, as a ${role}`, async () => {
        const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
        try {
          const id = writeRun(place.store);
          const named = { ...identify(child.pid), procStart: null };
          const began = { kind: 'started', t: runStart, process: named };
          supervisor(place.store, id, role === 'script' ? [supervisorOpen(id), began] : [supervisorOpen(id, named)]);
          const directory = join(place.store, 'runs', id);
          await assert.rejects(stopRun(directory), { code: 'stop-failed' });
          const other = writeRun(place.store);
          const wrong = { ...identify(child.pid), procStart: '1' };
          supervisor(place.store, other, [supervisorOpen(other, wrong), { ...began, process: wrong }]);
          await assert.rejects(stopRun(join(place.store, 'runs', other)), { code: 'run-not-running' });
          assert.deepEqual([child.exitCode, child.signalCode], [null, null]);
          process.kill(child.pid as number, 0);
        } finally {
          child.kill('SIGKILL');
        }
      });
    }
  });
});
