import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packagedNode } from '../../bin/find-node.js';
import { root } from '../../scripts/build.mjs';
import { quiet } from '../../scripts/npm.mjs';
import { otherNode } from '../support/other-node.ts';
import { skipBecause } from '../support/skip.ts';

/** A package of its own with a CLI that shows what the launcher does with it. */
const cli = `
if (process.argv[2] === 'wait') {
  process.on('SIGINT', () => process.exit(130));
  setInterval(() => undefined, 1_000);
}
if (process.argv[2] === 'die') process.kill(process.pid, 'SIGKILL');
if (process.argv[2] === 'fail') process.exitCode = 7;
console.log(JSON.stringify({ node: process.versions.node, program: process.execPath, args: process.argv.slice(2) }));
`;

describe('bin/trainyard.js', () => {
  let scratch: string;
  let bin: string;
  let old: string;

  before(async function () {
    this.timeout(120_000);
    scratch = mkdtempSync(join(tmpdir(), 'trainyard-launcher-'));
    bin = join(scratch, 'bin', 'trainyard.js');
    cpSync(join(root, 'bin'), join(scratch, 'bin'), { recursive: true });
    writeFileSync(join(scratch, 'package.json'), '{ "name": "trainyard", "type": "module" }');
    old = (await otherNode('18.0.0')) ?? skipBecause(this, 'the npm registry has no old Node for this platform');
  });

  after(() => rmSync(scratch, { recursive: true, force: true }));

  const bare = { PATH: '', HOME: '/nowhere', USERPROFILE: '', LOCALAPPDATA: '', PROGRAMFILES: '' };

  it('says how to build what is not built', async () => {
    const { code, stdout } = await quiet(old, [bin, 'runs', '--json']);
    assert.equal(code, 4);
    assert.equal(JSON.parse(stdout).error.code, 'not-built');
  });

  describe('under a Node that is too old', () => {
    before(() => {
      mkdirSync(join(scratch, 'dist'), { recursive: true });
      writeFileSync(join(scratch, 'dist', 'cli.mjs'), cli);
    });

    const newer = { ...bare, TRAINYARD_NODE: process.execPath };

    it('runs under a newer one, with the same arguments and exit code', async () => {
      const { code, stdout } = await quiet(old, [bin, 'fail', '--', 'a b', '"', ''], { env: newer });
      const { node, args } = JSON.parse(stdout);
      assert.deepEqual({ node, args }, { node: process.versions.node, args: ['fail', '--', 'a b', '"', ''] });
      assert.equal(code, 7);
    });

    it('starts a run itself where it is new enough for that, and leaves all else to a newer one', async function () {
      this.timeout(120_000);
      const middle =
        (await otherNode('20.12.0')) ?? skipBecause(this, 'the npm registry has no Node 20 for this platform');
      const under = async (...args: string[]) =>
        JSON.parse((await quiet(middle, [bin, ...args], { env: newer })).stdout).node;
      assert.equal(await under('run', 'train.py', '--', '--json'), '20.12.0');
      assert.equal(await under('run', '--json', 'train.py'), process.versions.node);
      assert.equal(await under('runs'), process.versions.node);
    });

    it('takes the Node that was installed with it before all others', async function () {
      const packaged = packagedNode(root) ?? skipBecause(this, 'no Node package for this platform');
      symlinkSync(join(root, 'node_modules'), join(scratch, 'node_modules'), 'junction');
      const other = join(scratch, 'other', 'node');
      cpSync(process.execPath, other);
      const { stdout } = await quiet(old, [bin], { env: { ...bare, TRAINYARD_NODE: other } });
      rmSync(join(scratch, 'node_modules'));
      assert.equal(JSON.parse(stdout).program, realpathSync(packaged));
    });

    it('finds one on the PATH', async () => {
      const folder = join(scratch, 'path');
      cpSync(process.execPath, join(folder, process.platform === 'win32' ? 'node.exe' : 'node'));
      const { stdout } = await quiet(old, [bin], { env: { ...bare, PATH: folder } });
      assert.equal(JSON.parse(stdout).node, process.versions.node);
    });

    it('finds the executable behind the command “code”', async function () {
      if (process.platform === 'win32') skipBecause(this, 'the layout of VS Code is another one on Windows');
      const home = join(scratch, 'share', 'code');
      mkdirSync(join(home, 'bin'), { recursive: true });
      writeFileSync(join(home, 'bin', 'code'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
      cpSync(process.execPath, join(home, 'code'));
      const { stdout } = await quiet(old, [bin], { env: { ...bare, PATH: join(home, 'bin') } });
      assert.equal(JSON.parse(stdout).node, process.versions.node);
    });

    it('passes a signal on, and ends as the other ended', async function () {
      if (process.platform === 'win32') skipBecause(this, 'Windows has no signals');
      const waiting = spawn(old, [bin, 'wait'], { env: newer, stdio: ['ignore', 'pipe', 'inherit'], detached: true });
      await once(waiting.stdout, 'data');
      waiting.kill('SIGINT');
      assert.deepEqual(await end(waiting), [130, null]);
      const killed = spawn(old, [bin, 'die'], { env: newer, stdio: 'ignore' });
      assert.deepEqual(await end(killed), [null, 'SIGKILL']);
    });

    it('says what to install where there is no newer one', async function () {
      const vscode = ['/usr/share/code/code', '/Applications/Visual Studio Code.app', '/usr/lib/code-server/lib/node'];
      if (vscode.some((path) => existsSync(path)))
        skipBecause(this, 'this machine has a VS Code, which is a newer one');
      const { code, output } = await quiet(old, [bin, 'runs'], { env: { ...bare, PATH: join(scratch, 'nothing') } });
      assert.equal(output.trim().split('\n').length, 1);
      assert.match(output, /needs Node 22\.14 or newer; this is 18\.0\.0.*Install Node 24 or VS Code\./);
      assert.equal(code, 4);
    });
  });
});

async function end(child: ChildProcess): Promise<unknown[]> {
  return once(child, 'exit');
}
