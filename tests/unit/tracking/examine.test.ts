import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { Fault } from '../../../src/base/fault.ts';
import { newId } from '../../../src/base/ids.ts';
import { eventFileReader } from '../../../src/interop/index.ts';
import { connect } from '../../../src/store/driver.ts';
import { openStore } from '../../../src/store/index.ts';
import { latestVersion } from '../../../src/store/migrate.ts';
import {
  applyOps,
  examine,
  ingest,
  listRuns,
  points,
  provideEventFileReader,
  runDetails,
} from '../../../src/tracking/index.ts';
import {
  append,
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

describe('the examination of a store', () => {
  let place: ReturnType<typeof makeStore>;
  let index: string;
  beforeEach(() => {
    place = makeStore();
    index = join(place.store, 'trainyard.db');
  });
  afterEach(() => removeStore(place));

  /** What it finds, and whether that was mended. */
  const problems = async (options = {}) => {
    const report = await examine(place.store, options);
    return report.problems.map(({ code, params, mended }) => ({ code, file: params.file, mended, params }));
  };
  const found = async (options = {}) => (await problems(options)).map(({ code, mended }) => [code, mended]);
  const withStore = async <T>(work: (store: ReturnType<typeof openStore>) => T | Promise<T>) => {
    const store = openStore(place.store);
    try {
      await ingest(store);
      return await work(store);
    } finally {
      store.close();
    }
  };
  const finished = async (length = 3, name = 'mine') => {
    const id = writeRun(place.store, { name });
    const file = journal(place.store, id, [lossId, ...Array.from({ length }, (_, step) => [step, step, 0, step / 3])]);
    supervisor(place.store, id, [supervisorOpen(id), exit()]);
    await withStore((store) => applyOps(store, [{ op: 'note', run: id, note: 'kept' }]));
    return { id, path: join(place.store, 'runs', id, file), file: `runs/${id}/${file}` };
  };
  const values = (id: string) => withStore((store) => [...points(store, id, 'loss').values]);

  const damages: Record<string, () => void> = {
    'is rubbish': () => writeFileSync(index, 'rubbish '.repeat(1000)),
    'was cut off': () => truncateSync(index, 8192),
    'lost its first page': () => writeFileSync(index, readFileSync(index).fill(0x5a, 0, 4096)),
    'has pages of noise': () => writeFileSync(index, readFileSync(index).fill(0xa5, 8192, 65_536)),
    'has a table that is not ours': () => {
      const database = connect(index);
      database.exec('CREATE VIEW gone AS SELECT 1');
      database.close();
    },
    'is a folder': () => {
      rmSync(index);
      mkdirSync(index);
      writeFileSync(join(index, 'thesis.txt'), 'mine');
    },
  };
  for (const [how, damage] of Object.entries(damages)) {
    it(`makes an index again that ${how}, with all that people did`, async () => {
      const { id } = await finished(3000);
      for (const suffix of ['-wal', '-shm']) rmSync(index + suffix, { force: true });
      damage();
      const [first, ...others] = await found();
      assert.deepEqual(first, ['index-rebuilt', true]);
      assert.ok(others.every(([code, mended]) => code === 'index-set-aside' && mended));
      assert.deepEqual(await found(), []);
      assert.equal((await values(id)).length, 3000);
      assert.equal(await withStore((store) => runDetails(store, id).note), 'kept');
    });
  }

  it('keeps what was no index under another name, and says which', async () => {
    await finished();
    writeFileSync(index, 'my thesis');
    const aside = (await problems({ rebuild: true })).find(({ code }) => code === 'index-set-aside');
    assert.equal(aside?.file, index);
    assert.equal(readFileSync(String(aside?.params.kept), 'utf8'), 'my thesis');
  });

  it("leaves another program's database and a newer index alone, but for a rebuild that is asked for", async () => {
    const { id } = await finished();
    const refusal = async () => {
      const error: unknown = await examine(place.store).catch((reason: unknown) => reason);
      assert.ok(error instanceof Fault, String(error));
      assert.equal(error.params.file, index);
      return error.code;
    };
    await withStore((store) => store.db.exec(`PRAGMA user_version = ${latestVersion() + 1}`));
    assert.equal(await refusal(), 'store-newer');
    for (const name of readdirSync(place.store).filter((each) => each.startsWith('trainyard.db'))) {
      rmSync(join(place.store, name));
    }
    const other = connect(index);
    other.exec("CREATE TABLE passwords (word); INSERT INTO passwords VALUES ('secret')");
    other.close();
    const before = readFileSync(index);
    assert.equal(await refusal(), 'store-foreign');
    assert.deepEqual(readFileSync(index), before);
    const [aside] = await problems({ rebuild: true });
    assert.equal(aside?.code, 'index-set-aside');
    assert.deepEqual(readFileSync(String(aside?.params.kept)), before);
    assert.equal((await values(id)).length, 3);
  });

  it('writes run.json again from the index, and keeps the damaged one', async () => {
    const gone = await finished(3, 'gone');
    const broken = await finished(3, 'broken');
    const path = (id: string) => join(place.store, 'runs', id, 'run.json');
    const before = [gone, broken].map(({ id }) => JSON.parse(readFileSync(path(id), 'utf8')));
    rmSync(path(gone.id));
    writeFileSync(path(broken.id), '{"version":1,"id":');
    assert.deepEqual(await found(), [
      ['run-file-restored', true],
      ['run-file-restored', true],
    ]);
    assert.deepEqual(
      [gone, broken].map(({ id }) => JSON.parse(readFileSync(path(id), 'utf8'))),
      before,
    );
    const names = readdirSync(join(place.store, 'runs', broken.id));
    assert.equal(names.filter((name) => name.startsWith('run.json.damaged-')).length, 1);
    assert.deepEqual(await found(), []);
    assert.deepEqual(
      await withStore((store) =>
        listRuns(store)
          .runs.map(({ name }) => name)
          .sort(),
      ),
      ['broken', 'gone'],
    );
  });

  it('cannot know what was asked where the index is new, too, and says so', async () => {
    const { id } = await finished();
    rmSync(join(place.store, 'runs', id, 'run.json'));
    assert.deepEqual(await found({ rebuild: true }), [['run-file-broken', false]]);
    assert.equal((await values(id)).length, 3, 'its points are there');
  });

  it('reads a journal again that came back whole after it was read damaged', async () => {
    const id = writeRun(place.store);
    const file = journal(place.store, id, [lossId, [1, 0, 0, 1], [2, 1, 0, 2]]);
    const path = join(place.store, 'runs', id, file);
    const whole = readFileSync(path);
    const damaged = Buffer.from(whole);
    damaged.write('#', whole.length - 5);
    writeFileSync(path, damaged);
    assert.deepEqual(await found(), [['journal-damaged', false]]);
    assert.deepEqual(await values(id), [1]);
    writeFileSync(path, whole);
    assert.deepEqual(await found(), [['journal-read-again', true]]);
    assert.deepEqual([await found(), await values(id)], [[], [1, 2]]);
  });

  it('reads an event file again that came back whole', async () => {
    provideEventFileReader(eventFileReader);
    const id = writeRun(place.store);
    const name = 'events/0001-events.out.tfevents.1.host.1.0';
    const path = join(place.store, 'runs', id, name);
    const whole = readFileSync(join(import.meta.dirname, '../../fixtures/event-files/torch.tfevents'));
    const damaged = Buffer.from(whole);
    damaged.fill(0, 600, 640);
    mkdirSync(dirname(path));
    writeFileSync(path, damaged);
    supervisor(place.store, id, [
      supervisorOpen(id),
      { kind: 'events', t: runStart, file: name, source: '/logs', prefix: '' },
      exit(),
    ]);
    const [problem] = await problems();
    assert.deepEqual([problem?.code, problem?.file, problem?.mended], ['journal-damaged', `runs/${id}/${name}`, false]);
    writeFileSync(path, whole);
    assert.deepEqual(await found(), [['journal-read-again', true]]);
    assert.deepEqual(await found(), []);
  });

  it('reads a journal again that was replaced by one of the same length', async () => {
    const { id, path } = await finished();
    writeFileSync(path, readFileSync(path, 'utf8').replace(/0\.6666666666666666\]/, '0.7777777777777777]'));
    await examine(place.store);
    assert.deepEqual((await values(id)).at(-1), 0.7777777777777777);
  });

  it('names what a sealed journal has lost by the file and the place, and reads it again when it is whole', async () => {
    const { id, path, file } = await finished(40_000);
    const all = await values(id);
    await examine(place.store);
    const sealed = path.replace('.jsonl', '.sealed');
    assert.ok(existsSync(sealed) && !existsSync(path));
    const whole = readFileSync(sealed);
    const damaged = Buffer.from(whole);
    const table = Number(whole.readBigUInt64LE(24));
    damaged.fill(0x55, table - 40, table - 20);
    writeFileSync(sealed, damaged);
    const [problem, ...others] = await problems();
    assert.deepEqual(others, []);
    assert.deepEqual([problem?.code, problem?.mended], ['sealed-damaged', false]);
    assert.equal(problem?.file, file.replace('.jsonl', '.sealed'));
    assert.ok(Number(problem?.params.bytes) > 1000 && Number(problem?.params.offset) > 100_000);
    assert.deepEqual(await values(id), all, 'the index has it still');
    assert.deepEqual(await found({ rebuild: true }), [['sealed-damaged', false]]);
    assert.ok((await values(id)).length < all.length);
    assert.deepEqual(await found(), [['sealed-damaged', false]]);
    writeFileSync(sealed, whole);
    assert.deepEqual(await found(), [['journal-read-again', true]]);
    assert.deepEqual([await found(), await values(id)], [[], all]);
    truncateSync(sealed, statSync(sealed).size - 1);
    const [unreadable] = await problems({ rebuild: true });
    assert.deepEqual([unreadable?.code, unreadable?.file], ['file-unreadable', file.replace('.jsonl', '.sealed')]);
  }).timeout(60_000);

  it('follows no link in the place of a run folder, be it inside or outside of the store, and names it', async () => {
    const { id } = await finished();
    const outside = makeStore();
    try {
      const away = writeRun(outside.store);
      const links = [newId(), newId()];
      symlinkSync(join(outside.store, 'runs', away), join(place.store, 'runs', links[0] as string));
      symlinkSync(join(place.store, 'runs', id), join(place.store, 'runs', links[1] as string));
      const told = (await problems()).map(({ code, file }) => [code, file]);
      assert.deepEqual(told.sort(), links.map((link) => ['run-folder-link', `runs/${link}`]).sort());
      assert.deepEqual(await withStore((store) => listRuns(store).runs.map((run) => run.id)), [id]);
    } finally {
      removeStore(outside);
    }
  });

  it('looks into no file that a warning of a program names', async () => {
    const secret = join(place.root, 'secret.jsonl');
    writeFileSync(secret, 'x');
    const id = writeRun(place.store);
    const params = { file: '../secret.jsonl', offset: 0, bytes: 2 ** 50, check: 1 };
    const name = journal(place.store, id, [{ kind: 'warning', t: 1, code: 'journal-damaged', params }]);
    append(place.store, id, name, record({ kind: 'warning', t: 1, code: 'journal-damaged', params: { file: 1 } }));
    assert.deepEqual(await found(), [
      ['journal-damaged', false],
      ['journal-damaged', false],
    ]);
  });
});
