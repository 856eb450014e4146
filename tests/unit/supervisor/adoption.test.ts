import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { keeperFile, readKeeperLog } from '../../../src/base/keeper-log.ts';
import { isAlive } from '../../../src/base/process-identity.ts';
import type { RunFile } from '../../../src/contract/run-file.ts';
import { openStore } from '../../../src/store/index.ts';
import { giveSupervisor } from '../../../src/tracking/adopt-runs.ts';
import { adoptAbandoned, ingest, points, runDetails, stopRun } from '../../../src/tracking/index.ts';
import { runProcesses } from '../../../src/tracking/run-processes.ts';
import { readSupervisorRecords } from '../../../src/tracking/supervisor-file.ts';
import { skipBecause } from '../../support/skip.ts';
import { until } from '../../support/until.ts';
import { exitOf, type Yard, yard } from '../../support/yard.ts';

describe('a run whose supervisor is killed', function () {
  this.timeout(60_000);
  let here: Yard;
  before(function () {
    if (process.platform === 'win32') skipBecause(this, 'there is no keeper on Windows');
  });
  beforeEach(() => {
    here = yard();
  });
  afterEach(() => here.remove());

  const waits = (...rest: string[]) => [
    'import os, sys, time',
    'import trainyard',
    'trainyard.log({"loss": 1.0})',
    'open("ready", "w")',
    'while not os.path.exists("go"): time.sleep(0.02)',
    'trainyard.log({"loss": 0.5})',
    ...rest,
  ];
  const ready = () => until('the script is ready', () => existsSync(join(here.folder, 'ready')));
  const kinds = (directory: string) => readSupervisorRecords(directory).map(({ kind }) => kind);
  const askedOf = (directory: string) => JSON.parse(readFileSync(join(directory, 'run.json'), 'utf8')) as RunFile;

  /** Kills the supervisor; answers who it was. */
  async function killSupervisor(directory: string) {
    const { supervisor, script } = runProcesses(directory);
    assert.ok(supervisor && script);
    process.kill(supervisor.pid, 'SIGKILL');
    await until('the supervisor has gone', () => !isAlive(supervisor));
    return { supervisor, script };
  }

  /** What the index says, after a look at all files. */
  async function look(run: string) {
    const store = openStore(join(here.folder, '.trainyard'));
    try {
      await ingest(store);
      const { status, exitCode, signal } = runDetails(store, run);
      const row = store.db.prepare<{ settled: number }>('SELECT settled FROM runs WHERE id = ?').get(run);
      return { status, exitCode, signal, settled: row?.settled === 1 };
    } finally {
      store.close();
    }
  }

  const adopted = (run: string, directory: string, old: { pid: number }) => {
    const store = openStore(join(here.folder, '.trainyard'));
    return ingest(store)
      .then(() => assert.deepEqual(adoptAbandoned(store), [run]))
      .finally(() => store.close())
      .then(() =>
        until('it has another supervisor', () => {
          const { supervisor } = runProcesses(directory);
          return supervisor && supervisor.pid !== old.pid && isAlive(supervisor) ? supervisor : undefined;
        }),
      );
  };

  for (const [what, lines, end] of [
    ['finishes', ['pass'], { status: 'finished', exitCode: 0, signal: null }],
    ['fails', ['sys.exit(7)'], { status: 'failed', exitCode: 7, signal: null }],
    ['is killed', ['os.kill(os.getpid(), 9)'], { status: 'failed', exitCode: null, signal: 'SIGKILL' }],
  ] as const) {
    it(`ends as its script does that ${what}, with nobody there to see it but its keeper`, async () => {
      const { run, directory } = await here.python(waits(...lines));
      await ready();
      await killSupervisor(directory);
      assert.equal((await look(run)).status, 'running');
      here.file('go');
      const { keeper } = runProcesses(directory);
      await exitOf(directory);
      await until('the one that settled it has gone', () => keeper && !isAlive(keeper));
      assert.deepEqual(await look(run), { ...end, settled: true });
    });

    it(`is adopted where somebody looks, and ends as its script does that ${what}`, async () => {
      const { run, directory } = await here.python(waits(...lines));
      await ready();
      const { supervisor } = await killSupervisor(directory);
      const other = await adopted(run, directory, supervisor);
      assert.deepEqual({ ...(await look(run)) }, { status: 'running', exitCode: null, signal: null, settled: false });
      here.file('go');
      await exitOf(directory);
      await until('the other supervisor has gone', () => !isAlive(other));
      assert.deepEqual(await look(run), { ...end, settled: true });
      assert.equal(kinds(directory).filter((kind) => kind === 'exit').length, 1);
      assert.deepEqual(
        readdirSync(directory).filter((name) => name.startsWith('claim-')),
        [],
      );
    });
  }

  it('is settled by what its keeper wrote, where nothing can be started any more', async () => {
    const { run, directory } = await here.python(waits('sys.exit(3)'));
    await ready();
    await killSupervisor(directory);
    for (const tools of readdirSync(join(process.env.TRAINYARD_HOME as string, 'tools'))) {
      rmSync(join(process.env.TRAINYARD_HOME as string, 'tools', tools, 'supervisor.mjs'));
    }
    here.file('go');
    await until('the script has ended', () => readKeeperLog(directory)?.end !== undefined);
    const { keeper } = runProcesses(directory);
    await until('its keeper has gone', () => keeper && !isAlive(keeper));
    assert.deepEqual(await look(run), { status: 'failed', exitCode: 3, signal: null, settled: false });
  });

  it('can be stopped, and then is what was stopped', async () => {
    const { run, directory } = await here.python(waits());
    await ready();
    await killSupervisor(directory);
    await stopRun(directory);
    const { status, signal } = await look(run);
    assert.deepEqual([status, signal], ['stopped', 'SIGINT']);
    const { keeper, supervisor } = runProcesses(directory);
    await until('all have gone', () => [keeper, supervisor].every((one) => !one || !isAlive(one)));
    assert.equal(kinds(directory).filter((kind) => kind === 'exit').length, 1);
  });

  it('has been stopped, where the supervisor was killed while it stopped the run', async () => {
    here.impatient();
    const { run, directory } = await here.python([
      'import signal',
      'signal.signal(signal.SIGINT, signal.SIG_IGN)',
      ...waits(),
    ]);
    await ready();
    const { supervisor } = runProcesses(directory);
    assert.ok(supervisor);
    process.kill(supervisor.pid, 'SIGTERM');
    await until('it is being stopped', () => kinds(directory).includes('stopping'));
    process.kill(supervisor.pid, 'SIGKILL');
    await until('the supervisor has gone', () => !isAlive(supervisor));
    const other = await adopted(run, directory, supervisor);
    await exitOf(directory);
    await until('the other supervisor has gone', () => !isAlive(other));
    assert.equal((await look(run)).status, 'stopped');
  });

  it('is sampled, masked and hashed on', async () => {
    const secret = 'sk-proj-abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGH';
    here.file('data.csv', 'a,b', '1,2');
    const { run, directory } = await here.python([
      ...waits(`print("token ${secret}")`, 'print(open("data.csv").read())', 'open("model.txt", "w").write("weights")'),
      'deadline = time.process_time() + 1',
      'while time.process_time() < deadline: pass',
    ]);
    await ready();
    const { supervisor } = await killSupervisor(directory);
    const other = await adopted(run, directory, supervisor);
    here.file('go');
    const exit = await exitOf(directory);
    await until('the other supervisor has gone', () => !isAlive(other));
    assert.ok((exit.cpuSeconds ?? 0) > 0.9, `${exit.cpuSeconds} s`);
    const printed = readFileSync(join(directory, 'stdout.log'), 'utf8');
    assert.ok(printed.includes('token ***') && !printed.includes(secret));
    const files = readSupervisorRecords(directory).filter((record) => record.kind === 'file');
    for (const [path, access] of [
      ['data.csv', 'read'],
      ['model.txt', 'write'],
    ]) {
      const record = files.findLast((file) => file.path === path && file.access === access);
      assert.match(record?.sha256 ?? '', /^[0-9a-f]{64}$/, path);
    }
    const samples = readdirSync(directory).filter((name) => name.startsWith('system-'));
    assert.ok(samples.some((name) => name.includes(`-${other.pid}-`)));
    const store = openStore(join(here.folder, '.trainyard'));
    await ingest(store);
    const steps = store.db
      .prepare<{ damage: number }>("SELECT count(*) AS damage FROM warnings WHERE code LIKE 'journal-%'")
      .get();
    assert.equal(steps?.damage, 0);
    store.close();
  });

  it('goes on with the hashes that were left, where it was killed after the end of the script', async () => {
    here.file('data.csv', 'a,b', '1,2');
    const { run, directory } = await here.python(['print(open("data.csv").read())']);
    await exitOf(directory);
    const { supervisor } = runProcesses(directory);
    await until('the supervisor has gone', () => supervisor && !isAlive(supervisor));
    const file = join(directory, 'supervisor.jsonl');
    const records = readFileSync(file, 'utf8').split('\n');
    const left = records
      .filter((line) => !/"kind":"(file|done)"/.test(line))
      .map((line) =>
        line.replace(',"unfinished":true', '').replace('"kind":"exit"', '"kind":"exit","unfinished":true'),
      );
    writeFileSync(file, left.join('\n'));
    assert.equal((await look(run)).settled, false);
    const store = openStore(join(here.folder, '.trainyard'));
    await ingest(store);
    assert.deepEqual(adoptAbandoned(store), [run]);
    store.close();
    await until('all is done', () => kinds(directory).includes('done'));
    const hashed = readSupervisorRecords(directory).find((record) => record.kind === 'file');
    assert.match(hashed?.sha256 ?? '', /^[0-9a-f]{64}$/);
    const { supervisor: other } = runProcesses(directory);
    await until('the other supervisor has gone', () => other && !isAlive(other));
    assert.deepEqual(await look(run), { status: 'finished', exitCode: 0, signal: null, settled: true });
    assert.equal(kinds(directory).filter((kind) => kind === 'exit').length, 1);
  });

  it('is adopted once, however many try', async () => {
    const { run, directory } = await here.python(waits());
    await ready();
    const { supervisor } = await killSupervisor(directory);
    const first = await adopted(run, directory, supervisor);
    here.file('go');
    await exitOf(directory);
    await until('it has gone', () => !isAlive(first));
    assert.equal(kinds(directory).filter((kind) => kind === 'open').length, 2);
    assert.equal(kinds(directory).filter((kind) => kind === 'exit').length, 1);
  });

  it('is left alone where another user’s key has marked it', async () => {
    const { directory } = await here.python(waits());
    await ready();
    await killSupervisor(directory);
    assert.equal(giveSupervisor(directory, { ...askedOf(directory), mark: '0'.repeat(64) }), false);
    here.file('go');
    await exitOf(directory);
  });

  it('tells of the end of runs inside it that were cut off with it', async () => {
    const { run, directory } = await here.python([
      'import os, time',
      'import trainyard',
      'with trainyard.run("whole"): trainyard.log({"loss": 1.0})',
      'with trainyard.run("outer"):',
      '    with trainyard.run("inner"):',
      '        trainyard.log({"loss": 2.0})',
      '        open("ready", "w")',
      '        time.sleep(600)',
    ]);
    await ready();
    const { supervisor, script } = await killSupervisor(directory);
    const store = openStore(join(here.folder, '.trainyard'));
    const statuses = () =>
      store.db
        .prepare<{ name: string; status: string; signal: string | null }>('SELECT name, status, signal FROM runs')
        .all()
        .filter(({ name }) => ['whole', 'outer', 'inner'].includes(name))
        .map(({ name, status, signal }) => `${name} ${status} ${signal}`)
        .sort();
    try {
      await ingest(store);
      assert.deepEqual(statuses(), ['inner running null', 'outer running null', 'whole finished null']);
      process.kill(script.pid, 'SIGKILL');
      await exitOf(directory);
      await until('all have ended', async () => {
        await ingest(store);
        return statuses().every((line) => !line.includes('running'));
      });
      assert.deepEqual(statuses(), ['inner failed SIGKILL', 'outer failed SIGKILL', 'whole finished null']);
      await ingest(store, { full: true });
      assert.equal((await look(run)).signal, 'SIGKILL');
      assert.ok(!isAlive(supervisor));
    } finally {
      store.close();
    }
  });

  it('that all went down with the machine is lost, with what is known of it', async () => {
    const { run, directory } = await here.python(waits());
    await ready();
    const { keeper } = runProcesses(directory);
    const { supervisor, script } = await killSupervisor(directory);
    for (const one of [keeper, script]) if (one) process.kill(one.pid, 'SIGKILL');
    await until('all have gone', () => [keeper, script, supervisor].every((one) => !one || !isAlive(one)));
    // As after a start of the machine, by which the numbers of these processes are those of others.
    for (const name of readdirSync(directory).filter((name) => name.endsWith('.jsonl'))) {
      const file = join(directory, name);
      const text = readFileSync(file, 'utf8').replaceAll(/"boot":"[^"]*"/g, '"boot":"another"');
      writeFileSync(file, text.replaceAll(/"pid":\d+/g, `"pid":${process.pid}`));
    }
    const { status } = await look(run);
    assert.equal(status, 'lost');
    const store = openStore(join(here.folder, '.trainyard'));
    assert.deepEqual(adoptAbandoned(store), []);
    assert.deepEqual([...points(store, run, 'loss').values], [1]);
    assert.ok((runDetails(store, run).ended ?? 0) > 0);
    store.close();
  });

  it('is lost where its keeper is killed as well, and nobody saw how the script ended', async () => {
    const { run, directory } = await here.python(waits());
    await ready();
    const { keeper, script } = runProcesses(directory);
    assert.ok(keeper && script);
    await killSupervisor(directory);
    process.kill(keeper.pid, 'SIGKILL');
    process.kill(script.pid, 'SIGKILL');
    await until('all have gone', () => !isAlive(keeper) && !isAlive(script));
    assert.equal((await look(run)).status, 'lost');
    assert.ok(existsSync(join(directory, keeperFile)));
  });
});
