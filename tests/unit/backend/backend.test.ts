import assert from 'node:assert/strict';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ApiEvents } from '../../../src/contract/api.ts';
import { runProcesses } from '../../../src/tracking/run-processes.ts';
import { type RunningBackend, startBackend } from '../../support/backend.ts';
import { type Playground, playground } from '../../support/cli.ts';
import { until } from '../../support/until.ts';

const training = [
  'import argparse, pathlib, sys, time, trainyard',
  'parser = argparse.ArgumentParser()',
  'parser.add_argument("--lr", type=float, default=0.1)',
  'lr = parser.parse_args().lr',
  'for step in range(5): trainyard.log({"loss": lr / (step + 1)}, step=step)',
  'print("half way", flush=True)',
  'while not pathlib.Path("go").exists(): time.sleep(0.02)',
  'trainyard.log({"loss": 0.5}, step=5)',
  'print("done", file=sys.stderr)',
];

describe('the backend process', () => {
  let here: Playground;
  let backends: RunningBackend[];
  beforeEach(() => {
    here = playground();
    backends = [];
    here.file('train.py', training);
  });
  afterEach(async () => {
    await Promise.all(backends.map((backend) => backend.stop()));
    await here.remove();
  });

  const open = async (trusted = true) => {
    const backend = startBackend(here.environment);
    backends.push(backend);
    const [state] = await backend.call('open', { folders: [{ path: here.folder, name: 'project', trusted }] });
    assert.ok(state);
    return { backend, state };
  };
  const launch = (backend: RunningBackend, args: string[] = []) =>
    backend.call('launch', {
      folder: here.folder,
      target: { kind: 'script', path: 'train.py' },
      args,
      origin: 'window',
    });
  const rejects = (promise: Promise<unknown>, code: string, params: object = {}) =>
    assert.rejects(promise, (error: { code?: string; params?: object }) => {
      assert.equal(error.code, code);
      for (const [name, value] of Object.entries(params)) assert.equal(Reflect.get(error.params ?? {}, name), value);
      return true;
    });

  it('makes no store until something is launched, and then follows the run', async () => {
    const { backend, state } = await open();
    assert.deepEqual(
      { ...state },
      { path: here.folder, store: null, readOnly: false, runs: 0, running: 0, problem: null },
    );
    await rejects(backend.call('runs', { folder: here.folder }), 'no-store');
    assert.ok(!existsSync(join(here.folder, '.trainyard')));

    const { run, directory } = await launch(backend, ['--lr', '1']);
    assert.ok(existsSync(directory));
    assert.equal((await backend.call('run', { folder: here.folder, run })).status, 'running');
    await until('its points have arrived', async () => {
      const [curve] = await backend.call('curves', { folder: here.folder, run, buckets: 10 });
      return curve?.count === 5;
    });
    const changes = () => backend.events.filter(({ name }) => name === 'changed');
    const about = changes().map(({ value }) => value as ApiEvents['changed']);
    assert.ok(about.length > 0);
    for (const { folder, runs } of about) assert.deepEqual([folder, runs], [here.folder, [run]]);

    here.file('go', []);
    const details = await until('the run has ended', async () => {
      const found = await backend.call('run', { folder: here.folder, run });
      return found.status === 'finished' && found;
    });
    assert.deepEqual([details.exitCode, details.params.lr, details.metrics.loss?.count], [0, 1, 6]);
    const { steps, values } = await backend.call('points', { folder: here.folder, run, name: 'loss' });
    assert.deepEqual([...steps], [0, 1, 2, 3, 4, 5]);
    assert.deepEqual([...values], [1, 1 / 2, 1 / 3, 1 / 4, 1 / 5, 0.5]);
    const { chunks } = await backend.call('output', { folder: here.folder, run, stream: 'both' });
    assert.equal(chunks.map(({ text }) => text).join(''), 'half way\ndone\n');
    await until('the folder is told to have one run, and none running', () => {
      const states = backend.events.filter(({ name }) => name === 'folders').at(-1)?.value as ApiEvents['folders'];
      return states[0]?.runs === 1 && states[0].running === 0;
    });
  });

  it('tells its window of what a terminal and another window did', async () => {
    const { backend } = await open();
    const { run } = await launch(backend);
    const { backend: second } = await open();
    await until('the second window knows the run', async () => {
      const { runs } = await second.call('runs', { folder: here.folder });
      return runs.some(({ id }) => id === run);
    });
    const told = () => second.events.filter(({ name }) => name === 'changed').length;
    for (let times = 0; times < 3; times++) {
      const before = told();
      await backend.call('star', { folder: here.folder, runs: [run], starred: times % 2 === 0 });
      await until('the second window is told', () => told() > before);
    }
    const before = told();
    assert.equal((await here.trainyard('name', run, 'from a terminal')).code, 0);
    await until('the second window is told of the terminal', () => told() > before);
    assert.equal((await second.call('run', { folder: here.folder, run })).name, 'from a terminal');
    here.file('go', []);
  });

  it('tells of changes by itself, at most five times a second', async () => {
    const { backend } = await open();
    here.file('busy.py', [
      'import pathlib, time, trainyard',
      'while not pathlib.Path("go").exists(): trainyard.log({"x": 1}); time.sleep(0.005)',
    ]);
    const begun = performance.now();
    const { run } = await backend.call('launch', {
      folder: here.folder,
      target: { kind: 'script', path: 'busy.py' },
      origin: 'window',
    });
    const told = () => backend.events.filter(({ name }) => name === 'changed').length;
    await until('eight changes are told', () => told() >= 8);
    here.file('go', []);
    await until(
      'it has ended',
      async () => (await backend.call('run', { folder: here.folder, run })).status === 'finished',
    );
    // Several may have come at once where this process had to wait, so that only all of them together can be counted.
    const seconds = (performance.now() - begun) / 1000;
    assert.ok(told() <= 5 * seconds + 2, `${told()} in ${seconds} s`);
  });

  it('tells of output, too', async () => {
    const { backend } = await open();
    here.file('prints.py', [
      'import pathlib, time',
      'for name in ("one", "two"):',
      '    while not pathlib.Path(name).exists(): time.sleep(0.02)',
      '    print(name, flush=True)',
      'while not pathlib.Path("go").exists(): time.sleep(0.02)',
    ]);
    const { run } = await backend.call('launch', {
      folder: here.folder,
      target: { kind: 'script', path: 'prints.py' },
      origin: 'window',
    });
    for (const name of ['one', 'two']) {
      let seen = backend.events.length;
      here.file(name, []);
      await until(`an event about ${name}`, async () => {
        const told = backend.events.slice(seen).some((event) => event.name === 'changed');
        if (!told) return false;
        seen = backend.events.length;
        const { chunks } = await backend.call('output', { folder: here.folder, run, stream: 'both' });
        return chunks.some(({ text }) => text.includes(name));
      });
    }
    here.file('go', []);
  });

  it('sees what the command line does, and the other way round', async () => {
    const { backend } = await open();
    const { backend: second } = await open();
    const started = await Promise.all([launch(backend), launch(second), here.trainyard('run', '--detach', 'train.py')]);
    const ids = [started[0].run, started[1].run, started[2].stdout.trim()];
    await Promise.all([
      backend.call('name', { folder: here.folder, run: ids[0] as string, name: 'by the first' }),
      second.call('note', { folder: here.folder, run: ids[0] as string, note: 'by the second' }),
      here.trainyard('tag', ids[0] as string, 'by=cli'),
    ]);
    here.file('go', []);
    for (const one of [backend, second]) {
      await until('both see all three', async () => {
        const { runs, total } = await one.call('runs', { folder: here.folder });
        const first = runs.find(({ id }) => id === ids[0]);
        const all = total === 3 && runs.every(({ status }) => status === 'finished');
        return all && first?.name === 'by the first' && first.tags.by === 'cli';
      });
      assert.equal((await one.call('run', { folder: here.folder, run: ids[0] as string })).note, 'by the second');
    }
    const { value } = await here.json('runs', '--json');
    assert.deepEqual((value as { id: string }[]).map(({ id }) => id).sort(), ids.sort());
  });

  it('stop, rerun, star, archive, delete', async () => {
    const { backend } = await open();
    const folder = here.folder;
    const first = await launch(backend, ['--lr', '3']);
    await until(
      'it logs',
      async () => (await backend.call('run', { folder, run: first.run })).metrics.loss?.count === 5,
    );
    await backend.call('stop', { folder, run: first.run });
    assert.equal((await backend.call('run', { folder, run: first.run })).status, 'stopped');
    await rejects(backend.call('stop', { folder, run: first.run }), 'run-not-running');
    here.file('go', []);
    const again = await backend.call('rerun', { folder, run: first.run, args: ['--lr', '4'], origin: 'window' });
    const details = await until('the second has ended', async () => {
      const found = await backend.call('run', { folder, run: again.run });
      return found.status === 'finished' && found;
    });
    assert.deepEqual([details.args, details.rerunOf], [['--lr', '4'], first.run]);
    await backend.call('star', { folder, runs: [first.run, again.run], starred: true });
    await backend.call('archive', { folder, runs: [first.run], archived: true });
    const { runs } = await backend.call('runs', { folder });
    assert.deepEqual(
      runs.map(({ id, starred }) => [id, starred]),
      [[again.run, true]],
    );
    const { bytes } = await backend.call('delete', { folder, runs: [first.run] });
    assert.ok(bytes > 0);
    assert.ok(!existsSync(first.directory));
    await rejects(backend.call('run', { folder, run: first.run }), 'run-missing');
  });

  it('an untrusted folder is read, and nothing in it is started or written', async () => {
    here.file('go', []);
    await here.trainyard('run', 'train.py');
    const { backend, state } = await open(false);
    const folder = here.folder;
    assert.deepEqual([state.readOnly, state.runs], [true, 1]);
    const { runs } = await backend.call('runs', { folder });
    const run = runs[0]?.id as string;
    assert.equal((await backend.call('run', { folder, run })).status, 'finished');
    const refused = [
      launch(backend),
      backend.call('rerun', { folder, run, origin: 'window' }),
      backend.call('stop', { folder, run }),
      backend.call('name', { folder, run, name: 'x' }),
      backend.call('note', { folder, run, note: 'x' }),
      backend.call('tag', { folder, runs: [run], key: 'k', value: 'v' }),
      backend.call('star', { folder, runs: [run], starred: true }),
      backend.call('archive', { folder, runs: [run], archived: true }),
      backend.call('delete', { folder, runs: [run] }),
      backend.call('interpreters', { folder }),
    ];
    for (const call of refused) await rejects(call, 'untrusted', { folder });
    const form = await backend.call('script', { folder, path: join(folder, 'train.py') });
    assert.deepEqual([form.interpreter, form.interpreterProblem?.code], [null, 'untrusted']);
  });

  it('an untrusted folder gets no index', async () => {
    here.file('go', []);
    await here.trainyard('run', 'train.py');
    for (const suffix of ['', '-wal', '-shm'])
      rmSync(join(here.folder, `.trainyard/trainyard.db${suffix}`), { force: true });
    const { backend } = await open(false);
    assert.equal((await backend.call('runs', { folder: here.folder })).total, 1);
    assert.ok(!existsSync(join(here.folder, '.trainyard/trainyard.db')));
  });

  it('offers scripts and their arguments, with what was typed last', async () => {
    here.file('go', []);
    const { backend } = await open();
    const { run } = await launch(backend, ['--lr', '7']);
    await until(
      'it has ended',
      async () => (await backend.call('run', { folder: here.folder, run })).status === 'finished',
    );
    const [first] = await backend.call('scripts', { folder: here.folder });
    assert.deepEqual([first?.path, first?.entry, first?.lastRun?.args], ['train.py', true, ['--lr', '7']]);
    const form = await backend.call('script', { folder: here.folder, path: join(here.folder, 'train.py') });
    assert.deepEqual(
      form.arguments.map(({ flag, default: value }) => [flag, value]),
      [['--lr', '0.1']],
    );
    assert.deepEqual(form.lastArgs, ['--lr', '7']);
    assert.match(form.interpreter?.version ?? '', /^3\./);
  });

  it('answers bad input and unknown calls with typed errors, and lives on', async () => {
    const { backend } = await open();
    const call = backend.call as (name: string, input: unknown) => Promise<unknown>;
    await rejects(call('run', { folder: here.folder }), 'bad-input', { what: 'run.run' });
    await rejects(call('star', { folder: here.folder, runs: [], starred: true }), 'bad-input', { what: 'star.runs' });
    await rejects(call('launch', null), 'bad-input', { what: 'launch' });
    await rejects(call('nonsense', {}), 'unknown-call', { name: 'nonsense' });
    backend.send('not a message');
    backend.send({ kind: 'cancel', id: 12345 });
    assert.deepEqual((await backend.call('interpreters', { folder: here.folder })).length > 0, true);
  });

  it('a call can be cancelled, and has a deadline', async () => {
    const { backend } = await open();
    const abort = new AbortController();
    const call = backend.call('scripts', { folder: here.folder }, { signal: abort.signal });
    abort.abort();
    await rejects(call, 'cancelled');
    await rejects(backend.call('interpreters', { folder: here.folder }, { deadline: 0 }), 'deadline');
    assert.equal((await backend.call('open', { folders: [] })).length, 0);
  });

  it('says why a store cannot be used, and uses it when it is mended', async () => {
    here.file('go', []);
    await here.trainyard('run', 'train.py');
    const index = join(here.folder, '.trainyard/trainyard.db');
    here.file('.trainyard/trainyard.db', ['no database at all'.repeat(1000)]);
    const { backend, state } = await open();
    assert.deepEqual([state.problem?.code, state.problem?.params.file], ['store-broken', index]);
    await rejects(backend.call('runs', { folder: here.folder }), 'store-broken');
    rmSync(index);
    await until('the store is opened again', async () => {
      const states = backend.events.filter(({ name }) => name === 'folders').at(-1)?.value as ApiEvents['folders'];
      return states?.[0]?.problem === null && states[0].runs === 1;
    });
  });

  it('keeps the folders of a window apart, and shows a store to every folder that lies in it', async () => {
    const { backend } = await open();
    const [own, inside] = ['own', 'inside'].map((name) => join(here.folder, name)) as [string, string];
    mkdirSync(join(own, '.trainyard'), { recursive: true });
    mkdirSync(inside);
    here.file('go', []);
    const folders = [here.folder, inside, own].map((path) => ({ path, name: path, trusted: true }));
    await backend.call('open', { folders });
    const { run } = await launch(backend);
    const count = async (folder: string) => (await backend.call('runs', { folder })).total;
    await until('both folders of the store are told', () =>
      [here.folder, inside].every((folder) =>
        backend.events.some(
          ({ name, value }) => name === 'changed' && (value as ApiEvents['changed']).folder === folder,
        ),
      ),
    );
    assert.deepEqual([await count(here.folder), await count(inside), await count(own)], [1, 1, 0]);
    await rejects(backend.call('run', { folder: own, run }), 'run-missing');
    await backend.call('open', { folders: [{ path: own, name: 'own', trusted: true }] });
    await rejects(backend.call('star', { folder: here.folder, runs: [run], starred: true }), 'untrusted');
  });

  it('notices a store that another process makes', async () => {
    here.file('go', []);
    const { backend, state } = await open();
    assert.equal(state.store, null);
    await here.trainyard('run', 'train.py');
    await until('the window is told', () =>
      backend.events.some(({ name, value }) => name === 'folders' && (value as ApiEvents['folders'])[0]?.runs === 1),
    );
  });

  it('settles a run whose processes have all been killed', async () => {
    const { backend } = await open();
    const { run, directory } = await launch(backend);
    const folder = here.folder;
    await until('its processes are known', async () => {
      const found = await backend.call('run', { folder, run });
      return found.pid !== null && found.supervisorPid !== null;
    });
    const { supervisor, keeper, script } = runProcesses(directory);
    for (const one of [supervisor, keeper, script]) if (one) process.kill(one.pid, 'SIGKILL');
    await until('it is lost', async () => (await backend.call('run', { folder, run })).status === 'lost');
  });

  it('ends with what happened in its log when something unforeseen does', async () => {
    const { backend } = await open();
    backend.send(null);
    assert.equal((await backend.exited).code, 1);
    const crash = backend.log().find(({ event }) => event === 'backend-crashed');
    assert.match(String(crash?.stack), /TypeError/);
  });

  it('ends when the window goes, and leaves the run alone', async () => {
    const { backend } = await open();
    const { run } = await launch(backend);
    backend.child.disconnect();
    assert.deepEqual(await backend.exited, { code: 0, signal: null });
    const { value } = await here.json('show', run, '--json');
    assert.equal((value as { status: string }).status, 'running');
    here.file('go', []);
  });
});
