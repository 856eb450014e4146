import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { root } from '../../../scripts/build.mjs';
import { controlPath } from '../../../src/base/control-socket.ts';
import { identify, isAlive } from '../../../src/base/process-identity.ts';
import { askSupervisor } from '../../../src/tracking/ask-supervisor.ts';
import { stopRun } from '../../../src/tracking/index.ts';
import { runProcesses } from '../../../src/tracking/run-processes.ts';
import { readSupervisorRecords } from '../../../src/tracking/supervisor-file.ts';
import { skipBecause } from '../../support/skip.ts';
import { until } from '../../support/until.ts';
import { exitOf, type Yard, yard } from '../../support/yard.ts';

describe('stopping a run', () => {
  let here: Yard;
  beforeEach(() => {
    here = yard();
  });
  afterEach(() => here.remove());

  const appears = (name: string) => until(`${name} is there`, () => existsSync(join(here.folder, name)));
  const pidIn = (name: string) => Number(readFileSync(join(here.folder, name), 'utf8'));
  const signals = (directory: string) =>
    readSupervisorRecords(directory).flatMap((record) => (record.kind === 'stopping' ? [record.signal] : []));

  it('interrupts it, so that Python can clean up', async () => {
    const { directory } = await here.python([
      'import time',
      'try:',
      '    open("ready", "w")',
      '    time.sleep(600)',
      'except KeyboardInterrupt:',
      '    print("cleaned up")',
    ]);
    await appears('ready');
    await stopRun(directory);
    const exit = await exitOf(directory, 0);
    assert.deepEqual([exit.code, exit.signal, exit.stopped], [0, null, true]);
    assert.equal(readFileSync(join(directory, 'stdout.log'), 'utf8'), 'cleaned up\n');
    assert.deepEqual(signals(directory), ['SIGINT']);
  });

  it('kills what ignores the interrupt and the request to terminate', async () => {
    here.impatient();
    const { directory } = await here.python([
      'import signal, time',
      'signal.signal(signal.SIGINT, signal.SIG_IGN)',
      'signal.signal(signal.SIGTERM, signal.SIG_IGN)',
      'open("ready", "w")',
      'time.sleep(600)',
    ]);
    await appears('ready');
    await stopRun(directory);
    const exit = await exitOf(directory, 0);
    assert.deepEqual([exit.code, exit.signal, exit.stopped], [null, 'SIGKILL', true]);
    assert.deepEqual(signals(directory), ['SIGINT', 'SIGTERM', 'SIGKILL']);
  });

  const daemonising = [
    'import os, signal, sys, time',
    'signal.signal(signal.SIGINT, signal.SIG_IGN)',
    'if os.fork() == 0:',
    '    os.setsid()',
    '    if os.fork() == 0:',
    '        open("grandchild.draft", "w").write(str(os.getpid()))',
    '        os.rename("grandchild.draft", "grandchild")',
    '        time.sleep(600)',
    '    os._exit(0)',
    'os.wait()',
    'signal.signal(signal.SIGINT, signal.SIG_DFL)',
    'open("ready", "w")',
    'time.sleep(600)',
  ];

  it('ends grandchildren too that left for a session of their own', async () => {
    here.impatient();
    const { directory } = await here.python(daemonising);
    await appears('ready');
    await appears('grandchild');
    const grandchild = identify(pidIn('grandchild'));
    assert.ok(isAlive(grandchild));
    await stopRun(directory);
    assert.ok(!isAlive(grandchild));
    assert.equal((await exitOf(directory, 0)).stopped, true);
  });

  it('ends the script though its supervisor was killed, and writes down how', async () => {
    here.impatient();
    const { directory } = await here.python(daemonising);
    await appears('ready');
    await appears('grandchild');
    const grandchild = identify(pidIn('grandchild'));
    const { supervisor, script } = runProcesses(directory);
    assert.ok(supervisor && script);
    process.kill(supervisor.pid, 'SIGKILL');
    await until('the supervisor has gone', () => !isAlive(supervisor));
    assert.ok(isAlive(script));
    await stopRun(directory);
    assert.ok(!isAlive(script) && !isAlive(grandchild));
    const exit = await exitOf(directory, 0);
    assert.deepEqual([exit.code, exit.stopped], [null, true]);
  });

  it('lets a run inside it be stopped too, with nobody killed who could say how that ended', async function () {
    if (process.platform !== 'linux') skipBecause(this, 'only Linux shows who looks after a run');
    here.impatient();
    here.file(
      'inner.py',
      'import signal, time',
      'for name in (signal.SIGINT, signal.SIGTERM): signal.signal(name, signal.SIG_IGN)',
      'open("ready", "w")',
      'time.sleep(600)',
    );
    const command = [process.execPath, join(root, 'bin', 'trainyard.js'), 'run', 'inner.py'];
    const { directory } = await here.python([
      'import signal, subprocess, time',
      'for name in (signal.SIGINT, signal.SIGTERM): signal.signal(name, signal.SIG_IGN)',
      `subprocess.run(${JSON.stringify(command)}, restore_signals=False)`,
      'time.sleep(600)',
    ]);
    await appears('ready');
    const inner = readdirSync(join(directory, '..')).find((name) => !directory.endsWith(name)) as string;
    const processes = runProcesses(join(directory, '..', inner));
    await stopRun(directory);
    assert.equal((await exitOf(directory, 0)).signal, 'SIGKILL');
    const exit = await exitOf(join(directory, '..', inner), 0);
    assert.deepEqual([exit.signal, exit.stopped], ['SIGKILL', true]);
    for (const one of [processes.supervisor, processes.keeper, processes.script]) assert.ok(one && !isAlive(one));
  });

  it('works by a signal where the control socket is gone', async () => {
    const { run, directory } = await here.python(['import time', 'open("ready", "w")', 'time.sleep(600)']);
    await appears('ready');
    rmSync(controlPath(run));
    assert.equal(await askSupervisor(run, { do: 'status' }), null);
    await stopRun(directory);
    assert.equal((await exitOf(directory, 0)).stopped, true);
  });

  it('asked for twice at once stops it once', async () => {
    const { run, directory } = await here.python(['import time', 'open("ready", "w")', 'time.sleep(600)']);
    await appears('ready');
    assert.deepEqual(await askSupervisor(run, { do: 'status' }), { ok: true, run, stopping: false });
    await Promise.all([stopRun(directory), stopRun(directory)]);
    assert.deepEqual(signals(directory), ['SIGINT']);
  });

  it('says that there is nothing to stop', async () => {
    const { directory } = await here.python(['pass']);
    await exitOf(directory);
    await assert.rejects(stopRun(directory), { code: 'run-not-running' });
  });

  /** A run of which the processes are changed as they stand in its files. */
  const changedCopy = async (from: RegExp, to: string) => {
    const { directory } = await here.python(['pass']);
    await exitOf(directory);
    const copy = join(here.folder, '.trainyard', 'runs', '01900000-0000-7000-8000-000000000000');
    mkdirSync(copy);
    for (const name of ['run.json', 'supervisor.jsonl']) {
      const records = readFileSync(join(directory, name), 'utf8').split('\n');
      const kept = records.filter((line) => !line.includes('"kind":"exit"')).join('\n');
      writeFileSync(join(copy, name), kept.replaceAll(from, to));
    }
    return copy;
  };

  it('says that it runs elsewhere', async () => {
    const copy = await changedCopy(/"host": ?"[^"]*"/g, '"host":"another-machine"');
    await assert.rejects(stopRun(copy), {
      code: 'run-elsewhere',
      params: { run: readRun(copy), host: 'another-machine' },
    });
  });

  it('says that it runs in another container of the same machine', async function () {
    if (process.platform !== 'linux') skipBecause(this, 'only Linux numbers processes by container');
    const copy = await changedCopy(/"pidNamespace":"[^"]*"/g, '"pidNamespace":"pid:[1]"');
    await assert.rejects(stopRun(copy), { code: 'run-in-container', params: { run: readRun(copy), host: hostname() } });
  });

  const readRun = (directory: string) =>
    (JSON.parse(readFileSync(join(directory, 'run.json'), 'utf8')) as { id: string }).id;
});
