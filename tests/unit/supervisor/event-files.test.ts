import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { array, assert as check, constantFrom, property } from 'fast-check';
import { eventFileReader } from '../../../src/interop/index.ts';
import { openStore, removeIndex } from '../../../src/store/index.ts';
import { readEventFileName } from '../../../src/supervisor/event-file-name.ts';
import { eventPrefixes } from '../../../src/supervisor/event-prefix.ts';
import { walkForEventFiles } from '../../../src/supervisor/find-event-files.ts';
import { eventFileKeeper } from '../../../src/supervisor/keep-event-files.ts';
import { ingest, media, provideEventFileReader, runDetails } from '../../../src/tracking/index.ts';
import { readSupervisorRecords } from '../../../src/tracking/supervisor-file.ts';
import { skipBecause } from '../../support/skip.ts';
import { until } from '../../support/until.ts';
import { exitOf, type Yard, yard } from '../../support/yard.ts';

const writer = `import sys; sys.path.insert(0, ${JSON.stringify(join(import.meta.dirname, '../../fixtures/event-files'))})`;
const imports = [writer, 'from event_writer import Writer', 'import os, sys, time'];

describe('event files that a run writes', () => {
  let here: Yard;
  beforeEach(() => {
    here = yard();
    provideEventFileReader(eventFileReader);
  });
  afterEach(() => here.remove());

  const kept = (directory: string) =>
    readSupervisorRecords(directory).flatMap((record) => (record.kind === 'events' ? [record] : []));
  const details = async (directory: string, run: string) => {
    const store = openStore(join(directory, '../..'));
    try {
      await ingest(store);
      return runDetails(store, run);
    } finally {
      store.close();
    }
  };

  it('are kept and read, also of a script that ends at once', async () => {
    const { directory, run } = await here.python([
      ...imports,
      'w = Writer("logs/one")',
      'for step in range(5): w.scalar("loss", 0.1 * step, step)',
      'w.text("say", "hello", 4)',
      'w.hparams({"units": 64.0})',
      'Writer("logs/one/sub").scalar("loss", 7, 1)',
      'Writer("logs/one/%.3f" % time.time()).scalar("hparam/score", 3, 0)',
    ]);
    assert.equal((await exitOf(directory)).code, 0);
    assert.deepEqual(
      kept(directory)
        .map(({ prefix }) => prefix)
        .sort(),
      ['', '', 'sub/'],
    );
    for (const { file, source } of kept(directory)) {
      assert.equal(statSync(join(directory, file)).ino, statSync(source).ino);
    }
    const found = await details(directory, run);
    assert.deepEqual(Object.keys(found.metrics), ['hparam/score', 'loss', 'sub/loss']);
    assert.deepEqual(
      [found.metrics.loss?.count, found.metrics.loss?.last, found.metrics['sub/loss']?.last],
      [5, Math.fround(0.4), 7],
    );
    assert.deepEqual(found.params, { units: 64 });
    assert.deepEqual(found.media, [{ kind: 'text', tag: 'say', count: 1, firstStep: 4, lastStep: 4 }]);
    assert.equal(readFileSync(join(directory, 'supervisor.log'), 'utf8'), '');
  });

  it('are followed while they grow, and kept of a run that is killed', async () => {
    const { directory, run } = await here.python([
      ...imports,
      'w = Writer("logs")',
      'step = 0',
      'while True:',
      '    w.scalar("loss", 1 / (step + 1), step)',
      '    step += 1',
      '    time.sleep(0.005)',
    ]);
    const store = openStore(join(directory, '../..'));
    try {
      const count = async () => {
        await ingest(store);
        return runDetails(store, run).metrics.loss?.count ?? 0;
      };
      const first = await until('points are read', async () => (await count()) || undefined);
      await until('more points are read', async () => (await count()) > first);
      assert.equal(runDetails(store, run).status, 'running');
      process.kill(runDetails(store, run).pid as number, 'SIGKILL');
      await exitOf(directory);
      const [file] = kept(directory);
      const lines = eventFileReader.read(join(directory, file?.file as string), 0, 1 << 26, new Map());
      await until('all is read', async () => (await count()) === lines.events.length - 1);
      assert.equal(runDetails(store, run).status, 'failed');
    } finally {
      store.close();
    }
  });

  it('are not those of another run, another time or a reader', async () => {
    mkdirSync(join(here.folder, 'logs'));
    const earlier = `events.out.tfevents.1600000000.${hostname()}.1.0`;
    writeFileSync(join(here.folder, 'logs', earlier), '');
    const { directory } = await here.python([
      ...imports,
      `open("logs/${earlier}", "ab").write(b"touched")`,
      `reader = open("logs/${earlier}", "rb")`,
      'Writer("logs", pid=1).scalar("loss", 1, 1)',
      'Writer("logs", host="node-7", pid=1).scalar("loss", 2, 1)',
      'Writer("logs", seconds=1600000000).scalar("loss", 3, 1)',
      'os.symlink("/etc/passwd", "logs/events.out.tfevents.%d" % time.time())',
    ]);
    assert.equal((await exitOf(directory)).code, 0);
    assert.deepEqual(
      kept(directory).map(({ source }) => source.includes('.node-7.1.')),
      [true],
    );
  });

  if (process.platform === 'linux') {
    it('are found where a process has them open, wherever that is', async () => {
      const outside = join(here.folder, '..', 'elsewhere');
      const { directory } = await here.python([
        ...imports,
        `w = Writer(${JSON.stringify(outside)})`,
        'w.scalar("loss", 1, 1)',
        'held = open(w.path, "ab")',
        'while not os.path.exists("go"): time.sleep(0.01)',
        'held.write(b"")',
      ]);
      await until('it is kept', () => kept(directory).length > 0);
      here.file('go');
      assert.equal((await exitOf(directory)).code, 0);
      assert.equal(kept(directory).length, 1);
    });
  }

  it('are found in a folder elsewhere that an argument names, also where the script makes it', async () => {
    const logs = join(here.folder, '..', 'made-later');
    const { directory } = await here.python(
      [...imports, 'for part in ("train", "validation"): Writer(sys.argv[1].split("=")[1] + "/" + part)'],
      { args: [`--logdir=${logs}`] },
    );
    assert.equal((await exitOf(directory)).code, 0);
    assert.deepEqual(
      kept(directory).map(({ prefix }) => prefix),
      ['train/', 'validation/'],
    );
  });

  it('are not doubled where the script logs the same to Trainyard', async () => {
    const { directory, run } = await here.python([
      ...imports,
      'import trainyard',
      'w = Writer("logs")',
      'for step in range(9):',
      '    w.scalar("loss", step, step)',
      '    w.scalar("other", step, step)',
      '    trainyard.log({"loss": step + 0.25})',
      'trainyard.params({"units": 1})',
      'w.hparams({"units": 2.0, "depth": 3.0})',
    ]);
    assert.equal((await exitOf(directory)).code, 0);
    const found = await details(directory, run);
    assert.deepEqual([found.metrics.loss?.count, found.metrics.loss?.last, found.metrics.other?.count], [9, 8.25, 9]);
    assert.deepEqual(found.params, { units: 1, depth: 3 });
  });

  it('give the same index when it is built again', async () => {
    const { directory, run } = await here.python([
      ...imports,
      'w = Writer("logs/train")',
      'w.image("cat", bytes([0x89]) + b"PNG\\r\\n\\x1a\\nrest", 1)',
      'w.image("cat", b"<svg onload=alert(1)>", 2)',
      'w.scalar("loss", 1, 1)',
      'Writer("logs/validation").scalar("loss", 2, 1)',
    ]);
    assert.equal((await exitOf(directory)).code, 0);
    const store = join(directory, '../..');
    const before = await details(directory, run);
    const items = (indexes: number[]) => {
      const open = openStore(store);
      try {
        return media(open, run, { kind: 'image', tag: 'train/cat', indexes });
      } finally {
        open.close();
      }
    };
    assert.deepEqual(Object.keys(before.metrics), ['train/loss', 'validation/loss']);
    const shown = items([0, 1, 2]);
    assert.deepEqual(
      shown.map(({ step, shown: one }) => [step, one.kind === 'image' ? one.type : one]),
      [
        [1, 'image/png'],
        [2, { kind: 'none', reason: 'format' }],
      ],
    );
    removeIndex(store);
    assert.deepEqual(await details(directory, run), before);
    assert.deepEqual(items([0, 1, 2]), shown);
    writeFileSync(join(directory, kept(directory)[0]?.file as string), '');
    assert.deepEqual(items([0])[0]?.shown, { kind: 'none', reason: 'unreadable' });
  });
});

