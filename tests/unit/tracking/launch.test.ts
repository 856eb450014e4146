import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import process, { getuid } from 'node:process';
import type { LaunchRequest } from '../../../src/contract/api.ts';
import { runFile } from '../../../src/contract/run-file.ts';
import { launch } from '../../../src/tracking/index.ts';
import { readSupervisorRecords } from '../../../src/tracking/supervisor-file.ts';
import { exitOf, type Yard, yard } from '../../support/yard.ts';

describe('launching a run', () => {
  let here: Yard;
  beforeEach(() => {
    here = yard();
  });
  afterEach(() => here.remove());

  const output = (directory: string, stream = 'stdout') => readFileSync(join(directory, `${stream}.log`), 'utf8');
  const written = (directory: string) => runFile.parse(JSON.parse(readFileSync(join(directory, 'run.json'), 'utf8')));
  const runsIn = (store: string) => (existsSync(join(store, 'runs')) ? readdirSync(join(store, 'runs')) : []);

  it('writes down what was asked, with paths that survive a move of the folder', async () => {
    here.file('sub/train.py', 'import sys', 'print(sys.argv)');
    const before = Date.now() * 1000;
    const { run, directory } = await here.launch({
      target: { kind: 'script', path: 'sub/train.py' },
      args: ['--lr', '0.1', '', 'ü "$HOME"'],
      tags: { a: 'b' },
      env: { X: 'y' },
      cwd: 'sub',
    });
    const file = written(directory);
    const { mark, created, name, command, interpreter, trainyard, user, ...rest } = file;
    assert.deepEqual(rest, {
      version: 1,
      id: run,
      experiment: 'train',
      group: null,
      target: { kind: 'script', path: 'sub/train.py' },
      args: ['--lr', '0.1', '', 'ü "$HOME"'],
      cwd: 'sub',
      root: here.folder,
      env: { X: 'y' },
      tags: { a: 'b' },
      origin: 'cli',
      parent: null,
      rerunOf: null,
      host: hostname(),
    });
    assert.match(name, /^train-[a-z2-7]{4}$/);
    assert.match(mark ?? '', /^[0-9a-f]{64}$/);
    assert.ok(created >= before && created <= Date.now() * 1000 + 1000);
    assert.deepEqual(command, [interpreter, 'train.py', '--lr', '0.1', '', 'ü "$HOME"']);
    assert.ok(user && trainyard);
    assert.equal((await exitOf(directory)).code, 0);
    assert.equal(output(directory), `['train.py', '--lr', '0.1', '', 'ü "$HOME"']\n`);
    assert.deepEqual(runsIn(join(here.folder, '.trainyard')), [run]);
  });

  it('runs a module as -m does, one with a package’s main too', async () => {
    here.file('pkg/__init__.py', 'print("package")');
    here.file('pkg/train.py', 'import sys', 'print(__name__, sys.argv[1:])');
    here.file('pkg/__main__.py', 'print("main of the package")');
    const first = await here.launch({ target: { kind: 'module', module: 'pkg.train' }, args: ['x'] });
    await exitOf(first.directory);
    assert.equal(output(first.directory), "package\n__main__ ['x']\n");
    assert.equal(written(first.directory).experiment, 'pkg.train');
    const second = await here.launch({ target: { kind: 'module', module: 'pkg' } });
    await exitOf(second.directory);
    assert.equal(output(second.directory), 'package\nmain of the package\n');
  });

  it('runs a program with its arguments', async () => {
    const { directory } = await here.launch({
      target: { kind: 'program', argv: ['sh', '-c', 'echo "$1"; exit 3', 'sh', 'a b'] },
    });
    assert.equal((await exitOf(directory)).code, 3);
    assert.equal(output(directory), 'a b\n');
    assert.deepEqual([written(directory).experiment, written(directory).interpreter], ['sh', null]);
  });

  it('runs a notebook from top to bottom, in the folder that it is started from', async () => {
    const cell = (source: string) => ({ cell_type: 'code', source, metadata: {}, outputs: [], execution_count: null });
    const notebook = { cells: [cell('x = 20'), cell('print(x + 1)')], metadata: {}, nbformat: 4, nbformat_minor: 5 };
    here.file('work/nb.ipynb', JSON.stringify(notebook));
    const { directory } = await here.launch({ target: { kind: 'notebook', path: 'work/nb.ipynb' } });
    assert.equal((await exitOf(directory)).code, 0);
    assert.equal(output(directory), '21\n');
    assert.deepEqual(written(directory).target, { kind: 'notebook', path: 'work/nb.ipynb' });
  });

  it('takes a script whose name looks like an option for a script', async () => {
    here.file('-c.py', 'print("ran")');
    const { directory } = await here.launch({ target: { kind: 'script', path: '-c.py' } });
    assert.equal((await exitOf(directory)).code, 0);
    assert.equal(output(directory), 'ran\n');
  });

  const refused: [string, Partial<LaunchRequest> & Pick<LaunchRequest, 'target'>, object][] = [
    ['a script that is not there', { target: { kind: 'script', path: 'no.py' } }, { code: 'script-missing' }],
    ['a folder for a script', { target: { kind: 'script', path: 'pkg' } }, { code: 'script-is-folder' }],
    ['a module that is not there', { target: { kind: 'module', module: 'no_such' } }, { code: 'module-missing' }],
    [
      'a module that is missing in a package',
      { target: { kind: 'module', module: 'pkg.no' } },
      { code: 'module-missing' },
    ],
    ['a package without a main', { target: { kind: 'module', module: 'pkg' } }, { code: 'module-missing' }],
    [
      'a module below one that is no package',
      { target: { kind: 'module', module: 'ok.x' } },
      { code: 'module-missing' },
    ],
    [
      'a program that is not there',
      { target: { kind: 'program', argv: ['no-such-program'] } },
      { code: 'program-missing' },
    ],
    [
      'a program that may not be executed',
      { target: { kind: 'program', argv: ['./ok.py'] } },
      { code: 'program-missing' },
    ],
    [
      'a working folder that is not there',
      { target: { kind: 'script', path: 'ok.py' }, cwd: 'no' },
      { code: 'cwd-missing' },
    ],
    [
      'a Python that is not there',
      { target: { kind: 'script', path: 'ok.py' }, python: '/no/python' },
      { code: 'python-broken' },
    ],
    ['a notebook that is not there', { target: { kind: 'notebook', path: 'no.ipynb' } }, { code: 'script-missing' }],
  ];
  for (const [what, request, expected] of refused) {
    it(`refuses ${what}, and writes nothing`, async () => {
      here.file('ok.py', 'pass');
      here.file('pkg/__init__.py', 'open("imported", "w")');
      await assert.rejects(here.launch(request), expected);
      assert.deepEqual(readdirSync(here.folder).sort(), ['ok.py', 'pkg']);
    });
  }

  it('refuses a store that is a file', async () => {
    here.file('ok.py', 'pass');
    const store = here.file('.trainyard', '');
    await assert.rejects(here.launch({ target: { kind: 'script', path: 'ok.py' } }), {
      code: 'store-not-writable',
      params: { folder: store, problem: `EEXIST: file already exists, mkdir '${store}'` },
    });
  });

  /** Does something as a user for whom the modes of files hold, also where the tests are run by root. */
  const unprivileged = async (work: () => Promise<void>) => {
    const isRoot = getuid?.() === 0;
    chmodSync(join(here.folder, '..'), 0o755);
    if (isRoot) process.seteuid?.(65534);
    try {
      await work();
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
  };
  const anything = () => {
    const target = { kind: 'program' as const, argv: ['true'] };
    return launch(here.folder, { folder: here.folder, target, origin: 'cli' }, new AbortController().signal);
  };

  it('refuses a store that may not be written', async () => {
    const store = join(here.folder, '.trainyard');
    const home = join(here.folder, 'home');
    process.env.TRAINYARD_HOME = home;
    for (const folder of [store, home]) mkdirSync(folder);
    chmodSync(home, 0o777);
    writeFileSync(join(store, '.gitignore'), '');
    chmodSync(store, 0o555);
    await unprivileged(() => assert.rejects(anything(), { code: 'store-not-writable' }));
    chmodSync(store, 0o755);
    assert.deepEqual(runsIn(store), []);
  });

  it('refuses a user folder that may not be written', async () => {
    chmodSync(here.folder, 0o777);
    process.env.TRAINYARD_HOME = join(here.folder, 'home');
    mkdirSync(process.env.TRAINYARD_HOME, { mode: 0o555 });
    await unprivileged(() => assert.rejects(anything(), { code: 'user-folder-not-writable' }));
  });

  it('uses the store that is named, and the nearest one upwards without', async () => {
    here.file('a/b/ok.py', 'pass');
    mkdirSync(join(here.folder, '.trainyard'));
    const target = { kind: 'script' as const, path: 'ok.py' };
    const signal = new AbortController().signal;
    const folder = join(here.folder, 'a', 'b');
    const near = await launch(folder, { folder, target, origin: 'cli' }, signal);
    assert.equal(near.directory, join(here.folder, '.trainyard', 'runs', near.run));
    assert.equal(written(near.directory).cwd, 'a/b');
    const store = join(here.folder, 'elsewhere', '.trainyard');
    const named = await launch(folder, { folder, store, target, origin: 'cli' }, signal);
    assert.equal(named.directory, join(store, 'runs', named.run));
    assert.equal(written(named.directory).cwd, folder);
    for (const { directory } of [near, named]) assert.equal((await exitOf(directory)).code, 0);
  });

  it('goes on without the state of the code, and says so', async () => {
    here.file('ok.py', 'pass');
    here.file('.git/HEAD', 'nonsense');
    const { directory } = await here.launch({ target: { kind: 'script', path: 'ok.py' } });
    await exitOf(directory);
    const warnings = readSupervisorRecords(directory).filter((record) => record.kind === 'warning');
    assert.deepEqual(
      warnings.map((warning) => warning.code),
      ['git-failed'],
    );
  });

  it('says of a Python that ignores the environment that the hook will not see it', async () => {
    const { directory } = await here.launch({ target: { kind: 'program', argv: ['python3', '-I', '-c', 'pass'] } });
    assert.equal((await exitOf(directory)).code, 0);
    const warnings = readSupervisorRecords(directory).filter((record) => record.kind === 'warning');
    assert.deepEqual(
      warnings.map(({ code, params }) => [code, params]),
      [['no-hook', { flag: '-I' }]],
    );
  });

  it('that is refused where there are runs already leaves nothing behind', async () => {
    const { run, directory } = await here.python(['pass']);
    await exitOf(directory);
    await assert.rejects(here.launch({ target: { kind: 'script', path: 'none.py' } }), { code: 'script-missing' });
    await assert.rejects(here.launch({ target: { kind: 'module', module: 'no_such_module' } }), {
      code: 'module-missing',
    });
    assert.deepEqual(runsIn(join(here.folder, '.trainyard')), [run]);
  });

  it('that is cancelled leaves nothing behind', async () => {
    here.file('ok.py', 'pass');
    const request = { folder: here.folder, target: { kind: 'script' as const, path: 'ok.py' }, origin: 'cli' as const };
    await assert.rejects(launch(here.folder, request, AbortSignal.abort()), { code: 'cancelled' });
    assert.deepEqual(runsIn(join(here.folder, '.trainyard')), []);
  });

  it('clears away what a killed launch has left, and nothing else', async () => {
    const runs = join(here.folder, '.trainyard', 'runs');
    const stale = '.01900000-0000-7000-8000-000000000000.draft';
    const fresh = '.01900000-0000-7000-8000-000000000001.draft';
    for (const name of [stale, fresh, 'mine.draft']) mkdirSync(join(runs, name), { recursive: true });
    for (const name of [stale, 'mine.draft']) utimesSync(join(runs, name), 1, 1);
    const { run, directory } = await here.python(['pass']);
    await exitOf(directory);
    assert.deepEqual(runsIn(join(here.folder, '.trainyard')).sort(), [fresh, run, 'mine.draft'].sort());
  });

  it('says what a supervisor that cannot start has to say', async () => {
    here.file('ok.py', 'pass');
    const first = await here.launch({ target: { kind: 'script', path: 'ok.py' } });
    await exitOf(first.directory);
    const tools = join(process.env.TRAINYARD_HOME as string, 'tools');
    const [hash] = readdirSync(tools);
    const { bootSupervisor } = await import('../../../src/tracking/start-supervisor.ts');
    const directory = join(here.folder, '.trainyard', 'runs', 'broken');
    mkdirSync(directory);
    writeFileSync(join(directory, 'run.json'), '{"version": 2}');
    writeFileSync(join(directory, 'supervisor.jsonl'), '');
    await assert.rejects(
      bootSupervisor(directory, join(tools, hash as string)).start({ directory, warnings: [] }),
      (error) => {
        assert.match(String(error), /start-failed/);
        assert.match(String(error), /version is not 1/);
        return true;
      },
    );
    rmSync(directory, { recursive: true });
  });
});
