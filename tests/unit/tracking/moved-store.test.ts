import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { exactJson } from '../../../src/base/json.ts';
import { openStore, type Store } from '../../../src/store/index.ts';
import {
  codeChanges,
  curves,
  examine,
  ingest,
  type Launched,
  launch,
  points,
  readOutput,
  rerunRequest,
  runDetails,
} from '../../../src/tracking/index.ts';
import { runDocument } from '../../../src/tracking/run-document.ts';
import { skipBecause } from '../../support/skip.ts';
import { until } from '../../support/until.ts';
import { exitOf, type Yard, yard } from '../../support/yard.ts';

const train = [
  'import os, sys, time',
  'import trainyard',
  'rows = open("data.csv").read()',
  'for step in range(300): trainyard.log({"loss": 1 / (step + 1)}, step=step)',
  'open("model.txt", "w").write("weights")',
  'trainyard.artifact("model.txt", name="model")',
  'trainyard.dataset("data.csv", "rows")',
  'print("trained on", len(rows), flush=True)',
  'while sys.argv[1:] == ["wait"] and not os.path.exists(os.path.join(os.path.dirname(__file__), "go-on")): time.sleep(0.02)',
  'if sys.argv[1:] == ["fail"]: raise ValueError("bad shape")',
  'trainyard.log({"loss": 0.0}, step=300)',
];