describe('the search for event files', () => {
  let here: Yard;
  beforeEach(() => {
    here = yard();
  });
  afterEach(() => here.remove());

  it('reads who writes a file from its name', () => {
    const read = (name: string) => readEventFileName(name, 'node.12.a');
    assert.deepEqual(read('events.out.tfevents.1700000000.node.12.a.4711.0.v2'), {
      seconds: 1_700_000_000,
      elsewhere: false,
      pid: 4711,
    });
    assert.deepEqual(read('events.out.tfevents.1700000000.node.12.a'), {
      seconds: 1_700_000_000,
      elsewhere: false,
      pid: null,
    });
    assert.deepEqual(read('events.out.tfevents.1700000000.other.4711.0'), {
      seconds: 1_700_000_000,
      elsewhere: true,
      pid: null,
    });
    assert.deepEqual(read('x.tfevents'), { seconds: null, elsewhere: false, pid: null });
  });

  it('names metrics after the folders below the run’s own', () => {
    const named = (...folders: string[]) => folders.map(eventPrefixes());
    assert.deepEqual(named('/a/runs/x', '/a/runs/x/sub', '/a/runs/x'), ['', 'sub/', '']);
    assert.deepEqual(named('/a/logs/train', '/a/logs/validation', '/a/logs'), ['train/', 'validation/', '']);
    assert.deepEqual(named('/a/x', '/a/x/1700000000.123'), ['', '']);
    assert.deepEqual(named('/a/x', '/b/y', '/c/y', '/d/y/train'), ['', 'y/', 'y-2/', 'y/train/']);
    const folder = array(constantFrom('a', 'train', 'val', 'b'), { minLength: 1, maxLength: 4 });
    check(
      property(array(folder, { maxLength: 20 }), (paths) => {
        const prefixOf = eventPrefixes();
        const all = new Map(paths.map((path) => [`/${path.join('/')}`, prefixOf(`/${path.join('/')}`)]));
        assert.equal(new Set(all.values()).size, all.size);
      }),
    );
  });

  it('stays within its bounds, and passes by what is hidden or an environment', async () => {
    const limits = { entries: 1_000, depth: 3, milliseconds: 10_000 };
    const at = (name: string) => here.file(name, '');
    const [first, second] = [at('a.tfevents.1'), at('logs/b.tfevents.1')];
    for (const name of ['.hidden/c', 'venv/d', '1/2/3/4/e', 'node_modules/f', 'store/g']) at(`${name}.tfevents.1`);
    at('venv/pyvenv.cfg');
    const found = await walkForEventFiles([here.folder], join(here.folder, 'store'), limits);
    assert.deepEqual(found.sort(), [first, second].sort());
    assert.deepEqual(await walkForEventFiles([here.folder], '', { ...limits, entries: 0 }), []);
  });

  it('keeps files under names that stay in the run’s folder', async () => {
    const run = join(here.folder, 'run');
    mkdirSync(run);
    const source = here.file('tfevents.\u202e..\\..\n;rm -rf $HOME', 'x');
    const files: string[] = [];
    const keeper = eventFileKeeper(run);
    await keeper.keep(source, (file) => files.push(file));
    await keeper.keep(source, (file) => files.push(file));
    assert.equal(files.length, 1);
    assert.match(files[0] as string, /^events\/0001-[A-Za-z0-9._-]+$/);
    assert.equal(readFileSync(join(run, files[0] as string), 'utf8'), 'x\n');
  });

  it('copies as it grows where the file system allows no link', async function () {
    const run = join(here.folder, 'run');
    mkdirSync(run);
    const shared = '/dev/shm';
    const other = existsSync(shared) && statSync(shared).dev !== statSync(run).dev;
    if (!other) skipBecause(this, `${shared} is no file system of its own`);
    const source = execFileSync('mktemp', [join(shared, 'tfevents.XXXXXX')], { encoding: 'utf8' }).trim();
    try {
      const keeper = eventFileKeeper(run);
      await keeper.keep(source, () => undefined);
      for (const content of ['one', 'onetwo', 'onetwothree']) {
        writeFileSync(source, content);
        await keeper.copyOn();
        const [name] = readdirSync(join(run, 'events'));
        assert.equal(readFileSync(join(run, 'events', name as string), 'utf8'), content);
      }
    } finally {
      execFileSync('rm', ['-f', source]);
    }
  });
});
