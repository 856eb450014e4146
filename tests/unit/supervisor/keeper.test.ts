import assert from 'node:assert/strict';
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keeperFile, parseKeeperLog, readKeeperLog } from '../../../src/base/keeper-log.ts';
import { identify, isAlive } from '../../../src/base/process-identity.ts';
import { keepScript } from '../../../src/supervisor/keep-script.ts';
import type { Outcome, ScriptProcess } from '../../../src/supervisor/script-process.ts';
import type { RunSettings } from '../../../src/supervisor/settings.ts';
import { startDirectly } from '../../../src/supervisor/start-script.ts';
import { skipBecause } from '../../support/skip.ts';
import { until } from '../../support/until.ts';

/** What a program can see of the way it was started. */
const dump = `
import json, os, resource, signal, sys
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
kept = ["Umask", "Uid", "Gid", "Groups", "SigQ", "SigPnd", "SigBlk", "SigIgn", "SigCgt", "CapInh", "CapPrm", "CapEff", "NoNewPrivs", "Seccomp", "Cpus_allowed"]
print(json.dumps({
    "status": {name: status[name].strip() for name in kept if name != "SigQ"},
    "environment": sorted([name.hex(), value.hex()] for name, value in os.environb.items()),
    "files": sorted([name, os.readlink("/proc/self/fd/" + name)] for name in "0123456789" if os.path.exists("/proc/self/fd/" + name)),
    "flags": [open("/proc/self/fdinfo/%d" % fd).read().split("flags:")[1].split()[0] for fd in (0, 1, 2)],
    "leads": [os.getpgrp() == os.getpid(), os.getsid(0) == os.getpid()],
    "terminal": open("/proc/self/stat").read().rsplit(")", 1)[1].split()[4:6],
    "command": open("/proc/self/cmdline").read(),
    "name": open("/proc/self/comm").read(),
    "folder": os.getcwd(),
    "priority": [os.getpriority(os.PRIO_PROCESS, 0), open("/proc/self/oom_score_adj").read()],
    "limits": [resource.getrlimit(getattr(resource, name)) for name in sorted(dir(resource)) if name.startswith("RLIMIT_")],
}))
`;

const nasty = {
  'BASH_FUNC_module%%': '() { eval "$(modulecmd bash "$@")"\n}',
  'npm_config_//registry/:email': 'a b',
  '-u': 'dash',
  'with space': '\'quoted\' "twice" $HOME `id` \\',
  _: '/usr/bin/something',
  PWD: '/nowhere/else',
  OLDPWD: '/before',
  SHLVL: '7',
  IFS: ':',
  PS4: '> ',
  OPTIND: '9',
  UID: '4711',
  SHELLOPTS: 'xtrace',
  BASH_ENV: '/nowhere/environment',
  ENV: '/nowhere/environment',
  CDPATH: '/tmp',
  LC_ALL: 'xx_XX.none',
  LINES_OF_TEXT: 'one\ntwo\n\nthree\n',
  EMPTY: '',
  code: 'own',
  node: 'own',
  pid: 'own',
  folder: 'own',
  trainyard_pid: 'own',
  trainyard_begin: 'own',
  UMLAUT: 'größe',
};

/** Of these, the ones that this machine has. */
const shells = ['/bin/bash', '/bin/dash', '/bin/busybox', '/bin/ksh', '/bin/mksh'];

