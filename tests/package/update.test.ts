import assert from 'node:assert/strict';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { quiet } from '../../scripts/npm.mjs';
import type { RunDetails } from '../../src/contract/run.ts';
import { type RunningBackend, startBackend } from '../support/backend.ts';
import { packedExtension } from '../support/packed-extension.ts';
import { until } from '../support/until.ts';

/** Goes on after the update in this process, in a module that it loads only then, and in another process. */
const script = [
  'import os, subprocess, sys, time',
  'import trainyard',
  'for step in range(3): trainyard.log({"loss": 1.0 / (step + 1)}, step=step)',
  'if sys.argv[1:] == ["child"]: sys.exit(0)',
  'print("begun", flush=True)',
  'while not os.path.exists("go-on"): time.sleep(0.02)',
  'with open("model.txt", "w") as file: file.write("weights")',
  'trainyard.artifact("model.txt")',
  'subprocess.run([sys.executable, __file__, "child"], check=True)',
  'trainyard.log({"loss": 0.25}, step=3)',
  'sys.exit(3)',
];

describe('an update of the extension while runs go on', function () {
  this.timeout(240_000);
  let top: string;
  let folder: string;
  let env: NodeJS.ProcessEnv;
  const backends: RunningBackend[] = [];

  before(async () => {
    top = realpathSync(mkdtempSync(join(tmpdir(), 'trainyard-update-')));
    const python = process.platform === 'win32' ? 'python' : 'python3';
    const { code, output } = await quiet(python, ['-m', 'zipfile', '-e', await packedExtension(), top]);
    assert.equal(code, 0, output);
    folder = join(top, 'project');
    mkdirSync(folder);
    writeFileSync(join(folder, 'train.py'), `${script.join('\n')}\n`);
    env = { ...process.env, TRAINYARD_HOME: join(top, 'home'), NODE_PATH: '', TRAINYARD_STOP_GRACE_MS: '2000' };
  });
  after(async () => {
    if (folder) writeFileSync(join(folder, 'go-on'), '');
    await Promise.all(backends.map((backend) => backend.stop()));
    rmSync(top, { recursive: true, force: true, maxRetries: 5 });
  });

  /** The extension as it is installed under a version; a later one has other code for the runs, too. */
  function install(version: string): string {
    const place = join(top, 'extensions', version);
    cpSync(join(top, 'extension'), place, { recursive: true });
    appendFileSync(join(place, 'dist', 'supervisor.mjs'), `\n// ${version}\n`);
    appendFileSync(join(place, 'python', '_trainyard', '__init__.py'), `\n# ${version}\n`);
    return place;
  }

  async function open(extension: string): Promise<RunningBackend> {
    const backend = startBackend(env, join(extension, 'dist', 'backend.mjs'));
    backends.push(backend);
    await backend.call('open', { folders: [{ path: folder, name: 'project', trusted: true }] });
    return backend;
  }

  it('lets them end well, shows them, and stops them', async () => {
    const earlier = install('1.0.0');
    const first = await open(earlier);
    const target = { kind: 'script', path: 'train.py' } as const;
    const launched = [];
    for (let index = 0; index < 2; index++)
      launched.push((await first.call('launch', { folder, target, origin: 'window' })).run);
    const [goesOn, stopped] = launched as [string, string];
    for (const run of launched) {
      await until(`${run} has begun`, async () => {
        const { chunks } = await first.call('output', { folder, run, stream: 'stdout' });
        return chunks.some(({ text }) => text.includes('begun'));
      });
    }
    await first.stop();
    rmSync(earlier, { recursive: true });

    const later = install('1.1.0');
    const second = await open(later);
    const show = (run: string): Promise<RunDetails> => second.call('run', { folder, run });
    assert.deepEqual([(await show(goesOn)).status, (await show(stopped)).status], ['running', 'running']);
    await second.call('stop', { folder, run: stopped });
    await until('the one is stopped', async () => (await show(stopped)).status === 'stopped');
    writeFileSync(join(folder, 'go-on'), '');
    const ended = await until('the other has ended', async () => {
      const found = await show(goesOn);
      return found.status !== 'running' && found;
    });
    assert.deepEqual([ended.status, ended.exitCode, ended.signal, ended.warnings], ['failed', 3, null, []]);
    assert.deepEqual(
      ended.artifacts.map(({ name }) => name),
      ['model.txt'],
    );
    const { steps, values } = await second.call('points', { folder, run: goesOn, name: 'loss' });
    assert.deepEqual([...steps].sort(), [0, 0, 1, 1, 2, 2, 3]);
    assert.equal([...values].filter((value) => value === 0.25).length, 1);

    const again = await second.call('rerun', { folder, run: goesOn, origin: 'window' });
    await until('it has run again', async () => (await show(again.run)).status === 'failed');
    assert.equal((await show(again.run)).rerunOf, goesOn);
    const tools = readdirSync(join(top, 'home', 'tools')).filter((name) => /^[0-9a-f]{16}$/.test(name));
    assert.equal(tools.length, 2, 'each version has its own');
    assert.ok(!existsSync(earlier));
  });
});
