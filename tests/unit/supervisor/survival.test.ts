import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { newId } from '../../../src/base/ids.ts';
import { identify, isAlive } from '../../../src/base/process-identity.ts';
import { listProcesses, type ProcessInfo } from '../../../src/base/process-list.ts';
import { runProcesses } from '../../../src/tracking/run-processes.ts';
import { readSupervisorRecords } from '../../../src/tracking/supervisor-file.ts';
import { skipBecause } from '../../support/skip.ts';
import { until } from '../../support/until.ts';
import { exitOf, type Yard, yard } from '../../support/yard.ts';

const launcher = `
const { spawn } = require('node:child_process');
const [, supervisor, directory, how] = process.argv;
spawn(process.execPath, [supervisor, directory], { detached: true, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
if (how === 'at once') process.kill(process.pid, 'SIGKILL');
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
`;

describe('a supervisor', () => {
  let here: Yard;
  let supervisor: string;
  let model: string;
  beforeEach(async () => {
    here = yard();
    model = (await here.python(['pass'])).directory;
    await exitOf(model);
    const tools = join(process.env.TRAINYARD_HOME as string, 'tools');
    supervisor = join(tools, readdirSync(tools)[0] as string, 'supervisor.mjs');
  });
  afterEach(() => here.remove());

  /** A run folder as a launcher leaves it when it starts the supervisor. */
  const prepare = (...lines: string[]) => {
    const id = newId();
    const directory = join(here.folder, '.trainyard', 'runs', id);
    mkdirSync(directory);
    here.file('long.py', ...lines);
    const run = JSON.parse(readFileSync(join(model, 'run.json'), 'utf8')) as { interpreter: string };
    writeFileSync(join(directory, 'run.json'), JSON.stringify({ ...run, id, command: [run.interpreter, 'long.py'] }));
    return directory;
  };
  const startedIn = (directory: string) =>
    until('the script runs', () => {
      const { supervisor, script } = runProcesses(directory);
      return supervisor && script ? { supervisor, script } : false;
    });
  const waits = ['import os, time', 'while not os.path.exists("go"): time.sleep(0.05)', 'print("to the end")'];

  for (const how of ['at once', 'during the handshake']) {
    it(`goes on when its launcher is killed ${how}`, async () => {
      const directory = prepare(...waits);
      const child = spawn(process.execPath, ['-e', launcher, supervisor, directory, how], { stdio: 'ignore' });
      await startedIn(directory);
      child.kill('SIGKILL');
      await until('the launcher has gone', () => child.exitCode !== null || child.signalCode !== null);
      here.file('go');
      const exit = await exitOf(directory);
      assert.deepEqual([exit.code, exit.stopped], [0, false]);
      assert.equal(readFileSync(join(directory, 'stdout.log'), 'utf8'), 'to the end\n');
    });
  }

  it('ends where its launcher was killed before it said what to run', async () => {
    const waiting = `
const child = require('node:child_process').spawn(process.execPath, [process.argv[1]], { detached: true, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
process.stdout.write(String(child.pid));
`;
    const child = spawn(process.execPath, ['-e', waiting, supervisor], { stdio: ['ignore', 'pipe', 'ignore'] });
    const [pid] = await once(child.stdout, 'data');
    const own = identify(Number(pid));
    assert.ok(isAlive(own));
    child.kill('SIGKILL');
    await until('the supervisor has gone', () => !isAlive(own));
  });

  it('goes on when the terminal hangs up, and stops the run in order when it is asked to terminate', async () => {
    const { directory } = await here.python(['import time', 'open("ready", "w")', 'time.sleep(600)']);
    const { supervisor: own, script } = await startedIn(directory);
    await until('the script is ready', () => readdirSync(here.folder).includes('ready'));
    process.kill(own.pid, 'SIGHUP');
    await until('the hang-up is noted', () =>
      readFileSync(join(directory, 'supervisor.log'), 'utf8').includes('goes on'),
    );
    assert.ok(isAlive(script) && isAlive(own));
    process.kill(own.pid, 'SIGTERM');
    assert.equal((await exitOf(directory)).stopped, true);
    assert.ok(!isAlive(script));
  });

  it('goes on when the disk is full, and writes what it could not write when there is room again', async function () {
    if (process.platform !== 'linux') skipBecause(this, 'only Linux has a device that is always full');
    const directory = prepare(...waits);
    const file = join(directory, 'supervisor.jsonl');
    symlinkSync('/dev/full', file);
    const child = spawn(process.execPath, [supervisor, directory], { stdio: ['ignore', 'ignore', 'pipe'] });
    let complaints = '';
    child.stderr.setEncoding('utf8').on('data', (text) => {
      complaints += text;
    });
    await until('it complains', () => complaints.includes('ENOSPC') && readdirSync(directory).includes('stdout.log'));
    here.file('go');
    await until('the script has ended', () => readFileSync(join(directory, 'stdout.log'), 'utf8') === 'to the end\n');
    assert.ok(isAlive(identify(child.pid)));
    rmSync(file);
    const exit = await exitOf(directory);
    assert.equal(exit.code, 0);
    assert.deepEqual(
      readSupervisorRecords(directory)
        .map(({ kind }) => kind)
        .filter((kind) => kind === 'open' || kind === 'started' || kind === 'exit'),
      ['open', 'started', 'exit'],
    );
    assert.equal(complaints.trim().split('\n').length, 1);
  });

  it('does not wait for ever to write down the end of a run that was deleted', async function () {
    if (process.platform !== 'linux') skipBecause(this, 'only Linux has a device that is always full');
    const directory = prepare(...waits);
    symlinkSync('/dev/full', join(directory, 'supervisor.jsonl'));
    const child = spawn(process.execPath, [supervisor, directory], { stdio: 'ignore' });
    await until('the script runs', () => readdirSync(directory).includes('stdout.log'));
    rmSync(directory, { recursive: true });
    here.file('go');
    await until('it has ended', () => child.exitCode !== null);
  });

  it('needs little memory and hardly any time of its own', async () => {
    const directory = prepare(...waits);
    const child = spawn(process.execPath, [supervisor, directory], { stdio: 'ignore' });
    await startedIn(directory);
    const own = async () => (await listProcesses()).find(({ pid }) => pid === child.pid) as ProcessInfo;
    const before = await own();
    await until('the usage is told', () => readSupervisorRecords(directory).some(({ kind }) => kind === 'usage'));
    const after = await own();
    const spent = after.cpuSeconds - before.cpuSeconds;
    assert.ok(spent < 0.25, `${spent} s in more than two seconds`);
    assert.ok(after.memoryBytes < 120 << 20, `${after.memoryBytes} bytes`);
    here.file('go');
    assert.equal((await exitOf(directory)).code, 0);
  });
});
