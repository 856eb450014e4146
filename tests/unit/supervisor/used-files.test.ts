import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { isAlive } from '../../../src/base/process-identity.ts';
import type { SupervisorRecord } from '../../../src/contract/supervisor-record.ts';
import { openStore } from '../../../src/store/index.ts';
import { ingest, type Launched, runDetails } from '../../../src/tracking/index.ts';
import { runProcesses } from '../../../src/tracking/run-processes.ts';
import { readSupervisorRecords } from '../../../src/tracking/supervisor-file.ts';
import { until } from '../../support/until.ts';
import { exitOf, type Yard, yard } from '../../support/yard.ts';

type FileRecord = SupervisorRecord & { kind: 'file' };

const fixtures = join(import.meta.dirname, '../../fixtures/used-files');
const teller = `import os, sys, time; sys.path.insert(0, ${JSON.stringify(fixtures)}); from teller import *`;
const sha256 = (content: string | Buffer) => createHash('sha256').update(content).digest('hex');

describe('the files of a run', function () {
  this.timeout(60_000);
  let here: Yard;
  let scripts = 0;
  beforeEach(() => {
    here = yard();
  });
  afterEach(() => here.remove());

  /** Without the hook of the Python side: only what the script itself says is told. */
  const run = (...lines: string[]): Promise<Launched> => {
    const script = here.file(`told${scripts++}.py`, teller, ...lines);
    return here.launch({ target: { kind: 'program', argv: ['python3', '-I', script] } });
  };
  const records = (directory: string) =>
    readSupervisorRecords(directory).filter((record): record is FileRecord => record.kind === 'file');
  /** What was said last of each file, when the supervisor has gone. */
  const ended = async ({ directory }: Launched) => {
    await exitOf(directory);
    await until('the supervisor has gone', () => {
      const { supervisor } = runProcesses(directory);
      return supervisor && !isAlive(supervisor);
    });
    assert.equal(readFileSync(join(directory, 'supervisor.log'), 'utf8'), '');
    const last = new Map(records(directory).map((record) => [`${record.access} ${record.path}`, record]));
    return { last, get: (access: string, path: string) => last.get(`${access} ${path}`) };
  };
  const warnings = ({ directory }: Launched) =>
    readSupervisorRecords(directory).flatMap((record) => (record.kind === 'warning' ? [record] : []));

  it('are hashed, told apart by what was done with them, and told before the end of the run', async () => {
    here.file('data/train.csv', 'a,b', '1,2');
    here.file('log.txt', 'old');
    const launched = await run(
      'read("data/train.csv", by="pandas.read_csv", what="data", format="csv")',
      'write("model.txt", "tree\\nversion=v4\\n")',
      'read("model.txt")',
      'told("log.txt", "read"); told("log.txt", "write")',
      'open("log.txt", "r+").write("new")',
      'write("scratch", "x"); os.remove("scratch")',
      'open("plot.png", "wb").write(b"\\x89PNG\\r\\n\\x1a\\n....")',
      'os.mkdir("__pycache__"); open("__pycache__/x", "w").write("x")',
      'os.makedirs("kept/joblib/f"); open("kept/.gitignore", "w").write("# Created by joblib automatically.\\n*\\n")',
      'open("kept/joblib/f/output.pkl", "w").write("x")',
      'open("later.py", "w").write("pass")',
    );
    await exitOf(launched.directory);
    const kinds = readSupervisorRecords(launched.directory).map(({ kind }) => kind);
    assert.ok(kinds.lastIndexOf('file') < kinds.indexOf('exit'), kinds.join(' '));
    const { last, get } = await ended(launched);
    assert.deepEqual([...last.keys()].sort(), [
      'read data/train.csv',
      'read log.txt',
      'write log.txt',
      'write model.txt',
      'write plot.png',
    ]);
    const input = get('read', 'data/train.csv');
    assert.deepEqual(
      [input?.sha256, input?.bytes, input?.by, input?.what, input?.format, input?.changed, input?.sampled],
      [sha256('a,b\n1,2\n'), 8, 'pandas.read_csv', 'data', 'csv', false, false],
    );
    assert.equal(get('read', 'log.txt')?.changed, true);
    assert.equal(get('write', 'log.txt')?.sha256, sha256('new\n'));
    const model = get('write', 'model.txt');
    assert.deepEqual([model?.what, model?.format, model?.kept], ['model', 'lightgbm', 'artifacts/model.txt']);
    assert.equal(readFileSync(join(launched.directory, 'artifacts/model.txt'), 'utf8'), 'tree\nversion=v4\n');
    assert.deepEqual([get('write', 'plot.png')?.what, get('write', 'plot.png')?.by], ['figure', null]);
  });

  it('are in the index, also when it is built again, with what was kept as artifacts', async () => {
    here.file('in.csv', '1');
    const launched = await run(
      'read("in.csv")',
      'write("out.safetensors", b"\\2\\0\\0\\0\\0\\0\\0\\0{}")',
      'write("plot.png", b"\\x89PNG\\r\\n\\x1a\\n", what="figure", format="png")',
    );
    await ended(launched);
    const details = async () => {
      const store = openStore(join(launched.directory, '../..'));
      try {
        await ingest(store, { full: true });
        return runDetails(store, launched.run);
      } finally {
        store.close();
      }
    };
    const found = await details();
    assert.deepEqual(
      found.inputs.map(({ path, sha256: hash }) => [path, hash]),
      [[join(here.folder, 'in.csv'), sha256('1\n')]],
    );
    assert.deepEqual(
      found.outputs.map(({ path, what, kept }) => [path, what, kept]),
      [
        [join(here.folder, 'out.safetensors'), 'model', 'artifacts/out.safetensors'],
        [join(here.folder, 'plot.png'), 'figure', 'artifacts/plot.png'],
      ],
    );
    assert.deepEqual(
      found.artifacts.map(({ name, kind, path, bytes }) => [name, kind, path, bytes]),
      [
        ['out.safetensors', 'model', 'artifacts/out.safetensors', 10],
        ['plot.png', 'figure', 'artifacts/plot.png', 8],
      ],
    );
    assert.deepEqual(found.media, [{ kind: 'image', tag: 'plot.png', count: 1, firstStep: 0, lastStep: 0 }]);
    const cli = join(import.meta.dirname, '../../../dist/cli.mjs');
    execFileSync(process.execPath, [cli, 'doctor', '--rebuild'], { cwd: here.folder });
    assert.deepEqual((await details()).outputs, found.outputs);
  });

  it('are told as changed, or gone, where they are not what was read', async () => {
    for (const name of ['before', 'after', 'gone', 'same']) here.file(name, name);
    const launched = await run(
      'for name in ("after", "gone", "same"): read(name)',
      'told("before", "read"); open("before", "w").write("quickly")',
      'while not os.path.exists("go"): time.sleep(0.01)',
      'open("after", "w").write("other"); os.remove("gone")',
    );
    await until(
      'the inputs are hashed',
      () => records(launched.directory).filter((record) => record.sha256).length >= 3,
    );
    here.file('go');
    const { get } = await ended(launched);
    const of = (name: string) => {
      const { sha256: hash, changed, problem } = get('read', name) as FileRecord;
      return { hash, changed, problem };
    };
    assert.deepEqual(of('after'), { hash: sha256('after\n'), changed: true, problem: null });
    assert.deepEqual(of('gone'), { hash: sha256('gone\n'), changed: false, problem: 'gone' });
    assert.deepEqual(of('same'), { hash: sha256('same\n'), changed: false, problem: null });
    assert.deepEqual(of('before'), { hash: null, changed: true, problem: null });
  });

  it('are never read where they are pipes or devices, and said to be unreadable where they are', async () => {
    here.file('secret', 'x');
    here.file('target', 'linked');
    symlinkSync('target', join(here.folder, 'link'));
    symlinkSync('nowhere', join(here.folder, 'dangling'));
    execFileSync('mkfifo', [join(here.folder, 'pipe')]);
    chmodSync(join(here.folder, 'secret'), 0);
    const launched = await run(
      'for name in ("secret", "link", "dangling", "pipe", "/dev/null"): told(name, "read")',
      'told("pipe", "write")',
      'os.symlink("target", "made")',
    );
    const { get, last } = await ended(launched);
    assert.equal(get('read', 'pipe')?.problem, 'special');
    assert.equal(get('write', 'pipe')?.problem, 'special');
    assert.equal(get('read', '/dev/null')?.problem, 'special');
    assert.equal(get('read', 'dangling')?.problem, 'gone');
    assert.equal(get('read', 'link')?.sha256, sha256('linked\n'));
    const isRoot = process.getuid?.() === 0;
    assert.equal(get('read', 'secret')?.problem, isRoot ? null : 'unreadable');
    assert.equal(last.has('write made'), false);
  });

  it('are one folder where they are many, of several processes too', async () => {
    mkdirSync(join(here.folder, 'images/cat'), { recursive: true });
    mkdirSync(join(here.folder, 'images/dog'));
    for (let index = 0; index < 700; index++) {
      for (const animal of ['cat', 'dog'])
        writeFileSync(join(here.folder, 'images', animal, `${index}.jpg`), `${index}`);
    }
    here.file('labels.csv', 'x');
    const launched = await run(
      'read("labels.csv")',
      'if os.fork():',
      '    for i in range(700): read("images/cat/%d.jpg" % i)',
      '    os.wait()',
      'else:',
      '    import teller; teller._file = None',
      '    for i in range(700): read("images/dog/%d.jpg" % i)',
      '    os._exit(0)',
      'os.mkdir("frames")',
      'for i in range(1_200): write("frames/%d.txt" % i, str(i))',
    );
    await ended(launched);
    const store = openStore(join(launched.directory, '../..'));
    try {
      await ingest(store);
      const { inputs, outputs } = runDetails(store, launched.run);
      assert.deepEqual(
        inputs.map(({ path, files, bytes }) => [path, files, bytes]),
        [
          [join(here.folder, 'labels.csv'), null, 2],
          [join(here.folder, 'images'), 1_400, 2 * (10 + 180 + 1_800)],
        ],
      );
      const lines = ['cat', 'dog'].flatMap((animal) =>
        Array.from({ length: 700 }, (_, index) => `${animal}/${index}.jpg`),
      );
      lines.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      const listing = lines.map((name) => {
        const content = readFileSync(join(here.folder, 'images', name));
        return `${sha256(content)}  ${content.length}  ${name}\n`;
      });
      assert.equal(inputs[1]?.sha256, sha256(listing.join('')));
      assert.deepEqual(
        outputs.map(({ path, files }) => [path, files]),
        [[join(here.folder, 'frames'), 1_200]],
      );
    } finally {
      store.close();
    }
  });

  it('are one folder where they lie in the working folder itself, beside those of folders in it', async () => {
    for (let index = 0; index < 1_001; index++) writeFileSync(join(here.folder, `${index}.jpg`), `${index}`);
    here.file('data/labels.csv', 'x');
    const launched = await run(
      'read("data/labels.csv")',
      'for i in range(1_001): read("%d.jpg" % i)',
      'write("result.txt", "x"); read("/etc/hostname") if os.path.exists("/etc/hostname") else None',
    );
    await ended(launched);
    const store = openStore(join(launched.directory, '../..'));
    try {
      await ingest(store);
      const { inputs, outputs } = runDetails(store, launched.run);
      const inside = inputs.filter(({ path }) => path.startsWith(here.folder));
      assert.deepEqual(
        inside.map(({ path, files }) => [path, files]).sort(),
        [
          [here.folder, 1_002],
          [join(here.folder, 'data/labels.csv'), null],
        ],
        'the pictures and the script',
      );
      assert.equal(inputs.length - inside.length, existsSync('/etc/hostname') ? 1 : 0);
      assert.deepEqual(
        outputs.map(({ path }) => path),
        [join(here.folder, 'result.txt')],
      );
    } finally {
      store.close();
    }
  });

  it('are sampled where they are large, without holding up the end of the run', async () => {
    const large = here.file('large.bin', 'begin');
    truncateSync(large, 300 * 1024 * 1024);
    const launched = await run('told("large.bin", "read")', 'write("small", "s")');
    const { get } = await ended(launched);
    const found = get('read', 'large.bin');
    assert.deepEqual([found?.sampled, found?.bytes], [true, 300 * 1024 * 1024]);
    assert.equal(get('write', 'small')?.sampled, false);
  });

  it('are hashed after the end where that takes long, each told of before', async () => {
    const lines = Array.from({ length: 4 }, (_, index) => {
      const name = `copy${index}.bin`;
      writeFileSync(join(here.folder, name), '');
      truncateSync(join(here.folder, name), 250 * 1024 * 1024);
      return `told("${name}", "read")`;
    });
    const launched = await run('write("small", "s")', ...lines);
    await exitOf(launched.directory);
    const all = readSupervisorRecords(launched.directory);
    const before = all.slice(
      0,
      all.findIndex(({ kind }) => kind === 'exit'),
    );
    const told = new Map(before.flatMap((record) => (record.kind === 'file' ? [[record.path, record]] : [])));
    assert.equal(told.size, 5);
    assert.equal(told.get('small')?.sha256, sha256('s'));
    assert.ok([...told.values()].some((record) => record.sha256 === null));
    const { last } = await ended(launched);
    assert.ok([...last.values()].every((record) => record.sha256 !== null));
  });

  it('need not be hashed to the end by a supervisor that is told to go', async () => {
    const lines = Array.from({ length: 20 }, (_, index) => {
      const name = `copy${index}.bin`;
      writeFileSync(join(here.folder, name), '');
      truncateSync(join(here.folder, name), 250 * 1024 * 1024);
      return `told("${name}", "read")`;
    });
    const launched = await run(...lines);
    const exit = await exitOf(launched.directory);
    process.kill(runProcesses(launched.directory).supervisor?.pid as number, 'SIGTERM');
    await ended(launched);
    assert.equal(exit.code, 0);
  });

  it('leave nothing behind of a run that is deleted while they are hashed', async () => {
    const lines = Array.from({ length: 4 }, (_, index) => {
      writeFileSync(join(here.folder, `large${index}.bin`), '');
      truncateSync(join(here.folder, `large${index}.bin`), 250 * 1024 * 1024);
      return `told("large${index}.bin", "read")`;
    });
    const launched = await run(...lines, 'write("model.onnx", b"\\x08\\x07")');
    await exitOf(launched.directory);
    const { supervisor } = runProcesses(launched.directory);
    rmSync(launched.directory, { recursive: true });
    await until('the supervisor has gone', () => supervisor && !isAlive(supervisor));
    assert.equal(existsSync(launched.directory), false);
  });

  it('have names of any kind', async () => {
    const launched = await run(
      'names = ["a\\nb", "\\x1b[31mred", "..\\\\up", "\\u202egnp", "caf\\u00e9", b"bad\\xff".decode(errors="surrogateescape")]',
      'for name in names: write(name, name.encode(errors="surrogateescape"))',
      'open(b"found\\xfe", "wb").write(b"found")',
      'write("../outside.onnx", b"\\x08\\x07 onnx")',
    );
    const { last, get } = await ended(launched);
    assert.equal(last.size, 8);
    assert.equal(get('write', 'a\nb')?.sha256, sha256('a\nb'));
    assert.equal(get('write', 'bad\udcff')?.sha256, sha256(Buffer.from([0x62, 0x61, 0x64, 0xff])));
    assert.equal(get('write', 'found\udcfe')?.sha256, sha256('found'));
    const outside = get('write', join(here.folder, '../outside.onnx'));
    assert.deepEqual([outside?.what, outside?.kept], ['model', 'artifacts/outside.onnx']);
  });

  it('are kept under names of their own, and not twice', async () => {
    const onnx = '\\x08\\x07';
    const launched = await run(
      `for fold in ("a", "b"): os.mkdir(fold); write(fold + "/model.onnx", b"${onnx}" + fold.encode())`,
      'os.makedirs(os.environ["TRAINYARD_RUN_DIR"] + "/artifacts")',
      'for name in ("kept.onnx", "taken.onnx"):',
      `    write(name, b"${onnx}" + name.encode())`,
      `    open(os.environ["TRAINYARD_RUN_DIR"] + "/artifacts/" + name, "wb").write(b"${onnx}kept.onnx")`,
    );
    const { last } = await ended(launched);
    assert.deepEqual([...last.values()].map(({ path, kept }) => [path, kept]).sort(), [
      ['a/model.onnx', 'artifacts/a/model.onnx'],
      ['b/model.onnx', 'artifacts/b/model.onnx'],
      ['kept.onnx', 'artifacts/kept.onnx'],
      ['taken.onnx', 'artifacts/taken-2.onnx'],
    ]);
    for (const { kept, sha256: hash } of last.values()) {
      assert.equal(sha256(readFileSync(join(launched.directory, kept as string))), hash);
    }
  });

  it('are not kept through a link that leads out of the run', async () => {
    mkdirSync(join(here.folder, 'elsewhere'));
    const script = here.file(
      'linked.py',
      teller,
      'os.symlink(os.path.abspath("elsewhere"), os.environ["TRAINYARD_RUN_DIR"] + "/artifacts")',
      'write("model.onnx", b"\\x08\\x07")',
    );
    const launched = await here.launch({ target: { kind: 'program', argv: ['python3', '-I', script] } });
    await exitOf(launched.directory);
    await until('the supervisor has gone', () => {
      const { supervisor } = runProcesses(launched.directory);
      return supervisor && !isAlive(supervisor);
    });
    assert.equal(existsSync(join(here.folder, 'elsewhere/model.onnx')), false);
    assert.equal(records(launched.directory).at(-1)?.kept, null);
  });

  it('are not those that another run beside it wrote, nor those of before', async () => {
    const old = here.file('old.txt', 'old');
    utimesSync(old, 1_000_000_000, 1_000_000_000);
    const first = await run('while not os.path.exists("go"): time.sleep(0.01)', 'open("mine.txt", "w").write("x")');
    const second = await run('write("theirs.txt", "x")');
    await ended(second);
    here.file('go');
    const { last } = await ended(first);
    assert.deepEqual([...last.keys()].sort(), ['write go', 'write mine.txt']);
    assert.equal(statSync(old).mtimeMs, 1_000_000_000_000);
    assert.deepEqual(
      warnings(first).map(({ code }) => code),
      ['no-hook'],
    );
  });

  if (process.platform === 'linux') {
    it('are not where somebody has the command line print to', async () => {
      const script = here.file('prints.py', 'print("hello"); open("result", "w").write("x")');
      const cli = join(import.meta.dirname, '../../../dist/cli.mjs');
      const log = openSync(join(here.folder, 'log'), 'w');
      execFileSync(process.execPath, [cli, 'run', script], { cwd: here.folder, stdio: ['ignore', log, log] });
      closeSync(log);
      const shown = execFileSync(process.execPath, [cli, 'show', 'latest', '--json'], { cwd: here.folder });
      const { outputs } = JSON.parse(shown.toString()) as { outputs: { path: string; sha256: string }[] };
      assert.deepEqual(
        outputs.map(({ path, sha256: hash }) => [path, hash]),
        [[join(here.folder, 'result'), sha256('x')]],
      );
      assert.equal(readFileSync(join(here.folder, 'log'), 'utf8'), 'hello\n');
    });
  }

  it('are known as the run goes on', async () => {
    here.file('in.csv', '1');
    const launched = await run(
      'read("in.csv"); write("first.txt", "x")',
      'while not os.path.exists("go"): time.sleep(0.01)',
    );
    await until('the output is told of', () => records(launched.directory).some(({ path }) => path === 'first.txt'));
    assert.equal(records(launched.directory).find(({ path }) => path === 'in.csv')?.sha256, sha256('1\n'));
    here.file('go');
    const { get } = await ended(launched);
    assert.equal(get('write', 'first.txt')?.sha256, sha256('x'));
  });
});
