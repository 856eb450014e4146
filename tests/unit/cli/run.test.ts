import assert from 'node:assert/strict';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ended, type Playground, playground } from '../../support/cli.ts';
import { until } from '../../support/until.ts';
import { type Shown, showSchema } from './show-schema.ts';

async function shown(here: Playground, reference = 'latest'): Promise<Shown> {
  const { code, value } = await here.json('show', reference, '--json');
  assert.equal(code, 0);
  return showSchema.parse(value);
}

describe('trainyard run', () => {
  let here: Playground;
  beforeEach(() => {
    here = playground();
  });
  afterEach(() => here.remove());

  it('prints what the script prints, and ends with its exit code', async () => {
    here.file('train.py', [
      'import sys',
      'print("to stdout", sys.argv[1:])',
      'print("to stderr", file=sys.stderr)',
      'sys.stdout.flush()',
      'sys.stdout.buffer.write(bytes([0, 255, 27, 13, 10]))',
      'sys.exit(7)',
    ]);
    const result = await here.trainyard('run', 'train.py', '--', '--lr', '0.1', '--', '--json');
    assert.equal(result.stderr, 'to stderr\n');
    assert.equal(result.stdout, "to stdout ['--lr', '0.1', '--', '--json']\n\0\ufffd\u001b\r\n");
    assert.equal(result.code, 7);
    const run = await shown(here);
    assert.equal(run.status, 'failed');
    assert.equal(run.exitCode, 7);
    assert.deepEqual(run.command.slice(-4), ['--lr', '0.1', '--', '--json']);
    assert.equal(run.cwd, here.folder);
    assert.equal(run.name.length > 0, true);
  });

  it('gives the same bytes as the script alone, and the same sys.argv and __file__', async () => {
    here.file('train.py', ['import sys', 'print(sys.argv, __file__, __name__, sys.path[0])', 'print(1/3)']);
    const alone = here.start('run', '--', 'python3', 'train.py', 'a b');
    const direct = await ended(alone);
    const tracked = await here.trainyard('run', 'train.py', '--', 'a b');
    assert.equal(tracked.stdout, direct.stdout);
    assert.equal(tracked.code, 0);
  });

  it('takes a module, a program, and options before either', async () => {
    mkdirSync(join(here.folder, 'pkg'));
    here.file('pkg/__init__.py', []);
    here.file('pkg/train.py', ['import os, sys', 'print(__name__, sys.argv[1:], os.environ["SEED"], os.getcwd())']);
    const options = ['--name', 'first', '--experiment', 'tries', '--tag', 'a=1', '--tag', 'b=x=y', '--env', 'SEED=3'];
    const module = await here.trainyard('run', ...options, '-m', 'pkg.train', '--', 'x');
    assert.equal(module.stderr, '');
    assert.equal(module.stdout, `__main__ ['x'] 3 ${here.folder}\n`);
    const run = await shown(here, 'first');
    assert.equal(run.experiment, 'tries');
    assert.deepEqual(run.tags, { a: '1', b: 'x=y' });
    const program = await here.trainyard('run', '--', 'sh', '-c', 'echo $0 $1; exit 3', 'one', 'two');
    assert.deepEqual(program, { code: 3, signal: null, stdout: 'one two\n', stderr: '' });
  });

  it('--no-autolog is an environment variable of the run, which a rerun keeps', async () => {
    here.file('switch.py', ['import os', 'print(os.environ.get("TRAINYARD_AUTOLOG"))']);
    const said: string[] = [];
    for (const args of [
      ['run', 'switch.py'],
      ['run', '--no-autolog', 'switch.py'],
      ['rerun', 'latest'],
    ]) {
      said.push((await here.trainyard(...args)).stdout.trim());
    }
    assert.deepEqual(said, ['None', 'off', 'off']);
  });

  it('starts the script in --cwd', async () => {
    mkdirSync(join(here.folder, 'sub'));
    const script = here.file('where.py', ['import os', 'print(os.getcwd())']);
    const result = await here.trainyard('run', '--cwd', 'sub', 'where.py');
    assert.equal(result.stderr, '');
    assert.equal(result.stdout, `${join(here.folder, 'sub')}\n`);
    assert.ok((await shown(here)).command.includes(script));
  });

  it('calls a run of a shell script after the script', async () => {
    here.file('prepare.sh', ['echo ready']);
    assert.equal((await here.trainyard('run', '--', 'sh', 'prepare.sh')).stdout, 'ready\n');
    assert.equal((await shown(here)).experiment, 'prepare');
  });

  it('takes a script that is not here from --cwd', async () => {
    here.file('sub/there.py', ['import os, sys', 'print(sys.argv[0], os.path.basename(os.getcwd()))']);
    const result = await here.trainyard('run', '--cwd', 'sub', 'there.py');
    assert.equal(result.stderr, '');
    assert.equal(result.stdout, 'there.py sub\n');
    const missing = await here.trainyard('run', '--cwd', 'sub', 'nowhere.py');
    assert.match(missing.stderr, /There is no script .*nowhere\.py/);
  });

  it('ends with 128 + N where signal N killed the script', async () => {
    here.file('die.py', ['import os, signal', 'os.kill(os.getpid(), signal.SIGKILL)']);
    assert.equal((await here.trainyard('run', 'die.py')).code, 137);
    const run = await shown(here);
    assert.deepEqual([run.status, run.signal, run.exitCode], ['failed', 'SIGKILL', null]);
  });

  it('keeps the group of a run, and the run inside which it was started', async () => {
    here.file('inner.py', ['print("inner")']);
    here.file('outer.py', ['import subprocess, sys', 'sys.exit(subprocess.call(sys.argv[1:]))']);
    const trainyard = [process.execPath, join(import.meta.dirname, '../../../bin/trainyard.js')];
    const inner = [...trainyard, 'run', '--name', 'inner', '--group', 'sweep 1', 'inner.py'];
    const result = await here.trainyard('run', '--name', 'outer', 'outer.py', '--', ...inner);
    assert.deepEqual([result.code, result.stdout], [0, 'inner\n'], result.stderr);
    const [outerRun, innerRun] = [await shown(here, 'outer'), await shown(here, 'inner')];
    assert.deepEqual([outerRun.group, outerRun.parent], [null, null]);
    assert.deepEqual([innerRun.group, innerRun.parent], ['sweep 1', outerRun.id]);
    const found = await here.json('runs', '--json', '--filter', `group = "sweep 1" and parent = "${outerRun.id}"`);
    assert.deepEqual(
      (found.value as Shown[]).map(({ name }) => name),
      ['inner'],
    );
    await here.trainyard('rerun', 'inner', '--name', 'again');
    const again = await shown(here, 'again');
    assert.deepEqual([again.group, again.parent], ['sweep 1', null]);
  });

  it('--detach prints the id at once, and the run goes on', async () => {
    here.file('wait.py', [
      'import pathlib, time',
      'while not pathlib.Path("go").exists(): time.sleep(0.02)',
      'print("went")',
    ]);
    const { code, stdout } = await here.trainyard('run', '--detach', 'wait.py');
    assert.equal(code, 0);
    const id = stdout.trim();
    const running = await shown(here, id);
    assert.deepEqual([running.id, running.status, running.ended], [id, 'running', null]);
    assert.ok(running.pid && running.supervisorPid);
    here.file('go', []);
    await until('the run has ended', async () => (await shown(here, id)).status === 'finished');
    assert.equal((await here.trainyard('log', id)).stdout, 'went\n');
  });

  it('--detach --json says where the run is', async () => {
    here.file('quick.py', ['pass']);
    const { value } = await here.json('run', '--detach', '--json', 'quick.py');
    const { id, directory } = value as { id: string; directory: string };
    assert.equal(directory, join(here.folder, '.trainyard/runs', id));
    assert.ok(existsSync(join(directory, 'run.json')));
  });

  it('--json keeps standard output for the one document of the run', async () => {
    here.file('train.py', ['import sys', 'print("hello")', 'sys.exit(5)']);
    const { code, value, stderr } = await here.json('run', '--json', 'train.py');
    assert.equal(code, 5);
    assert.equal(stderr, 'hello\n');
    const run = showSchema.parse(value);
    assert.deepEqual([run.status, run.exitCode], ['failed', 5]);
  });

  it('shows output while the script still runs', async () => {
    here.file('slow.py', [
      'import pathlib, time',
      'print("begun")',
      'while not pathlib.Path("go").exists(): time.sleep(0.02)',
    ]);
    const child = here.start('run', 'slow.py');
    const over = ended(child);
    assert.ok(child.stdout);
    const [first] = await once(child.stdout, 'data');
    assert.match(String(first), /^begun/);
    here.file('go', []);
    assert.equal((await over).code, 0);
  });

  it('a reader that goes away does not end the run', async () => {
    here.file('many.py', ['for i in range(20000): print(i, "x" * 50)', 'open("end", "w").write("reached")']);
    const child = here.start('run', 'many.py');
    const over = ended(child);
    assert.ok(child.stdout);
    await once(child.stdout, 'data');
    child.stdout.destroy();
    assert.equal((await over).code, 0);
    assert.equal(readFileSync(join(here.folder, 'end'), 'utf8'), 'reached');
    assert.equal((await shown(here)).status, 'finished');
  });

  if (existsSync('/dev/full')) {
    it('a full disk behind standard output is told once, and does not end the run', async () => {
      here.file('many.py', ['for i in range(20000): print(i, "x" * 50)', 'open("end", "w").write("reached")']);
      const full = openSync('/dev/full', 'w');
      const child = here.startInto(full, 'run', 'many.py');
      const { code, stderr } = await ended(child);
      closeSync(full);
      assert.match(stderr, /^trainyard: Standard output cannot be written: ENOSPC.*\n$/);
      assert.equal(code, 1);
      assert.equal(readFileSync(join(here.folder, 'end'), 'utf8'), 'reached');
    });
  }

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`${signal} without a terminal stops the run`, async () => {
      here.file('forever.py', ['import time', 'print("begun", flush=True)', 'while True: time.sleep(0.05)']);
      const child = here.start('run', 'forever.py');
      const over = ended(child);
      assert.ok(child.stdout);
      await once(child.stdout, 'data');
      child.kill(signal);
      assert.equal((await over).code, 130);
      assert.equal((await shown(here)).status, 'stopped');
    });
  }

  it('an interrupt while the run is being started leaves nothing running', async () => {
    here.file('forever.py', ['import time', 'while True: time.sleep(0.05)']);
    for (const wait of [0, 60, 120, 180, 240]) {
      const child = here.start('run', 'forever.py');
      const over = ended(child);
      const timer = setTimeout(() => child.kill('SIGINT'), wait);
      const { code, signal } = await over;
      clearTimeout(timer);
      assert.ok(code === 130 || signal === 'SIGINT', `${code} ${signal}`);
    }
    const { code, value } = await here.json('runs', '--json', '--filter', 'status = running');
    if (code === 0) assert.deepEqual(value, []);
  });

  it('killing it leaves the run alone', async () => {
    here.file('wait.py', [
      'import pathlib, time',
      'print("begun")',
      'while not pathlib.Path("go").exists(): time.sleep(0.02)',
    ]);
    const child = here.start('run', 'wait.py');
    const over = ended(child);
    assert.ok(child.stdout);
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await over;
    assert.equal((await shown(here)).status, 'running');
    here.file('go', []);
    await until('the run has ended', async () => (await shown(here)).status === 'finished');
  });

  it('keeps runs in the nearest store, at the git root, or where --store says', async () => {
    mkdirSync(join(here.folder, '.git'));
    mkdirSync(join(here.folder, 'deep'));
    here.file('deep/quick.py', ['pass']);
    const other = join(here.folder, '..', 'elsewhere');
    mkdirSync(other);
    assert.equal((await here.trainyard('run', 'deep/quick.py')).code, 0);
    assert.equal((await here.trainyard('--store', other, 'run', 'deep/quick.py')).code, 0);
    assert.equal((await shown(here)).directory.startsWith(join(here.folder, '.trainyard/runs/')), true);
    const { value } = await here.json('runs', '--store', other, '--json');
    const [run, ...more] = value as Shown[];
    assert.equal(more.length, 0);
    assert.equal(run?.directory.startsWith(join(here.folder, '../elsewhere/.trainyard/runs/')), true);
  });

  it('rerun starts the same again, or with other arguments', async () => {
    here.file('train.py', ['import sys', 'print(sys.argv[1:])']);
    await here.trainyard('run', '--name', 'mine', 'train.py', '--', '--lr', '1');
    const same = await here.trainyard('rerun', 'mine');
    assert.deepEqual([same.code, same.stdout, same.stderr], [0, "['--lr', '1']\n", '']);
    const changed = await here.trainyard('rerun', 'latest', '--', '--lr', '2');
    assert.deepEqual([changed.code, changed.stdout], [0, "['--lr', '2']\n"]);
    const { value } = await here.json('runs', '--json');
    assert.equal((value as Shown[]).length, 3);
  });
});