describe('a store that is moved', () => {
  let here: Yard;
  let open: Store | undefined;
  let runs: Record<'finished' | 'failed', Launched>;

  const git = (...args: string[]) => execFileSync('git', args, { cwd: here.folder, stdio: 'ignore' });
  const start = (...args: string[]) =>
    here.launch({ target: { kind: 'script', path: 'train.py' }, name: args[0] ?? 'finished', args });

  beforeEach(async () => {
    here = yard();
    git('init');
    here.file('train.py', ...train);
    here.file('data.csv', 'x,y', '1,2');
    git('add', '--all');
    git('-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', 'commit', '--message', 'first');
    here.file('train.py', ...train, '# not committed');
    runs = { finished: await start(), failed: await start('fail') };
    for (const { directory } of Object.values(runs)) await exitOf(directory);
  });
  afterEach(() => {
    open?.close();
    here.remove();
  });

  async function opened(folder: string, options: { readOnly?: boolean } = {}): Promise<Store> {
    open?.close();
    open = openStore(join(folder, '.trainyard'), options);
    await ingest(open);
    return open;
  }

  /** Everything that is told of a run, with the paths of `folder` written as `~`. */
  async function told(store: Store, { run }: Launched): Promise<string> {
    const details = runDetails(store, run);
    const signal = new AbortController().signal;
    const { steps, times, values } = points(store, run, 'loss');
    const all = {
      shown: JSON.parse(exactJson(runDocument(details))),
      points: [[...steps], [...times], [...values]],
      curves: curves(store, run, { names: ['loss'], buckets: 20 }).map(({ count }) => count),
      code: details.code,
      changes: await Promise.all((['commit', 'workspace'] as const).map((way) => codeChanges(details, way, signal))),
      artifacts: details.artifacts.map(({ path }) => readFileSync(join(details.directory, path), 'utf8')),
    };
    const output = await readOutput(details.directory, { stream: 'both' });
    return exactJson(all, 1).replaceAll(dirname(store.folder), '~') + exactJson(output, 1);
  }

  async function assertTold(store: Store, were: string[]): Promise<void> {
    for (const [index, run] of Object.values(runs).entries()) {
      const lines = (await told(store, run)).split('\n');
      const before = were[index]?.split('\n') ?? [];
      assert.deepEqual(
        lines.filter((line) => !before.includes(line)),
        before.filter((line) => !lines.includes(line)),
      );
    }
  }

  it('shows the same in its new place, and starts its runs again there', async () => {
    const before = await opened(here.folder);
    const were = await Promise.all(Object.values(runs).map((run) => told(before, run)));
    open?.close();
    const elsewhere = join(here.folder, '..', 'elsewhere', 'moved');
    mkdirSync(dirname(elsewhere));
    renameSync(here.folder, elsewhere);
    const store = await opened(realpathSync(elsewhere));
    await assertTold(store, were);
    assert.match(were[1] as string, /"file": "~\/train\.py"/);
    assert.match(were[0] as string, /"path": "~\/data\.csv"/);

    const directory = join(store.folder, 'runs', runs.finished.run);
    const request = rerunRequest(directory);
    const again = await launch(request.folder, request, new AbortController().signal);
    assert.equal(dirname(again.directory), join(store.folder, 'runs'));
    assert.equal((await exitOf(again.directory)).code, 0);
    assert.ok(!existsSync(here.folder), 'nothing is made again in the old place');
    mkdirSync(here.folder);

    assert.deepEqual((await examine(store.folder, { rebuild: true })).problems, []);
    const rebuilt = await opened(dirname(store.folder));
    await assertTold(rebuilt, were);
  });

  it('is copied while runs go on and the index is open, and says on another machine why it starts none', async () => {
    const waits = await start('wait');
    const store = await opened(here.folder);
    await until('all its points are there', async () => {
      await ingest(store);
      return runDetails(store, waits.run).metrics.loss?.count === 300;
    });
    assert.ok(existsSync(`${store.index}-wal`));
    const copy = join(here.folder, '..', 'copy');
    cpSync(here.folder, copy, { recursive: true });
    writeFileSync(join(here.folder, 'go-on'), '');
    await exitOf(waits.directory);
    await ingest(store);
    const were = await Promise.all(Object.values(runs).map((run) => told(store, run)));

    const usual = process.env.TRAINYARD_HOME;
    process.env.TRAINYARD_HOME = join(here.folder, '..', 'another-user');
    try {
      const copied = await opened(realpathSync(copy));
      await assertTold(copied, were);
      assert.equal(runDetails(copied, waits.run).metrics.loss?.count, 300);
      assert.equal(runDetails(copied, waits.run).status, 'lost');
      assert.throws(() => rerunRequest(runDetails(copied, runs.finished.run).directory), { code: 'run-not-marked' });
      assert.deepEqual((await examine(copied.folder)).problems, []);
    } finally {
      process.env.TRAINYARD_HOME = usual;
    }
  });

  it('is shown from a medium that cannot be written to', async function () {
    const store = await opened(here.folder);
    const were = await Promise.all(Object.values(runs).map((run) => told(store, run)));
    store.close();
    const copy = join(here.folder, '..', 'medium');
    cpSync(here.folder, copy, { recursive: true });
    const all = () => readdirSync(copy, { recursive: true, encoding: 'utf8' }).sort();
    const names = all();
    const unmount = mountReadOnly(copy);
    if (!unmount) skipBecause(this, 'only an administrator may mount a folder without the right to write');
    try {
      const shown = await opened(realpathSync(copy), { readOnly: true });
      await assertTold(shown, were);
      open?.close();
      await assert.rejects(() => opened(realpathSync(copy)), { code: 'store-not-writable' });
      assert.deepEqual(all(), names);
    } finally {
      open?.close();
      unmount?.();
    }
  });

  it('loses nothing of a run that goes on meanwhile', async () => {
    const waits = await start('wait');
    const moved = join(here.folder, '..', 'moved');
    await until('it has begun', () => readFileSync(join(waits.directory, 'stdout.log'), 'utf8').includes('trained'));
    renameSync(here.folder, moved);
    mkdirSync(here.folder);
    writeFileSync(join(here.folder, 'go-on'), '');
    const store = await opened(realpathSync(moved));
    const ended = await until('it has ended', async () => {
      await ingest(store);
      const details = runDetails(store, waits.run);
      return details.status !== 'running' && details;
    });
    assert.deepEqual([ended.metrics.loss?.count, ended.metrics.loss?.last], [301, 0]);
    assert.ok(['finished', 'lost'].includes(ended.status), ended.status);
    assert.deepEqual(readdirSync(here.folder), ['go-on'], 'nothing is made again in the old place');
  });
});

/** Answers what takes it back; undefined where this user may not. */
function mountReadOnly(folder: string): (() => void) | undefined {
  try {
    execFileSync('mount', ['--bind', '-o', 'ro', folder, folder], { stdio: 'ignore' });
    return () => execFileSync('umount', [folder]);
  } catch {
    return undefined;
  }
}
