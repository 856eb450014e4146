import assert from 'node:assert/strict';
import { chmodSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { platform } from 'node:process';
import { controlPath } from '../../../src/base/control-socket.ts';
import { identify, isAlive } from '../../../src/base/process-identity.ts';
import { runProcesses } from '../../../src/tracking/run-processes.ts';
import { readSupervisorRecords } from '../../../src/tracking/supervisor-file.ts';
import { systemText } from '../../support/system-journal.ts';
import { until } from '../../support/until.ts';
import { exitOf, type Yard, yard } from '../../support/yard.ts';

describe('a supervised run', () => {
  let here: Yard;
  beforeEach(() => {
    here = yard();
  });
  afterEach(() => here.remove());

  const text = (directory: string, name: string) => readFileSync(join(directory, name), 'utf8');

  it('ends with the exit code of its script, and keeps what it printed', async () => {
    const { directory, run } = await here.python([
      'import sys',
      'print("one")',
      'print("two", file=sys.stderr)',
      'print(sys.stdin.read() == "")',
      'sys.exit(7)',
    ]);
    const exit = await exitOf(directory);
    assert.deepEqual([exit.code, exit.signal, exit.stopped, exit.error], [7, null, false, null]);
    assert.equal(text(directory, 'stdout.log'), 'one\nTrue\n');
    assert.equal(text(directory, 'stderr.log'), 'two\n');
    const [open, started] = readSupervisorRecords(directory);
    assert.equal(open?.kind === 'open' && open.run, run);
    assert.equal(started?.kind, 'started');
    const { supervisor } = runProcesses(directory);
    await until('the supervisor has gone', () => supervisor && !isAlive(supervisor));
    assert.equal(existsSync(controlPath(run)), false);
    assert.equal(text(directory, 'supervisor.log'), '');
  });

  it('ends with the signal that ended its script', async () => {
    const { directory } = await here.python(['import os, signal', 'os.kill(os.getpid(), signal.SIGTERM)']);
    const exit = await exitOf(directory);
    assert.deepEqual([exit.code, exit.signal, exit.stopped], [null, 'SIGTERM', false]);
  });

  it('keeps the bytes of a script that prints binary', async () => {
    const { directory } = await here.python(['import sys', 'sys.stdout.buffer.write(bytes(range(256)) * 40)']);
    assert.equal((await exitOf(directory)).code, 0);
    const all = Uint8Array.from({ length: 256 * 40 }, (_, index) => index % 256);
    assert.deepEqual(new Uint8Array(readFileSync(join(directory, 'stdout.log'))), all);
  });

  it('records a program that the system refuses to start', async () => {
    const program = here.file('broken', '#!/nowhere/interpreter');
    chmodSync(program, 0o755);
    await assert.rejects(here.launch({ target: { kind: 'program', argv: [program] } }), { code: 'start-failed' });
    const [run] = readdirSync(join(here.folder, '.trainyard', 'runs'));
    const exit = await exitOf(join(here.folder, '.trainyard', 'runs', run as string));
    assert.equal(exit.error?.code, 'ENOENT');
    assert.equal(exit.code, null);
  });

  it('leaves background children of a script that ended by itself alone', async () => {
    const { directory } = await here.python([
      'import subprocess, sys',
      'child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)',
      'open("child", "w").write(str(child.pid))',
    ]);
    assert.equal((await exitOf(directory)).code, 0);
    const child = identify(Number(readFileSync(join(here.folder, 'child'), 'utf8')));
    const { supervisor } = runProcesses(directory);
    await until('the supervisor has gone', () => supervisor && !isAlive(supervisor));
    assert.ok(isAlive(child));
    process.kill(child.pid, 'SIGKILL');
  });

  it('counts the CPU seconds of a busy script and of the children that it waited for', async () => {
    const { directory } = await here.python([
      'import os, subprocess, sys',
      'busy = "import time\\nwhile time.process_time() < 0.6: pass"',
      'exec(busy)',
      'subprocess.run([sys.executable, "-c", busy], check=True)',
      't = os.times()',
      'print(t.user + t.system + t.children_user + t.children_system, flush=True)',
      // Its own ending would come after its own account.
      'os._exit(0)',
    ]);
    const exit = await exitOf(directory, 60);
    const own = Number(text(directory, 'stdout.log'));
    assert.ok(own > 1.1, `the script itself says ${own}`);
    const seen = exit.cpuSeconds ?? 0;
    assert.ok(seen >= own * 0.95 - 0.01 && seen <= own * 1.05 + 0.1, `${seen} of ${own}`);
  });

  it('sees the peak of the memory of the whole tree, shared pages once', async () => {
    const { directory } = await here.python([
      'import os, time',
      'block = bytearray(os.urandom(1 << 20)) * 200',
      'children = [os.fork() for _ in range(2)]',
      'if 0 not in children: open("forked", "w")',
      'while not os.path.exists("go"): time.sleep(0.05)',
    ]);
    await until('all are there', () => existsSync(join(here.folder, 'forked')));
    const samples = () => systemText(directory).split('\u001e[').length;
    const before = samples();
    await until('they were looked at', () => samples() > before + 1);
    here.file('go');
    const peak = (await exitOf(directory)).peakMemoryBytes ?? 0;
    const expected = 200 * (1 << 20);
    assert.ok(peak > expected && (platform !== 'linux' || peak < expected * 1.3), `${peak} bytes`);
  });

  it('marks how long both outputs were when they grew in turn', async () => {
    const { directory } = await here.python([
      'import sys',
      'for turn in range(20_000):',
      '    print("x" * (turn % 100), file=[sys.stdout, sys.stderr][turn // 500 % 2], flush=True)',
    ]);
    await exitOf(directory);
    const marks = readSupervisorRecords(directory).filter((record) => record.kind === 'output');
    assert.ok(marks.length > 0);
    for (const [index, { stdout, stderr }] of marks.entries()) {
      const { stdout: before, stderr: beside } = marks[index - 1] ?? { stdout: 0, stderr: 0 };
      assert.ok(stdout >= before && stderr >= beside && stdout + stderr > before + beside);
    }
    const { stdout, stderr } = marks.at(-1) as { stdout: number; stderr: number };
    assert.ok(stdout <= text(directory, 'stdout.log').length && stderr <= text(directory, 'stderr.log').length);
  });

  it('gives the script the environment it would have without the editor, and what was asked for', async () => {
    const noise = {
      VSCODE_PID: '1',
      ELECTRON_RUN_AS_NODE: '1',
      NODE_OPTIONS: '--no-warnings',
      NODE_CHANNEL_FD: '9',
      TRAINYARD_RUN: 'outer',
      PYTHONPATH: '/elsewhere',
      KEPT: 'yes',
    };
    const earlier = { ...process.env };
    Object.assign(process.env, noise);
    try {
      const { directory, run } = await here.python(['import json, os', 'print(json.dumps(dict(os.environ)))'], {
        env: { ASKED: 'for', NODE_OPTIONS: '--asked' },
      });
      assert.equal((await exitOf(directory)).code, 0);
      const environment = JSON.parse(text(directory, 'stdout.log')) as Record<string, string>;
      for (const name of ['VSCODE_PID', 'ELECTRON_RUN_AS_NODE', 'NODE_CHANNEL_FD', 'TRAINYARD_STOP_GRACE_MS'])
        assert.equal(environment[name], undefined, name);
      assert.equal(environment.KEPT, 'yes');
      assert.equal(environment.ASKED, 'for');
      assert.equal(environment.NODE_OPTIONS, '--asked');
      assert.equal(environment.TRAINYARD_RUN, run);
      assert.equal(environment.TRAINYARD_RUN_DIR, directory);
      assert.equal(environment.TRAINYARD_STORE, join(here.folder, '.trainyard'));
      assert.match(environment.PYTHONPATH ?? '', /[\\/]tools[\\/][0-9a-f]{16}[\\/]python[\\/]hook[:;].*elsewhere$/);
    } finally {
      for (const name of Object.keys(noise)) delete process.env[name];
      Object.assign(process.env, earlier);
    }
  });

  it('keeps fifty runs at once apart', async function () {
    this.timeout(120_000);
    const codes = Array.from({ length: 50 }, (_, index) => index);
    here.file(
      'waits.py',
      'import os, sys, time',
      'print(sys.argv[1])',
      'while not os.path.exists("go"): time.sleep(0.1)',
      'sys.exit(int(sys.argv[1]))',
    );
    const directories: string[] = [];
    const waiting = [...codes];
    const launchAll = async () => {
      for (let code = waiting.pop(); code !== undefined; code = waiting.pop()) {
        const target = { kind: 'script' as const, path: 'waits.py' };
        directories[code] = (await here.launch({ target, args: [String(code)] })).directory;
      }
    };
    await Promise.all(Array.from({ length: 5 }, launchAll));
    here.file('go');
    const ends = await Promise.all(directories.map((directory) => exitOf(directory, 60)));
    assert.deepEqual(
      ends.map((exit) => exit.code),
      codes,
    );
    assert.deepEqual(
      directories.map((directory) => text(directory, 'stdout.log')),
      codes.map((code) => `${code}\n`),
    );
  });
});
