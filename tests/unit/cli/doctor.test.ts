import assert from 'node:assert/strict';
import { appendFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive } from '../../../src/base/process-identity.ts';
import { runProcesses } from '../../../src/tracking/run-processes.ts';
import { type Playground, playground } from '../../support/cli.ts';
import { until } from '../../support/until.ts';

interface Report {
  runs: number;
  running: number;
  rebuilt: boolean;
  settled: string[];
  adopted: string[];
  sealed: { run: string; file: string; before: number; after: number }[];
  problems: { run: string | null; code: string; mended: boolean; message: string }[];
}

describe('trainyard doctor', () => {
  let here: Playground;
  beforeEach(() => {
    here = playground();
    here.file('train.py', [
      'import trainyard',
      'for step in range(3): trainyard.log({"loss": 1 / (step + 1)}, step=step)',
      'open("model.txt", "w").write("weights"); trainyard.artifact("model.txt")',
    ]);
  });
  afterEach(() => here.remove());

  const doctor = async (...args: string[]) => {
    const { code, value } = await here.json('doctor', ...args, '--json');
    return { code, ...(value as Report) };
  };
  const all = async () =>
    (await here.json('runs', '--json')).value as { id: string; name: string; directory: string }[];

  it('finds nothing wrong with a sound store', async () => {
    await here.trainyard('run', 'train.py');
    const { code, runs, problems } = await doctor();
    assert.deepEqual([code, runs, problems], [0, 1, []]);
    assert.match((await here.trainyard('doctor')).stdout, /1 run, 0 running\.\nNothing is wrong\.\n$/);
  });

  it('--rebuild brings back every run, point, name, note and tag, even from rubbish', async () => {
    await here.trainyard('run', '--name', 'first', 'train.py');
    await here.trainyard('run', '--name', 'second', 'train.py');
    await here.trainyard('note', 'first', 'a note');
    await here.trainyard('tag', 'second', 'k=v');
    await here.trainyard('name', 'second', 'renamed');
    await here.trainyard('archive', 'first');
    const before = (await here.json('runs', '--archived', '--json')).value;
    const points = (await here.json('metrics', 'renamed', 'loss', '--json')).value;
    const index = join(here.folder, '.trainyard/trainyard.db');
    for (const suffix of ['-wal', '-shm']) rmSync(index + suffix, { force: true });
    writeFileSync(index, 'rubbish '.repeat(1000));
    assert.equal((await here.trainyard('runs')).code, 4);
    const { code, rebuilt, runs } = await doctor('--rebuild');
    assert.deepEqual([code, rebuilt, runs], [0, true, 2]);
    assert.deepEqual((await here.json('runs', '--archived', '--json')).value, before);
    assert.deepEqual((await here.json('metrics', 'renamed', 'loss', '--json')).value, points);
  });

  it('mends a broken index and a lost run.json by itself, and fails only for what it did not mend', async () => {
    await here.trainyard('run', '--name', 'first', 'train.py');
    const before = (await here.json('runs', '--json')).value;
    const [run] = await all();
    const asked = join(run?.directory ?? '', 'run.json');
    rmSync(asked);
    const { code, problems } = await doctor();
    assert.deepEqual(
      [code, problems.map((one) => [one.run, one.code, one.mended])],
      [0, [[run?.id, 'run-file-restored', true]]],
    );
    assert.ok(problems.every(({ message }) => message.includes('run.json') && !message.includes('{')));
    const index = join(here.folder, '.trainyard/trainyard.db');
    for (const suffix of ['-wal', '-shm']) rmSync(index + suffix, { force: true });
    writeFileSync(index, 'rubbish '.repeat(1000));
    const mended = await here.trainyard('doctor');
    assert.equal(mended.code, 0);
    assert.match(mended.stdout, /index rebuilt\.\n✓ [^\n]+\n✓ [^\n]+\n2 problems found, and mended\.\n$/);
    assert.deepEqual((await here.json('runs', '--json')).value, before);
    const journal = readdirSync(run?.directory ?? '').find((name) => name.startsWith('journal-')) as string;
    appendFileSync(join(run?.directory ?? '', journal), '\u001enot json\n');
    rmSync(asked);
    const both = await here.trainyard('doctor');
    assert.equal(both.code, 1);
    assert.match(both.stdout, /\n2 problems found, 1 of them mended\.\n$/);
  });

  it('seals the long journals of runs that have ended, and loses no point', async () => {
    here.file('train.py', ['import trainyard', 'for step in range(5000): trainyard.log(loss=1 / (step + 1))']);
    await here.trainyard('run', '--name', 'long', 'train.py');
    const points = (await here.json('metrics', 'long', 'loss', '--json')).value;
    const [run] = await all();
    const files = () => readdirSync(run?.directory ?? '').filter((name) => name.startsWith('journal-'));
    const [journal = ''] = files();
    const { code, sealed } = await doctor();
    assert.equal(code, 0);
    assert.deepEqual(
      sealed.map(({ run: id, file }) => [id, file]),
      [[run?.id, journal]],
    );
    assert.ok(sealed.every(({ before, after }) => after < before / 3));
    assert.deepEqual(files(), [journal.replace('.jsonl', '.sealed')]);
    assert.deepEqual((await doctor('--rebuild')).sealed, []);
    assert.deepEqual((await here.json('metrics', 'long', 'loss', '--json')).value, points);
    assert.match((await here.trainyard('doctor')).stdout, /Nothing is wrong\.\n$/);
  });

  it('names damaged records, and artifacts that are missing or changed', async () => {
    await here.trainyard('run', '--name', 'damaged', 'train.py');
    await here.trainyard('run', '--name', 'changed', 'train.py');
    await here.trainyard('run', '--name', 'missing', 'train.py');
    const runs = await all();
    const directory = (name: string) => runs.find((run) => run.name === name)?.directory as string;
    const journal = readdirSync(directory('damaged')).find((name) => name.startsWith('journal-')) as string;
    appendFileSync(join(directory('damaged'), journal), '\u001e[1,2,{garbage\n\u001e{"kind":"end"\u001e');
    const artifact = (name: string) => {
      const folder = join(directory(name), 'artifacts');
      return join(
        folder,
        readdirSync(folder, { recursive: true })
          .map(String)
          .find((file) => file.endsWith('.txt')) ?? '',
      );
    };
    writeFileSync(artifact('changed'), 'weightz');
    rmSync(artifact('missing'));
    const { code, problems } = await doctor();
    assert.equal(code, 1);
    const named = problems.map((problem) => [runs.find(({ id }) => id === problem.run)?.name, problem.code]);
    for (const [name, what] of [
      ['damaged', 'journal-damaged'],
      ['changed', 'artifact-changed'],
      ['missing', 'artifact-missing'],
    ]) {
      assert.ok(
        named.some(([run, found]) => run === name && found === what),
        JSON.stringify(problems),
      );
    }
    assert.ok(problems.every(({ message }) => message.length > 10 && !message.includes('{')));
    assert.equal((await here.trainyard('doctor')).code, 1);
  });

  it('settles a run whose processes were all killed', async () => {
    here.file('forever.py', ['import time', 'print("begun", flush=True)', 'while True: time.sleep(0.05)']);
    const { value } = await here.json('run', '--detach', '--json', 'forever.py');
    const { id, directory } = value as { id: string; directory: string };
    await until('its processes are known', async () => {
      const shown = (await here.json('show', id, '--json')).value as { pid: number | null };
      return shown.pid !== null;
    });
    const { supervisor, keeper, script } = runProcesses(directory);
    for (const one of [supervisor, keeper, script]) if (one) process.kill(one.pid, 'SIGKILL');
    const { code, running, settled } = await doctor();
    assert.deepEqual([code, running, settled], [0, 0, [id]]);
    assert.equal(((await here.json('show', id, '--json')).value as { status: string }).status, 'lost');
  });

  it('gives a supervisor to a run that has lost its own', async () => {
    here.file('waits.py', [
      'import os, sys, time',
      'print("begun", flush=True)',
      'while not os.path.exists("go"): time.sleep(0.02)',
      'sys.exit(4)',
    ]);
    const { value } = await here.json('run', '--detach', '--json', 'waits.py');
    const { id, directory } = value as { id: string; directory: string };
    const { supervisor } = runProcesses(directory);
    assert.ok(supervisor);
    process.kill(supervisor.pid, 'SIGKILL');
    await until('the supervisor has gone', () => !isAlive(supervisor));
    const { adopted, running } = await doctor();
    assert.deepEqual([adopted, running], [[id], 1]);
    await until('it has another', () => runProcesses(directory).supervisor?.pid !== supervisor.pid);
    here.file('go', []);
    const shown = await until('it has ended', async () => {
      const run = (await here.json('show', id, '--json')).value as { status: string; exitCode: number };
      return run.status !== 'running' && run;
    });
    assert.deepEqual([shown.status, shown.exitCode], ['failed', 4]);
  });
});
