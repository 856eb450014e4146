import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { quiet } from '../../scripts/npm.mjs';
import { connect, type RpcMessage } from '../../src/base/rpc.ts';
import type { Api } from '../../src/contract/api.ts';
import { otherNode } from '../support/other-node.ts';
import { packedExtension } from '../support/packed-extension.ts';
import { skipBecause } from '../support/skip.ts';
import { startVSCode } from '../support/vscode.ts';

describe('the packed extension', () => {
  let scratch: string;
  let vsix: string;
  let extension: string;
  let names: string[];
  let env: NodeJS.ProcessEnv;

  before(async function () {
    this.timeout(120_000);
    vsix = await packedExtension();
    scratch = mkdtempSync(join(tmpdir(), 'trainyard-vsix-'));
    const python = process.platform === 'win32' ? 'python' : 'python3';
    const { code, output } = await quiet(python, ['-m', 'zipfile', '-e', vsix, scratch]);
    assert.equal(code, 0, output);
    extension = join(scratch, 'extension');
    names = readdirSync(extension, { recursive: true, encoding: 'utf8' })
      .filter((name) => statSync(join(extension, name)).isFile())
      .map((name) => name.split(sep).join('/'))
      .sort();
    env = { ...process.env, TRAINYARD_HOME: join(scratch, 'home'), NODE_PATH: '' };
  });

  after(() => rmSync(scratch, { recursive: true, force: true }));

  it('holds what runs, and nothing else', () => {
    const folders = /^(bin|dist|l10n|media|python)\//;
    const files = /^(package(\.nls(\.[\w-]+)?)?\.json|readme\.md|changelog\.md|LICENSE\.txt)$/i;
    const strange = names.filter((name) => !folders.test(name) && !files.test(name));
    assert.deepEqual(strange, []);
    assert.deepEqual(
      names.filter((name) => /\.(ts|map|pyc|sqlite|db|vsix)$|\.test\.|\/tests?\//.test(name)),
      [],
    );
    for (const needed of [
      'bin/trainyard.js',
      'dist/NOTICES.txt',
      'dist/backend.mjs',
      'dist/cli.mjs',
      'dist/extension.cjs',
      'dist/keeper.sh',
      'dist/later.cjs',
      'dist/starter.mjs',
      'dist/supervisor.mjs',
      'dist/tree-sitter-python.wasm',
      'dist/web-tree-sitter.wasm',
      'dist/webview/run.css',
      'dist/webview/run.js',
      'package.nls.json',
      'python/hook/sitecustomize.py',
      'python/trainyard/__init__.py',
    ]) {
      assert.ok(names.includes(needed), `${needed} is missing`);
    }
    assert.ok(names.some((name) => /^dist\/migrations\/.*\.sql$/.test(name)));
  });

  it('holds one binary of SQLite, and is small', () => {
    assert.equal(names.filter((name) => name.endsWith('.node')).length, 1);
    const { size } = statSync(vsix);
    assert.ok(size < 3_000_000, `${size} bytes`);
    const host = statSync(join(extension, 'dist', 'extension.cjs')).size;
    assert.ok(host < 150_000, `dist/extension.cjs has ${host} bytes`);
  });

  it('starts its backend, which opens a store', async function () {
    this.timeout(60_000);
    const child = fork(join(extension, 'dist', 'backend.mjs'), { env, serialization: 'advanced', stdio: 'inherit' });
    try {
      const client = connect<Api>({
        send: (message) => child.send(message),
        listen: (receive) => child.on('message', (message) => receive(message as RpcMessage)),
      });
      const folder = join(scratch, 'folder');
      mkdirSync(folder);
      const states = await client.call('open', { folders: [{ path: folder, name: 'folder', trusted: true }] });
      assert.deepEqual(
        states.map(({ path, problem }) => ({ path, problem })),
        [{ path: folder, problem: null }],
      );
    } finally {
      child.kill();
      await once(child, 'exit');
    }
  });

  it('trains with its command line', async function () {
    this.timeout(60_000);
    const folder = join(scratch, 'cli');
    mkdirSync(folder);
    const trainyard = join(extension, 'bin', 'trainyard.js');
    const ran = await quiet(process.execPath, [trainyard, 'run', '--json', '--', process.execPath, '-p', '40+2'], {
      cwd: folder,
      env,
    });
    assert.equal(ran.code, 0, ran.output);
    const shown = await quiet(process.execPath, [trainyard, 'log', 'latest'], { cwd: folder, env });
    assert.equal(shown.stdout, '42\n');
  });

  it('opens a store under the lowest Node that is promised', async function () {
    this.timeout(120_000);
    const node =
      (await otherNode('22.14.0')) ?? skipBecause(this, 'the npm registry has no Node 22.14.0 for this machine');
    const cli = join(extension, 'dist', 'cli.mjs');
    const { code, stdout, output } = await quiet(node, [cli, 'runs', '--json'], { cwd: join(scratch, 'cli'), env });
    assert.equal(code, 0, output);
    assert.equal(JSON.parse(stdout).length, 1);
  });

  it('installs into a VS Code, and shows its view', async function () {
    this.timeout(300_000);
    if (process.platform === 'win32') skipBecause(this, 'VS Code’s server does not run on Windows');
    const workspace = join(scratch, 'workspace');
    mkdirSync(workspace);
    const vscode = await startVSCode({ workspace, extension: { vsix } });
    try {
      await vscode.page.getByRole('tab', { name: 'Trainyard' }).first().click();
      await vscode.page.getByRole('heading', { name: 'Trainyard' }).first().waitFor();
    } finally {
      await vscode.stop();
    }
  });
});
