import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { askInstalled } from '../../../../src/base/installed-packages.ts';
import { packageRoot } from '../../../../src/base/package-root.ts';
import { isAlive } from '../../../../src/base/process-identity.ts';
import { openStore } from '../../../../src/store/index.ts';
import { ingest, runDetails } from '../../../../src/tracking/index.ts';
import { runProcesses } from '../../../../src/tracking/run-processes.ts';
import { until } from '../../../support/until.ts';
import { exitOf, type Yard, yard } from '../../../support/yard.ts';

describe('what is installed', () => {
  let here: Yard;
  let python: string;
  let site: string;
  beforeEach(() => {
    here = yard();
    const venv = join(here.folder, '.venv');
    execFileSync('python3', ['-m', 'venv', '--without-pip', venv]);
    python = join(venv, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
    const question = 'import sysconfig; print(sysconfig.get_path("purelib"))';
    site = execFileSync(python, ['-c', question], { encoding: 'utf8' }).trim();
    install('alpha', '1.0');
    install('Beta.pkg', '2.0', { url: 'https://git.example/b.git', vcs_info: { vcs: 'git', commit_id: 'c0ffee' } });
  });
  afterEach(() => here.remove());

  function install(name: string, version: string, source?: object): void {
    const folder = join(site, `${name.replace('.', '_')}-${version}.dist-info`);
    mkdirSync(folder);
    writeFileSync(join(folder, 'METADATA'), `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n\nName: no\n`);
    if (source) writeFileSync(join(folder, 'direct_url.json'), JSON.stringify(source));
  }

  const finished = async (directory: string) => {
    await exitOf(directory);
    const { supervisor } = runProcesses(directory);
    assert.ok(supervisor);
    await until('the supervisor has ended', () => !isAlive(supervisor));
  };
  const details = async (run: string) => {
    const store = openStore(join(here.folder, '.trainyard'));
    try {
      await ingest(store);
      return runDetails(store, run);
    } finally {
      store.close();
    }
  };
  const isOurs = ({ code }: { code: string }) => code === 'packages-not-recorded';
  const lockOf = (directory: string) =>
    readFileSync(join(directory, 'environment/requirements.txt'), 'utf8').split('\n').slice(1);

  it('is recorded as a lock beside the run, with the machine', async () => {
    here.file('json.py', 'raise SystemExit("the script’s own")');
    const launched = await here.python(['pass'], { env: { OMP_NUM_THREADS: '3', MY_TOKEN: 'x' } });
    await finished(launched.directory);
    assert.deepEqual(lockOf(launched.directory), ['alpha==1.0', 'Beta.pkg @ git+https://git.example/b.git@c0ffee', '']);
    const { installation, machine, warnings } = await details(launched.run);
    assert.deepEqual(warnings.filter(isOurs), []);
    assert.deepEqual([installation?.environment, installation?.packages], ['venv', 2]);
    assert.ok(installation?.places.includes(site));
    assert.equal(machine?.variables.OMP_NUM_THREADS, '3');
    assert.ok(machine?.otherVariables.includes('MY_TOKEN'));
    assert.equal(machine?.architecture, process.arch);
  });

  it('is one line that differs where one package was bumped', async () => {
    const first = await here.python(['pass']);
    await finished(first.directory);
    rmSync(join(site, 'alpha-1.0.dist-info'), { recursive: true });
    install('alpha', '1.1');
    const second = await here.python(['pass']);
    await finished(second.directory);
    const [before, after] = [lockOf(first.directory), lockOf(second.directory)];
    assert.deepEqual(
      after.filter((line, at) => line !== before[at]),
      ['alpha==1.1'],
    );
  });

  it('names the commit of what is installed from a folder of this machine', async () => {
    const folder = join(dirname(here.folder), 'mine');
    mkdirSync(folder);
    writeFileSync(join(folder, 'mine.py'), '');
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: folder, encoding: 'utf8' });
    git('init', '-q');
    git('add', '.');
    git('commit', '-qm', 'one');
    const commit = git('rev-parse', 'HEAD').trim();
    install('mine', '0.1', { url: `file://${folder}`, dir_info: { editable: true } });
    const launched = await here.python(['pass']);
    await finished(launched.directory);
    assert.ok(lockOf(launched.directory).includes(`# mine==0.1 (editable, ${folder} at ${commit})`));
    const { installation } = await details(launched.run);
    assert.deepEqual(installation?.locals, [{ name: 'mine', version: '0.1', path: folder, editable: true, commit }]);
  });

  it('is that of the environment which a program belongs to', async () => {
    const program = join(dirname(python), 'torchrun');
    writeFileSync(program, '#!/bin/sh\n', { mode: 0o755 });
    const argv = ['torchrun', 'x'];
    const path = `${dirname(python)}:${process.env.PATH}`;
    for (const request of [{ argv, env: { PATH: path } }, { argv: [program] }]) {
      const { directory } = await here.launch({
        target: { kind: 'program', argv: request.argv },
        env: request.env ?? {},
      });
      await finished(directory);
      assert.ok(lockOf(directory).includes('alpha==1.0'));
    }
    const { directory } = await here.launch({ target: { kind: 'program', argv: ['true'] } });
    await finished(directory);
    assert.ok(!existsSync(join(directory, 'environment')));
  });

  it('is asked once, and again when anything changed', async () => {
    const question = { python, cwd: here.folder, environment: { PATH: process.env.PATH }, tools: packageRoot() };
    const packages = async () =>
      (await askInstalled(question)).packages.map(({ name, version }) => `${name} ${version}`);
    assert.deepEqual(await packages(), ['alpha 1.0', 'Beta.pkg 2.0']);
    // No installer does this: it shows whether the interpreter was asked.
    writeFileSync(join(site, 'alpha-1.0.dist-info', 'METADATA'), 'Name: alpha\nVersion: 9.9\n\n');
    assert.deepEqual(await packages(), ['alpha 1.0', 'Beta.pkg 2.0']);
    install('gamma', '1');
    assert.deepEqual(await packages(), ['alpha 9.9', 'Beta.pkg 2.0', 'gamma 1']);
  });

  it('that cannot be had is a warning, and the run goes on', async () => {
    writeFileSync(join(site, 'sitecustomize_broken.pth'), '');
    here.file('own.py', 'print("ran")');
    const shim = here.file(
      'python3',
      '#!/bin/sh',
      'case "$1" in -c) echo "no answer" >&2; exit 9;; esac',
      `exec ${python} "$@"`,
    );
    execFileSync('chmod', ['755', shim]);
    const launched = await here.launch({ target: { kind: 'program', argv: [shim, 'own.py'] } });
    await finished(launched.directory);
    assert.equal(readFileSync(join(launched.directory, 'stdout.log'), 'utf8'), 'ran\n');
    const { warnings } = await details(launched.run);
    assert.deepEqual(
      warnings.filter(isOurs).map(({ code, params }) => [code, params.problem]),
      [['packages-not-recorded', 'no answer']],
    );
  });
});