describe('a keeper', () => {
  let folder: string;
  let python: string;
  before(function () {
    if (process.platform === 'win32') skipBecause(this, 'there is no keeper on Windows');
  });
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'trainyard-keeper-')));
    mkdirSync(join(folder, 'run'));
    python = 'python3';
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

  const settings = (command: [string, ...string[]]): RunSettings => ({
    folder: join(folder, 'run'),
    store: folder,
    id: 'none',
    cwd: folder,
    interpreter: null,
    command,
    env: {},
    queued: false,
  });

  /** Starts a command by its keeper, or without one; answers what it printed and how it ended. */
  async function start(
    command: [string, ...string[]],
    environment: NodeJS.ProcessEnv,
    how: 'kept' | 'directly',
    shell?: string,
  ) {
    const asked = settings(command);
    const names = { stdout: join(folder, 'output'), stderr: join(folder, 'errors') };
    for (const name of Object.values(names)) writeFileSync(name, '');
    const files = { stdout: openSync(names.stdout, 'a'), stderr: openSync(names.stderr, 'a') };
    let script: ScriptProcess | { outcome: Promise<Outcome> } | undefined;
    try {
      const prepare = () => undefined;
      script =
        how === 'kept'
          ? await keepScript(asked, environment, files, prepare, shell)
          : startDirectly(asked, environment, files, prepare);
    } finally {
      closeSync(files.stdout);
      closeSync(files.stderr);
    }
    assert.ok(script, 'it was not started');
    const outcome = await script.outcome;
    const text = (name: string) => readFileSync(name, 'utf8');
    return { ...outcome, stdout: text(names.stdout), stderr: text(names.stderr) };
  }

  for (const [what, environment] of Object.entries({
    usual: { ...process.env },
    'that no shell lets through': { PATH: process.env.PATH, ...nasty },
    'with nothing in it but a path': { PATH: process.env.PATH },
  })) {
    it(`changes nothing that the program can see, with an environment ${what}`, async function () {
      if (process.platform !== 'linux') skipBecause(this, 'only Linux shows all of it');
      const command: [string, ...string[]] = [python, '-c', dump, '', 'a b', '--', 'X=1', '*'];
      const [kept, direct] = [await start(command, environment, 'kept'), await start(command, environment, 'directly')];
      assert.deepEqual(kept, direct);
      const seen = JSON.parse(kept.stdout) as { leads: boolean[]; files: string[][] };
      assert.deepEqual(seen.leads, [true, true]);
      assert.equal(seen.files.length, 3);
      const { stdout } = await start(['/usr/bin/env', '-0'], environment, 'kept');
      const entries = Object.entries(environment).flatMap(([name, value]) =>
        value === undefined ? [] : [`${name}=${value}`],
      );
      assert.deepEqual(stdout.split('\0').sort(), [...entries, ''].sort());
    });
  }

  for (const code of [0, 1, 2, 125, 126, 127, 128, 129, 137, 139, 143, 141, 255]) {
    it(`tells of the exit code ${code} as such`, async () => {
      const { stdout, stderr, ...end } = await start(['/bin/sh', '-c', `exit ${code}`], process.env, 'kept');
      assert.deepEqual([end, stdout, stderr], [{ code, signal: null, error: undefined, unseen: false }, '', '']);
    });
  }

  for (const signal of ['HUP', 'INT', 'QUIT', 'ILL', 'ABRT', 'FPE', 'KILL', 'SEGV', 'USR1', 'ALRM', 'TERM']) {
    it(`tells of the signal ${signal} as such, and lets nothing of it be seen in the output`, async () => {
      const command = `ulimit -c 0; kill -${signal} $$; sleep 60`;
      const { stdout, stderr, ...end } = await start(['/bin/sh', '-c', command], process.env, 'kept');
      const expected = { code: null, signal: `SIG${signal}`, error: undefined, unseen: false };
      assert.deepEqual([end, stdout, stderr], [expected, '', '']);
    });
  }

  for (const program of shells.filter((path) => existsSync(path))) {
    it(`does the same where the shell of the system is ${program}`, async () => {
      const shell = join(folder, 'sh');
      symlinkSync(program, shell);
      const environment = { ...nasty, PATH: process.env.PATH };
      const { stdout } = await start(['/usr/bin/env', '-0'], environment, 'kept', shell);
      const entries = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
      assert.deepEqual(stdout.split('\0').sort(), [...entries, ''].sort());
      for (const [command, end] of [
        ['exit 137', [137, null]],
        ['exit 143', [143, null]],
        ['kill -KILL $$', [null, 'SIGKILL']],
        ['kill -TERM $$', [null, 'SIGTERM']],
        ['kill -INT $$', [null, 'SIGINT']],
        ['kill -TERM $PPID; kill -INT $PPID; exit 5', [5, null]],
      ] as const) {
        rmSync(join(folder, 'run', keeperFile));
        const { code, signal, stderr } = await start(['/bin/sh', '-c', command], environment, 'kept', shell);
        assert.deepEqual([code, signal, stderr], [...end, ''], command);
      }
    });
  }

  it('is not ended by the signals that others get, and not by a script that signals its whole group', async () => {
    const command = 'trap "" TERM; kill -TERM $PPID; kill -INT $PPID; kill -HUP $PPID; kill -TERM 0; exit 5';
    const { code } = await start(['/bin/sh', '-c', command], process.env, 'kept');
    assert.equal(code, 5);
  });

  it('that a script kills is missed, not mistaken: nobody knows how the script ended', async () => {
    const { code, signal, unseen } = await start(['/bin/sh', '-c', 'kill -KILL $PPID; exit 5'], process.env, 'kept');
    assert.deepEqual([code, signal, unseen], [null, null, true]);
  });

  it('starts nothing before its supervisor has written down what it starts', async () => {
    const asked = settings(['/bin/sh', '-c', 'echo begun > begun; exit 3']);
    const files = { stdout: openSync(join(folder, 'output'), 'a'), stderr: openSync(join(folder, 'errors'), 'a') };
    let prepared: Parameters<Parameters<typeof keepScript>[3]>[0] | undefined;
    const script = await keepScript(asked, process.env, files, (one) => {
      prepared = one;
      assert.equal(readKeeperLog(asked.folder), undefined);
      assert.ok(one.keeper && isAlive(one.keeper) && isAlive(one.identity));
    });
    assert.equal((await script?.outcome)?.code, 3);
    assert.deepEqual(script?.identity, prepared?.identity);
    assert.equal(readKeeperLog(asked.folder)?.pid, prepared?.identity.pid);
    closeSync(files.stdout);
    closeSync(files.stderr);
  });

  it('is left out where a secret would stand in its command line, which everybody can read', async () => {
    const environment = { ...process.env, 'npm_config_//registry.npmjs.org/:_authToken': 'c0rrect-h0rse' };
    const files = { stdout: openSync(join(folder, 'output'), 'a'), stderr: openSync(join(folder, 'errors'), 'a') };
    assert.equal(await keepScript(settings([python, '-c', '']), environment, files, () => undefined), undefined);
    closeSync(files.stdout);
    closeSync(files.stderr);
  });

  it('does not wait for what the script left behind', async () => {
    const { code, stdout } = await start(['/bin/sh', '-c', 'sleep 600 & echo $!; exit 4'], process.env, 'kept');
    assert.equal(code, 4);
    const left = identify(Number(stdout));
    assert.ok(isAlive(left));
    process.kill(left.pid, 'SIGKILL');
    await until('it has gone', () => !isAlive(left));
  });

  for (const [what, command, make] of [
    ['is not there', './absent', () => undefined],
    ['may not be executed', './plain', (path: string) => writeFileSync(path, '#!/bin/sh\n')],
    ['has an interpreter that is not there', './script', (path: string) => executable(path, '#!/nowhere/sh\n')],
    ['is a folder', './folder', (path: string) => mkdirSync(path)],
    [
      'has a sign in its name that env would take for an assignment',
      './a=b',
      (path: string) => executable(path, '#!/bin/sh\n'),
    ],
    ['is text without a first line that says what it is', './text', (path: string) => executable(path, 'exit 3\n')],
  ] as const) {
    it(`is left out for a program that ${what}`, async () => {
      make(join(folder, command));
      const files = { stdout: openSync(join(folder, 'output'), 'a'), stderr: openSync(join(folder, 'errors'), 'a') };
      assert.equal(await keepScript(settings([command]), process.env, files, () => undefined), undefined);
      closeSync(files.stdout);
      closeSync(files.stderr);
    });
  }

  it('reads back what shells write', () => {
    const end = (text: string) => parseKeeperLog(text, 7)?.end;
    assert.deepEqual(end('started 12\nended 0\n'), { code: 0, signal: null, time: 7 });
    assert.deepEqual(end('sh: warning\nstarted 12\nended 137\n'), { code: 137, signal: null, time: 7 });
    assert.deepEqual(end('started 12\nKilled\nended 137\n'), { code: null, signal: 'SIGKILL', time: 7 });
    assert.deepEqual(
      end('started 12\nended 265\n'),
      { code: null, signal: 'SIGKILL', time: 7 },
      'as Korn shells say it',
    );
    assert.equal(end('started 12\n'), undefined);
    assert.equal(end('started 12\nended 1'), undefined);
    assert.equal(parseKeeperLog('ended 125\n', 7), undefined);
  });
});

function executable(path: string, text: string): void {
  writeFileSync(path, text);
  chmodSync(path, 0o755);
}
