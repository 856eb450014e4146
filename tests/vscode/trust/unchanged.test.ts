import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import * as vscode from 'vscode';
import type { WindowParts } from '../../../src/extension.ts';
import { applicationId } from '../../../src/store/migrate.ts';
import { until } from '../../support/until.ts';
import { activate, command, complaints, type Reference, rows, workspaceFolder } from '../support/window.ts';

/** Every file and folder with its size, its times and where it leads; what was read only looks the same afterwards. */
function look(folder: string): Record<string, string> {
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  return Object.fromEntries(
    ['', ...found].map((name) => {
      const path = join(folder, name);
      const { mode, size, mtimeNs, ino } = lstatSync(path, { bigint: true });
      const target = lstatSync(path).isSymbolicLink() ? readlinkSync(path) : '';
      return [name, [mode, size, mtimeNs, ino, target].join(' ')];
    }),
  );
}

describe('a folder in a window that is not trusted', () => {
  let window: WindowParts;
  let folder: string;
  let store: string;
  let extension: string;
  let trap: string;

  before(async () => {
    window = await activate();
    assert.equal(vscode.workspace.isTrusted, false);
    folder = workspaceFolder();
    store = join(folder, '.trainyard');
    extension = vscode.extensions.getExtension('trainyard.trainyard')?.extensionPath ?? '';
    trap = join(folder, '..', 'sprung');
    setTraps();
  });

  afterEach(() => rmSync(store, { recursive: true, force: true, maxRetries: 5 }));

  /** The other tests of the window have the folder as it was. */
  after(() => {
    for (const name of ['.git', '.gitattributes', '.venv', '.vscode', 'trap.sh']) {
      rmSync(join(folder, name), { recursive: true, force: true, maxRetries: 5 });
    }
  });

  /** What git would start of a repository that somebody else has made, and what Python would. */
  const setTraps = () => {
    const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, stdio: 'ignore' });
    git('init');
    const script = join(folder, 'trap.sh');
    writeFileSync(script, `#!/bin/sh\necho "$0 $*" >> '${trap}'\n`);
    chmodSync(script, 0o755);
    for (const key of ['core.fsmonitor', 'core.sshCommand', 'core.pager', 'diff.external', 'filter.x.clean']) {
      git('config', key, script);
    }
    writeFileSync(join(folder, '.gitattributes'), '* filter=x\n');
    for (const hook of ['post-index-change', 'post-checkout', 'reference-transaction']) {
      writeFileSync(join(folder, '.git', 'hooks', hook), readFileSync(script), { mode: 0o755 });
    }
    const bin = join(folder, '.venv', 'bin');
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(folder, '.venv', 'pyvenv.cfg'), 'home = /usr/bin\n');
    for (const name of ['python', 'python3']) writeFileSync(join(bin, name), readFileSync(script), { mode: 0o755 });
    mkdirSync(join(folder, '.vscode'), { recursive: true });
    writeFileSync(join(folder, '.vscode', 'settings.json'), '{ "trainyard.python": ".venv/bin/python" }');
  };
  const trainyard = (...args: string[]) =>
    execFileSync(process.execPath, [join(extension, 'bin', 'trainyard.js'), ...args], {
      cwd: folder,
      timeout: 60_000,
      encoding: 'utf8',
      env: { ...process.env, PATH: `/usr/bin:${process.env.PATH}` },
    });
  const recorded = (name: string, ...more: string[]) => {
    trainyard('run', '--python', 'python3', '--name', name, 'train.py', ...more);
    trainyard('doctor');
    rmSync(trap, { force: true });
  };
  const shown = (name: string) =>
    until(`${name} is shown`, async () => (await rows(window)).find(({ run }) => run?.name === name), 40);
  const index = () => join(store, 'trainyard.db');

  /** Does everything that a person can do to a run and to the folder, and looks for a while. */
  const useEverything = async (reference: Reference) => {
    const script = vscode.Uri.file(join(folder, 'train.py'));
    const nowhere = join(folder, 'exported');
    const asked: [string, ...unknown[]][] = [
      ['runTraining', { folder, target: { kind: 'script', path: 'train.py' } }],
      ['runTraining', { folder, target: { kind: 'script', path: 'train.py' }, queue: {} }],
      ['runScript', script],
      ['debugScript', script],
      ...[
        'rerun',
        'runAgain',
        'runLike',
        'reproduce',
        'retry',
        'queueAgain',
        'stop',
        'star',
        'unstar',
        'archive',
        'restore',
      ].map((name): [string, ...unknown[]] => [name, reference, { args: [] }]),
      ['delete', reference],
      ['rename', reference, { name: 'another' }],
      ['editNote', reference, { note: 'a note' }],
      ['addTag', reference, { key: 'k', value: 'v' }],
      ['removeTag', reference, { key: 'k' }],
      ['exportRuns', reference, { path: nowhere }],
      ['importRuns', vscode.Uri.file(folder)],
      ['importLogs', vscode.Uri.file(folder)],
      ['checkStore'],
      ['rebuildIndex'],
      ['pauseQueue', folder],
      ['resumeQueue', folder],
      ['queueJobs', 4],
      ['clearQueue', folder],
    ];
    for (const [name, ...args] of asked) {
      const said = await complaints(async () => command(name, ...args));
      if (name !== 'stop') assert.match(said[0] ?? '', /not trusted|no Trainyard store/, name);
    }
    assert.ok(!existsSync(nowhere));
    for (const name of ['openRun', 'showOutput']) await complaints(async () => command(name, reference));
    await lookAgain();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  };
  const lookAgain = async () => {
    for (let time = 0; time < 3; time++) await command('refresh');
  };
  const unchanged = (before: Record<string, string>) => {
    assert.deepEqual(look(folder), before);
    assert.ok(!existsSync(trap), existsSync(trap) ? readFileSync(trap, 'utf8') : '');
  };

  it('stays as it is where it has no store', async () => {
    const before = look(folder);
    await useEverything({ folder, run: '01a1ff6e-42ba-7f5c-a16c-182fd78cdc34' });
    unchanged(before);
  });

  it('stays as it is where it has runs and their index', async () => {
    recorded('with an index');
    const before = look(folder);
    const { run } = await shown('with an index');
    await useEverything({ folder, run: run?.id ?? '' });
    unchanged(before);
  });

  it('gets no index where it has none, and shows its runs all the same', async () => {
    recorded('without an index');
    for (const name of readdirSync(store)) if (name.startsWith('trainyard.db')) rmSync(join(store, name));
    const before = look(folder);
    const { run } = await shown('without an index');
    await useEverything({ folder, run: run?.id ?? '' });
    unchanged(before);
  });

  it('keeps an index of an older version as it is', async () => {
    recorded('with an old index');
    makeOldIndex();
    const before = look(folder);
    await shown('with an old index');
    await lookAgain();
    unchanged(before);
  });

  for (const shared of [true, false]) {
    it(`reads what is in a log that a killed process left, ${shared ? 'and' : 'without'} its shared memory`, async () => {
      recorded('before the kill');
      alterIndex("UPDATE runs SET name = 'after the kill'", { killed: true });
      assert.ok(lstatSync(`${index()}-wal`).size > 0);
      if (!shared) rmSync(`${index()}-shm`);
      const before = look(folder);
      await until('a run is shown', async () => (await rows(window)).some(({ run }) => run?.name.endsWith('the kill')));
      await lookAgain();
      unchanged(before);
    });
  }

  it('deletes no run that was said to be deleted, and settles no other', async () => {
    recorded('stays');
    const [id] = readdirSync(join(store, 'runs'));
    for (const name of readdirSync(store)) if (name.startsWith('trainyard.db')) rmSync(join(store, name));
    mkdirSync(join(store, 'ops'), { recursive: true });
    const op = { v: 1, t: Date.now() * 1000, by: 'somebody', op: 'delete', run: id };
    writeFileSync(join(store, 'ops', 'elsewhere.jsonl'), `\u001e${JSON.stringify(op)}\n`);
    mkdirSync(join(store, 'runs', '.01a1ff6e-42ba-7f5c-a16c-182fd78cdc34.draft'));
    const before = look(folder);
    await lookAgain();
    assert.equal((await rows(window)).length, 0);
    unchanged(before);
  });

  it('gives no supervisor to a run that has lost its own, and starts nothing that waits', async () => {
    trainyard('queue', 'pause');
    trainyard('run', '--queue', '--detach', '--python', 'python3', '--name', 'waits for its turn', 'train.py');
    const answer = trainyard('run', '--detach', '--json', '--python', 'python3', '--name', 'orphan', 'endless.py');
    const { id } = JSON.parse(answer) as { id: string };
    const details = () => JSON.parse(trainyard('show', id, '--json')) as { supervisorPid: number; pid: number };
    const { supervisorPid, pid } = await until('it runs', () => {
      const found = details();
      return found.pid && found.supervisorPid ? found : undefined;
    });
    process.kill(supervisorPid, 'SIGKILL');
    rmSync(join(store, 'queue', 'paused'));
    rmSync(trap, { force: true });
    const still = () => Object.keys(look(join(store, 'runs', id))).sort();
    const files = still();
    const before = look(join(store, 'queue'));
    await shown('orphan');
    await shown('waits for its turn');
    await lookAgain();
    try {
      assert.deepEqual(still(), files);
      assert.deepEqual(look(join(store, 'queue')), before);
      assert.ok(!existsSync(trap));
    } finally {
      process.kill(pid, 'SIGKILL');
    }
  });

  /** Puts an empty index of the version before this one in its place. */
  const makeOldIndex = () => {
    for (const name of readdirSync(store)) if (name.startsWith('trainyard.db')) rmSync(join(store, name));
    const migrations = join(extension, 'dist', 'migrations');
    const earlier = readdirSync(migrations).sort().slice(0, -1);
    const version = Number.parseInt(earlier.at(-1) ?? '', 10);
    const tables = earlier.map((name) => readFileSync(join(migrations, name), 'utf8')).join('\n');
    alterIndex(`${tables}\nPRAGMA application_id = ${applicationId}; PRAGMA user_version = ${version}`);
  };

  /** Changes the index behind everybody's back, and lets go of it or is killed. */
  const alterIndex = (sql: string, { killed = false } = {}) => {
    const program = `
      const Database = require(${JSON.stringify(join(extension, 'node_modules', 'better-sqlite3'))});
      const db = new Database(${JSON.stringify(index())});
      db.pragma('journal_mode = ${killed ? 'WAL' : 'DELETE'}');
      db.pragma('wal_autocheckpoint = 0');
      db.exec(${JSON.stringify(sql)});
      if (${killed}) process.kill(process.pid, 'SIGKILL');
      db.close();`;
    const { status, signal, stderr } = spawnSync(process.execPath, ['-e', program], { encoding: 'utf8' });
    assert.ok(killed ? signal === 'SIGKILL' : status === 0, stderr);
  };
});
