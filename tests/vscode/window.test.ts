import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import * as vscode from 'vscode';
import manifest from '../../package.json' with { type: 'json' };
import type { WindowParts } from '../../src/extension.ts';
import { until } from '../support/until.ts';
import { activate, command, complaints, rows, start, tryToStart, untilRow, workspaceFolder } from './support/window.ts';

describe('the window', () => {
  let window: WindowParts;

  before(async () => {
    window = await activate();
  });

  it('has every command that package.json promises', async () => {
    const known = new Set(await vscode.commands.getCommands(true));
    const missing = manifest.contributes.commands.map((one) => one.command).filter((name) => !known.has(name));
    assert.deepEqual(missing, []);
  });

  it('spares VS Code the watching of the run folders, and nothing else', () => {
    const left = vscode.workspace.getConfiguration('files').get<Record<string, boolean>>('watcherExclude');
    assert.equal(left?.['**/.trainyard/**'], true);
    assert.ok(Object.keys(left).length > 1, 'what VS Code itself leaves out stays left out');
  });

  it('offers to run and to debug a script above its main guard, or its first line', async () => {
    const script = (name: string) => vscode.Uri.file(join(workspaceFolder(), name));
    const lenses = await until('the link', async () => {
      const found = await lensesOf(script('train.py'));
      return found.length > 0 && found;
    });
    assert.deepEqual(
      lenses.map(({ range, command }) => [range.start.line, command?.command, String(command?.arguments?.[0])]),
      ['runScript', 'debugScript'].map((name) => [11, `trainyard.${name}`, script('train.py').toString()]),
    );
    assert.deepEqual(
      (await lensesOf(script('endless.py'))).map(({ range }) => range.start.line),
      [0, 0],
    );
  });

  it('shows the same after its background process was killed', async () => {
    const reference = await start('train.py');
    await untilRow(window, reference, 'finished', ({ run }) => run?.status === 'finished');
    const before = (await rows(window)).map(({ run }) => run?.id);
    const { pid } = window.backend;
    assert.ok(pid);
    process.kill(pid, 'SIGKILL');
    await until('another process', () => window.backend.pid !== undefined && window.backend.pid !== pid);
    const next = await start('train.py');
    await untilRow(window, next, 'finished', ({ run }) => run?.status === 'finished');
    const after = (await rows(window)).flatMap(({ run }) => (run ? [run.id] : []));
    for (const id of before) if (id) assert.ok(after.includes(id), id);
  });

  it('says so where there is no Python', async () => {
    const { PATH, HOME } = process.env;
    const empty = mkdtempSync(join(tmpdir(), 'trainyard-empty-'));
    Object.assign(process.env, { PATH: empty, HOME: empty });
    try {
      await command('restartBackend');
      const said = await complaints(() => tryToStart('train.py'));
      assert.match(said[0] ?? '', /No Python was found.*Install Python/s);
    } finally {
      Object.assign(process.env, { PATH, HOME });
      await command('restartBackend');
      rmSync(empty, { recursive: true });
    }
  });

  it('puts `trainyard` into its terminals, without a Node on the PATH', async () => {
    const reference = await start('train.py', { name: 'from the window' });
    await untilRow(window, reference, 'finished', ({ run }) => run?.status === 'finished');
    const folder = mkdtempSync(join(tmpdir(), 'trainyard-terminal-'));
    const [listing, done] = [join(folder, 'runs.json'), join(folder, 'done')];
    const terminal = vscode.window.createTerminal({ shellPath: '/bin/sh', env: { PATH: folder } });
    try {
      terminal.sendText(`trainyard runs --json > '${listing}'; echo $? > '${done}'`);
      const code = await until('the command ended', () => readIfThere(done));
      assert.equal(code, '0\n');
      const runs = JSON.parse(readFileSync(listing, 'utf8')) as { id: string; name: string }[];
      assert.equal(runs.find(({ id }) => id === reference.run)?.name, 'from the window');
    } finally {
      terminal.dispose();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

async function lensesOf(script: vscode.Uri): Promise<vscode.CodeLens[]> {
  const document = await vscode.workspace.openTextDocument(script);
  const all = await vscode.commands.executeCommand<vscode.CodeLens[]>(
    'vscode.executeCodeLensProvider',
    document.uri,
    100,
  );
  return all.filter(({ command }) => command?.command.startsWith('trainyard.'));
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8') || undefined;
  } catch {
    return undefined;
  }
}
